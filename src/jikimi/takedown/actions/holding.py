"""Approved letters whose entry was changed before they left: they become drafts again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.takedown.actions.moving import held_of, take_back
from jikimi.takedown.actions.outbox import stop
from jikimi.takedown.contacts import packs_asked_once, recipient_of
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.clock import to_utc
from jikimi.takedown.rules.notice import ENDS, OutboxState
from jikimi.takedown.rules.sending import why_it_stays
from jikimi.venues.pack_values import LawId


def hold_back(letter: OutboundLetter, notices: list[Notice], now: datetime) -> bool:
    """Make the notices of a held letter drafts again if it may not leave; whether that was so.

    Its address, its recipient's standing and its laws are those of the packs in use now.
    """
    because = _why_it_stays(letter, notices, now)
    if because:
        stop(letter)
        take_back(notices, now=now, because=because)
    return bool(because)


@transaction.atomic
def hold_back_if_changed(letter_id: UUID, now: datetime) -> bool:
    """Do so for a letter that waits, before its time has come; whether it was held back."""
    known = OutboundLetter.objects.filter(pk=letter_id).first()
    if known is None:
        return False
    case = hold_case(known.case_id)
    waiting = OutboundLetter.objects.select_for_update().filter(
        pk=letter_id, state=OutboxState.READY
    )
    letter = waiting.first()
    if letter is None:
        return False
    letter.case = case
    return hold_back(letter, notices_in(letter), now)


def notices_in(letter: OutboundLetter) -> list[Notice]:
    """Those that still stand in a letter whose case is held: oldest first, held too."""
    return held_of(letter.case, letter.notices.exclude(state__in=sorted(ENDS)))


def _why_it_stays(letter: OutboundLetter, notices: list[Notice], now: datetime) -> str:
    known = packs_asked_once().laws
    laws = {LawId(notice.law_id) for notice in notices} & known.keys()
    return why_it_stays(
        recipient_of(letter.recipient_id, notices[0].sighting),
        [known[law_id] for law_id in sorted(laws)],
        letter.address,
        to_utc(now).date(),
    )
