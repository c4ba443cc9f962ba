"""What a change of the packs, or of what a case says, means for notices that have not left."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from jikimi.cases.models import Case
from jikimi.takedown.actions.drafting import draft_in_case
from jikimi.takedown.actions.holding import hold_back_if_changed
from jikimi.takedown.actions.moving import held_of, leave_letters, move_together, take_back
from jikimi.takedown.choosing import route_for
from jikimi.takedown.errors import MayNotSend, TakedownError
from jikimi.takedown.facts import past_notices
from jikimi.takedown.letters import letter_of, route_now
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import ENDS, NoticeState, OutboxState
from jikimi.takedown.rules.route import ChosenRoute
from jikimi.venues.models import PackChange


def handle_pack_change(change_id: UUID, *, now: datetime) -> None:
    """Judge anew what rests on an entry that two people changed.

    Approved letters that may not leave any more become drafts; drafts say why they wait.
    """
    change = PackChange.objects.get(pk=change_id)
    of_entry = {
        "recipients": Q(recipient_id=change.entry_id),
        "laws": Q(law_id=change.entry_id),
    }.get(change.section)
    if of_entry:
        notices = Notice.objects.filter(of_entry)
        for letter_id in _letters_waiting(notices):
            hold_back_if_changed(letter_id, now)
        judge_drafts_anew(notices, now)


def _letters_waiting(notices: QuerySet[Notice]) -> list[UUID]:
    waiting = notices.filter(state=NoticeState.APPROVED, letter__state=OutboxState.READY)
    found = waiting.values_list("letter_id", flat=True).distinct()
    return [letter_id for letter_id in found if letter_id]


def judge_drafts_anew(notices: QuerySet[Notice], now: datetime) -> None:
    """Drafts say why they may not go; that reason may be gone by now, or new."""
    drafts = notices.filter(state=NoticeState.DRAFT).select_related("sighting__case")
    for notice in drafts.iterator():
        chosen = route_for(
            notice.sighting,
            notice.sighting.case,
            now=now,
            history=past_notices(notice.sighting, leaving_out=notice),
            figures_of=notice.drafted_at,
        )
        if isinstance(chosen, ChosenRoute):
            Notice.objects.filter(pk=notice.pk, state=NoticeState.DRAFT).update(
                why_not=chosen.why_not or ""
            )


def choose_anew(case: Case, *, actor: str, now: datetime) -> None:
    """What a held case says has changed: its notices that have not left are chosen anew.

    A yes was for other words, so what was approved is a draft again. A draft that the rules still
    choose says why anew; another is cancelled, and what they choose now takes its place. Where they
    had chosen nobody, or ask somebody at once beside it now, that is drafted, too; but not where
    a claim that it is gone holds the ladder.
    """
    approved = _notices(case, state=NoticeState.APPROVED)
    _take_back_approved(approved, "what the case says has changed", actor, now)
    # What a person has cancelled is not drafted again.
    ended = Notice.objects.filter(sighting__case=case, state__in=sorted(ENDS), replaced=False)
    unclaimed = case.sightings.filter(claimed_gone_at=None)
    going_on = list(unclaimed.exclude(pk__in=ended.values("sighting_id")))
    drafts = _notices(case, state=NoticeState.DRAFT)
    places = _cancel_outdated(drafts, actor, now)
    for sighting in going_on:
        if isinstance(route_for(sighting, case, now=now), ChosenRoute):
            places.add(sighting.pk)
    draft_in_case(case, places, now=now)


def choose_anew_since(
    answered_at: datetime, notices: Sequence[Notice], *, actor: str, now: datetime
) -> None:
    """An answer to these held notices of a case was none: what rests on it at their places goes.

    What was approved since then is a draft again where its letter tells of one of them, or the
    rules do not choose it any more. What was drafted since then and is not chosen any more is
    cancelled: who owes an answer again is waited for; once that led nowhere the ladder goes on.
    """
    case, places = notices[0].sighting.case, {one.sighting_id for one in notices}
    approved = _notices(
        case, state=NoticeState.APPROVED, sighting__in=places, approved_at__gte=answered_at
    )
    told = frozenset(one.reference for one in notices)
    resting = [one for one in approved if _rests_on(one, told, now)]
    _take_back_approved(resting, "an answer that it rested on was taken back", actor, now)
    drafts = _notices(
        case, state=NoticeState.DRAFT, sighting__in=places, drafted_at__gte=answered_at
    )
    _cancel_outdated(drafts, actor, now)


def _rests_on(approved: Notice, references: Collection[str], now: datetime) -> bool:
    try:
        letter = letter_of([approved], now)
    except TakedownError:
        return True
    return any(reference in letter.text for reference in references)


def _take_back_approved(approved: list[Notice], because: str, actor: str, now: datetime) -> None:
    leave_letters(approved, now)
    for notice in approved:
        take_back(notice, now=now, because=because, actor=actor)


def _cancel_outdated(drafts: list[Notice], actor: str, now: datetime) -> set[UUID]:
    """Cancel those that the rules do not choose any more; at which places."""
    outdated = [draft for draft in drafts if not _is_right(draft, now)]
    for draft in outdated:
        draft.replaced = True
    move_together(outdated, NoticeState.CANCELLED, now=now, actor=actor)
    return {draft.sighting_id for draft in outdated}


def _notices(case: Case, **which: object) -> list[Notice]:
    return held_of(case, Notice.objects.filter(sighting__case=case, **which))


def _is_right(draft: Notice, now: datetime) -> bool:
    """Whether the rules still choose it; if so, it says why as they say it now."""
    try:
        chosen = route_now(draft, now)
    except MayNotSend:
        return False
    Notice.objects.filter(pk=draft.pk).update(because=chosen.because, why_not=chosen.why_not or "")
    return True
