"""What a caseworker does with a tipped place. Nothing here opens a link, nothing is sent."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from jikimi.evidence.actions import open_for_centre
from jikimi.intake.tips.errors import NoSuchPlace, NotPossible
from jikimi.intake.tips.models import TippedPlace, TipReport
from jikimi.intake.tips.rules import Outcome, PlaceState, Word
from jikimi.people.models import Staff
from jikimi.trail.actions import Event, record_many
from jikimi.trail.rules import Plain

_MOST_OPENED = 50
_TOLD = {
    Outcome.DOWN: Word.DOWN,
    Outcome.COULD_NOT: Word.COULD_NOT,
    Outcome.SET_ASIDE: Word.LOOKED_AT,
}


@transaction.atomic
def take_up_place(place_id: UUID, *, staff: Staff, now: datetime) -> TippedPlace:
    """This person works on the place from now on. Raises NotPossible if another does."""
    place = _held(place_id)
    if place.state == PlaceState.SETTLED:
        raise NotPossible("It is settled. If it is back, tips will bring it up again.")
    if place.state == PlaceState.TAKEN and place.taken_by_id != staff.pk:
        raise NotPossible("A colleague has taken it up. Talk to each other first.")
    place.state, place.taken_by = PlaceState.TAKEN.value, staff
    place.save(update_fields=["state", "taken_by"])
    _note("tipped place taken up", place, staff, now)
    return place


@transaction.atomic
def note_report(
    place_id: UUID, recipient_id: str, name: str, *, number: str, staff: Staff, now: datetime
) -> TipReport:
    """Somebody was told of the place by hand. Raises NotPossible for the second time."""
    place = _held(place_id)
    if place.state != PlaceState.TAKEN:
        raise NotPossible("Take it up first, so that two do not report the same place.")
    try:
        with transaction.atomic():
            report = TipReport.objects.create(
                place=place,
                recipient_id=recipient_id,
                recipient_name=name,
                their_number=number,
                staff=staff,
                at=now,
            )
    except IntegrityError as error:
        raise NotPossible(f"It is noted already that {name} was told.") from error
    _note("tipped place reported", place, staff, now, recipient=recipient_id)
    return report


@transaction.atomic
def let_tellers_know(place_id: UUID, word: Word, *, staff: Staff, now: datetime) -> None:
    """Let those who told of the place hear that it is looked at, or was reported."""
    place = _held(place_id)
    if word not in {Word.LOOKED_AT, Word.REPORTED} or place.state != PlaceState.TAKEN:
        raise NotPossible("Take it up first; how it ended is told when you settle it.")
    if word is Word.REPORTED and not place.reports.exists():
        raise NotPossible("Note first whom it was reported to.")
    place.told = word.value
    place.save(update_fields=["told"])
    _note("tellers may know", place, staff, now, word=word.value)


@transaction.atomic
def settle_place(place_id: UUID, outcome: Outcome, *, staff: Staff, now: datetime) -> None:
    """The work on a place ends; its tellers may hear how."""
    place = _held(place_id)
    if place.state != PlaceState.TAKEN:
        raise NotPossible("Take it up first.")
    place.state, place.outcome = PlaceState.SETTLED.value, outcome.value
    place.settled_at, place.told = now, _TOLD[outcome].value
    place.save(update_fields=["state", "outcome", "settled_at", "told"])
    _note("tipped place settled", place, staff, now, outcome=outcome.value)


@transaction.atomic
def open_schools(place_id: UUID, *, staff: Staff, now: datetime) -> tuple[tuple[str, int], ...]:
    """The schools that tips about a place named, and the regions that they told in words.

    Most often first. Each opening is on the trail.
    """
    place = _held(place_id)
    opened: Counter[str] = Counter()
    sealed = place.told_by.filter(ref__isnull=False).order_by("-pk")[:_MOST_OPENED]
    for tip in sealed:
        for what, words in (("school", tip.school), ("region", tip.elsewhere)):
            if tip.ref and words:
                actor = f"staff {staff.pk}"
                opened[open_for_centre(tip.ref, bytes(words), what=what, actor=actor, now=now)] += 1
    return tuple(sorted(opened.items(), key=lambda pair: (-pair[1], pair[0])))


def _held(place_id: UUID) -> TippedPlace:
    place = TippedPlace.objects.select_for_update().filter(pk=place_id).first()
    if place is None:
        raise NoSuchPlace
    return place


def _note(event: str, place: TippedPlace, staff: Staff, now: datetime, **facts: Plain) -> None:
    said = {"place": str(place.pk), **facts}
    record_many([Event(name=event, at=now, actor=f"staff {staff.pk}", facts=said)])
