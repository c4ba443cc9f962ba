"""That the pictures are her own work: what she told a caseworker, and what follows from it.

A copyright notice goes out under penalty of perjury, may be passed on to the uploader and
published, and names an owner or agent. It is a basis only while she says so.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case, note_copyright
from jikimi.cases.models import Case, CaseStatus
from jikimi.people.models import Staff
from jikimi.takedown.actions.drafting import draft_for_sighting
from jikimi.takedown.actions.moving import locked, move, name_of
from jikimi.takedown.actions.outbox import stop
from jikimi.takedown.errors import NoCopyrightHere
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.ownership import copyright_laws
from jikimi.takedown.rules.notice import STOPPABLE, NoticeState


@transaction.atomic
def confirm_copyright(case_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Note that she told a caseworker that the pictures are her own work, and knows the risk.

    From now on the rules may choose copyright. Raises NoCopyrightHere for a minor's case and for
    one that is not open. A repeat changes nothing.
    """
    case = _held(case_id)
    if case.copyright_confirmed_at is None:
        note_copyright(case, hers=True, actor=name_of(staff), now=now)


@transaction.atomic
def take_back_copyright(case_id: UUID, *, staff: Staff, now: datetime) -> int:
    """Note that she no longer says so; stop the copyright notices that have not left.

    For each stopped one the rules choose another, if there is one. Returns how many were stopped;
    raises NoCopyrightHere. What has left cannot be called back.
    """
    case = _held(case_id)
    if case.copyright_confirmed_at is None:
        return 0
    note_copyright(case, hers=False, actor=name_of(staff), now=now)
    waiting = Notice.objects.filter(
        sighting__case=case,
        state__in=sorted(STOPPABLE),
        law_id__in=[law.id for law in copyright_laws()],
    )
    places = dict(waiting.values_list("pk", "sighting"))
    for notice_id, sighting_id in places.items():
        move(locked(notice_id), NoticeState.CANCELLED, now=now, actor=name_of(staff))
        draft_for_sighting(sighting_id, now=now)
    return len(places)


def stop_disowned(letter: OutboundLetter, notices: list[Notice], now: datetime) -> bool:
    """Stop a held letter that claims a copyright which she no longer claims; whether it did.

    It was on its way when she took it back, and waits to be tried again.
    """
    claims = {law.id for law in copyright_laws()}
    if letter.case.copyright_confirmed_at or claims.isdisjoint(one.law_id for one in notices):
        return False
    stop(letter)
    for notice in notices:
        move(notice, NoticeState.CANCELLED, now=now)
        draft_for_sighting(notice.sighting_id, now=now)
    return True


def _held(case_id: UUID) -> Case:
    case = hold_case(case_id)
    if case.is_minor:
        raise NoCopyrightHere(
            "Copyright is never a basis for the picture of somebody who is or may be under 18."
        )
    if case.status != CaseStatus.OPEN:
        raise NoCopyrightHere("This case is not open: nothing is asked for in it any more.")
    return case
