"""A case of an adult takes a minor's path: she says that a new picture may be from before 18."""

from datetime import datetime

from jikimi.cases.actions import change_age
from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup
from jikimi.takedown.actions.drafting import draft_for_sightings
from jikimi.takedown.actions.moving import locked_together, move_together, stop_letters_of
from jikimi.takedown.actions.outbox import stop
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import STOPPABLE, NoticeState
from jikimi.trail.lookups import recorded_values


def take_minors_path(case: Case, age: AgeGroup, *, now: datetime) -> None:
    """From now on nothing of a held case is fetched, and a hotline comes first.

    What waited for anybody else is stopped, and drafted anew as the rules choose now.
    """
    change_age(case, age, now=now)
    stop_letters_of(case.pk)
    waiting = Notice.objects.filter(sighting__case=case, state__in=sorted(STOPPABLE))
    places = list(waiting.values_list("sighting", flat=True))
    ids = list(waiting.values_list("pk", flat=True))
    move_together(locked_together(ids) if ids else (), NoticeState.CANCELLED, now=now)
    draft_for_sightings(places, now=now)


def stop_adults_letter(letter: OutboundLetter, notices: list[Notice], now: datetime) -> bool:
    """Stop a held letter that was approved while its case was an adult's; whether it did.

    It was on its way when the case took a minor's path, and waits to be tried again.
    """
    if not letter.case.is_minor:
        return False
    changes = recorded_values("age changed", "at", case_ref=letter.case_id)
    changed = max((datetime.fromisoformat(str(at)) for at in changes), default=None)
    before = [one for one in notices if changed and one.approved_at and one.approved_at < changed]
    if not before:
        return False
    stop(letter)
    move_together(notices, NoticeState.CANCELLED, now=now)
    draft_for_sightings([one.sighting_id for one in notices], now=now)
    return True
