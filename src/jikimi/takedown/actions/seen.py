"""What follows from looks at the links of one case: written down, and acted on."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import end_case, hold_case, reopen_case
from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import DOWN, UNDECIDED, Liveness
from jikimi.takedown.actions.drafting import draft_in_case
from jikimi.takedown.actions.elsewhere import suggest_copies
from jikimi.takedown.actions.moving import move_together
from jikimi.takedown.actions.saving import save_together
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState, may_follow
from jikimi.takedown.rules.recheck import Judgement, next_look
from jikimi.takedown.undecided import LOOKED
from jikimi.trail.actions import Event, record_many

_LOOKED = tuple(
    "liveness because distance quality seen_there looks last_look_at next_look_at "
    "claimed_gone_at".split()
)


@transaction.atomic
def write_down(case_id: UUID, judgements: Mapping[UUID, Judgement], now: datetime) -> None:
    """Write looks at links of one case down, and act on what they found.

    Nothing of a case that was erased, or took a minor's path, while somebody looked.
    """
    try:
        case = hold_case(case_id)
    except Case.DoesNotExist:
        return
    if case.is_minor:
        return
    before: dict[UUID, Liveness] = {}
    found = {pk: Liveness(one.verdict.value) for pk, one in judgements.items()}
    looked: list[Sighting] = []
    for sighting in _held(case, judgements):
        if sighting.last_look_at is not None and sighting.last_look_at > now:
            continue  # a look that began later has been written down already
        before[sighting.pk] = Liveness(sighting.liveness)
        looked.append(sighting)
    seen_first = [
        one for one in looked if not one.seen_there and found[one.pk] is Liveness.STILL_THERE
    ]
    for sighting in looked:
        _take_over(sighting, judgements[sighting.pk], now)
    save_together(looked, _LOOKED)
    record_many([_looked(sighting, found[sighting.pk], now) for sighting in looked])
    _note_down([one for one in looked if found[one.pk] in DOWN], case, now)
    _take_up_again(
        [
            one
            for one in looked
            if found[one.pk] is Liveness.STILL_THERE and _is_news(before[one.pk], case)
        ],
        case,
        now,
    )
    for sighting in seen_first:
        suggest_copies(sighting, now=now)


def close_if_all_down(case: Case, now: datetime) -> None:
    """Close an open, held case once every place it knows is down."""
    if case.status != CaseStatus.OPEN or not case.sightings.exists():
        return
    if not case.sightings.exclude(liveness__in=sorted(DOWN)).exists():
        end_case(case, CaseStatus.CLOSED, actor="system", now=now)


def _held(case: Case, ids: Iterable[UUID]) -> list[Sighting]:
    """These places of a held case, held too, in the order in which they were reported."""
    held = Sighting.objects.select_for_update().filter(case=case, pk__in=list(ids))
    sightings = list(held.order_by("reported_at", "pk"))
    for sighting in sightings:
        sighting.case = case
    return sightings


def _is_news(before: Liveness, case: Case) -> bool:
    """Whether that a picture is there changes anything: it was down, or its case was closed."""
    return before in DOWN or (
        case.status == CaseStatus.CLOSED and before is not Liveness.STILL_THERE
    )


def _take_over(sighting: Sighting, judgement: Judgement, now: datetime) -> None:
    found = Liveness(judgement.verdict.value)
    if not (found in UNDECIDED and sighting.liveness == Liveness.SAID_GONE):
        sighting.liveness, sighting.because = found.value, judgement.because
    if found not in UNDECIDED:
        sighting.claimed_gone_at = None
    sighting.distance, sighting.quality = judgement.distance, judgement.quality
    sighting.seen_there = sighting.seen_there or found is Liveness.STILL_THERE
    sighting.looks += 1
    sighting.last_look_at = now
    sighting.next_look_at = next_look(sighting.looks, now)


def _looked(sighting: Sighting, found: Liveness, now: datetime) -> Event:
    return Event(
        name=f"{LOOKED}{found.value}",
        at=now,
        case_ref=sighting.case_id,
        facts={
            "sighting": str(sighting.pk),
            "distance": sighting.distance,
            "quality": sighting.quality,
        },
    )


def _note_down(sightings: list[Sighting], case: Case, now: datetime) -> None:
    """What these places were asked for is done; the case closes with its last place."""
    if not sightings:
        return
    at = {sighting.pk: sighting for sighting in sightings}
    notices = list(
        Notice.objects.select_for_update()
        .filter(sighting__in=sightings)
        .order_by("drafted_at", "pk")
    )
    for notice in notices:
        notice.sighting = at[notice.sighting_id]
    done = [one for one in notices if may_follow(NoticeState(one.state), NoticeState.REMOVED)]
    move_together(done, NoticeState.REMOVED, now=now)
    close_if_all_down(case, now)


def _take_up_again(sightings: list[Sighting], case: Case, now: datetime) -> None:
    """Copies came back: their case opens again, and each gets its next notice."""
    if not sightings:
        return
    if case.status == CaseStatus.CLOSED:
        reopen_case(case, now=now)
    draft_in_case(case, [sighting.pk for sighting in sightings], now=now)
