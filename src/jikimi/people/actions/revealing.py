"""One view, promised to one session of one person: taken up once, soon, or not at all."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.people.errors import LimitReached, NoSuchReveal
from jikimi.people.lookups import limits_in_use, meter_at
from jikimi.people.models import Reveal, Staff
from jikimi.people.rules import ASK_LIVES, Reason, RevealState, Sharpness, why_no_view


@transaction.atomic
def promise_reveal(
    staff: Staff,
    session_key: str,
    *,
    case_ref: UUID,
    sighting_ref: UUID,
    reason: Reason,
    sharpness: Sharpness,
    now: datetime,
) -> Reveal:
    """Promise one view, which counts from now on. Raises LimitReached.

    An earlier promise to this person that was not taken up is spent by it.
    """
    Staff.objects.select_for_update(of=("self",), no_key=True).get(pk=staff.pk)
    waiting = Reveal.objects.filter(staff=staff, state=RevealState.ASKED)
    waiting.update(state=RevealState.NOTHING, because="Another view was asked for instead.")
    if Reveal.objects.filter(
        staff=staff, state=RevealState.FETCHING, asked_at__gt=now - ASK_LIVES
    ).exists():
        raise LimitReached("One view at a time: yours is still under way.")
    because = why_no_view(meter_at(staff, now), limits_in_use())
    if because:
        raise LimitReached(because)
    return Reveal.objects.create(
        staff=staff,
        session=hash_of_session(session_key),
        case_ref=case_ref,
        sighting_ref=sighting_ref,
        reason=reason,
        sharpness=sharpness,
        asked_at=now,
    )


def take_up_reveal(reveal_id: UUID, staff: Staff, session_key: str, *, now: datetime) -> Reveal:
    """Spend the promise: only this person, in this session, in time, once. Raises NoSuchReveal."""
    mine = Reveal.objects.filter(
        pk=reveal_id, staff=staff, session=hash_of_session(session_key), state=RevealState.ASKED
    ).filter(asked_at__gt=now - ASK_LIVES, asked_at__lte=now)
    if not mine.update(state=RevealState.FETCHING):
        raise NoSuchReveal
    return Reveal.objects.get(pk=reveal_id)


def end_reveal(reveal: Reveal, state: RevealState, because: str = "") -> None:
    """A view that was taken up has shown its picture, or nothing and why."""
    reveal.state, reveal.because = state, because
    reveal.save(update_fields=["state", "because"])


def hash_of_session(session_key: str) -> bytes:
    """What is kept of a session's key, so that a copy of the table opens none."""
    return hashlib.sha256(session_key.encode()).digest()
