"""Erasing a case: its words, places, notices and fingerprints go; the leaves of its trail stay."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction

from jikimi.aftercare.actions.choices import stop_everything
from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case
from jikimi.evidence.actions import erase_sealed
from jikimi.exchange.actions import stop_holding_back
from jikimi.intake.actions import ACTOR
from jikimi.takedown.models import OutboundLetter
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.notice import OutboxState
from jikimi.takedown.withdrawals.models import RecipientWithdrawal
from jikimi.trail.actions import erase_contents, record

REQUESTS_KEPT = timedelta(days=90)
"""So long a request to forget outlives its case, if the recipient never confirms it."""


@transaction.atomic
def erase_case(case_id: UUID, *, now: datetime) -> bool:
    """Stop everything and erase it; whether it is done.

    It is not while a letter is leaving at this moment: what became of that has to be written down
    first. Then everything is stopped, and the rest is done within minutes by itself.
    """
    case = hold_case(case_id)
    stop_everything(case_id, now=now)
    if OutboundLetter.objects.filter(case=case, state=OutboxState.SENDING).exists():
        if case.erase_asked_at is None:
            Case.objects.filter(pk=case_id).update(erase_asked_at=now)
            record("erasure asked for", at=now, case_ref=case_id, actor=ACTOR)
        return False
    # Mail is sealed under its own id until somebody says whose it is.
    replies = list(ReceivedReply.objects.filter(notice__sighting__case=case))
    ReceivedReply.objects.filter(sealed__case_key__case_ref=case_id).update(sealed=None)
    stop_holding_back(case_id, now=now, even_what_stays_out=True)
    case.delete()
    for sealed_under in (case_id, *(reply.pk for reply in replies)):
        erase_sealed(sealed_under)
    erase_contents(case_id, at=now)
    record("case erased", at=now, case_ref=case_id, actor=ACTOR)
    return True


def erase_what_waits(now: datetime) -> int:
    """Erase the cases whose last letter has been settled, and old requests to forget.

    A case that cannot be erased keeps no other from it. Raises ExceptionGroup at the end, with
    all that failed, for the operator to see.
    """
    waiting = Case.objects.filter(erase_asked_at__isnull=False).values_list("pk", flat=True)
    steps: list[Callable[[], bool]] = [partial(erase_case, one, now=now) for one in waiting]
    done, failed = 0, list[Exception]()
    steps.append(partial(_forget_old_requests, now))
    for step in steps:
        try:
            done += step()
        except Exception as error:  # noqa: BLE001  # she asked for it, whatever ails the others
            failed.append(error)
    if failed:
        raise ExceptionGroup("what waits to be erased", failed)
    return done


@transaction.atomic
def _forget_old_requests(now: datetime) -> bool:
    old = RecipientWithdrawal.objects.filter(withdrawn_at__lt=now - REQUESTS_KEPT)
    alive = Case.objects.filter(pk__in=old.values("case_ref")).values("pk")
    old.exclude(case_ref__in=alive).delete()
    return False  # no case


def forget_ended_visits(now: datetime) -> int:
    """Delete sessions that have ended, of whomever; return how many.

    A session left behind names its report and, by its end, when she had her page open.
    """
    ended, _each = Session.objects.filter(expire_date__lte=now).delete()
    return ended
