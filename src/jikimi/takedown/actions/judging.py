"""What a change of the packs, or of what a case says, means for notices that have not left."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, prefetch_related_objects

from jikimi.cases.models import Case
from jikimi.cases.rules import DOWN
from jikimi.takedown.actions.drafting import draft_in_case
from jikimi.takedown.actions.holding import hold_back_if_changed
from jikimi.takedown.actions.moving import held_of, move_together, take_back, write_anew
from jikimi.takedown.actions.outbox import stop
from jikimi.takedown.actions.saving import save_together
from jikimi.takedown.asking_once import asking_once
from jikimi.takedown.choosing import route_for
from jikimi.takedown.contacts import read_registries_about
from jikimi.takedown.errors import MayNotSend, TakedownError
from jikimi.takedown.facts import past_notices
from jikimi.takedown.letters import letter_of, route_now
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import NoticeState, OutboxState
from jikimi.takedown.rules.route import ChosenRoute
from jikimi.venues.models import PackChange

_TOLD_MORE = "what the case says has changed"
_ANSWER_WENT = "an answer that it rested on was taken back"


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
    a claim that it is gone holds the ladder. What is being sent at this moment, or broke off, is
    judged before it goes again: `stop_if_told_since`, `go_again`.
    """
    with asking_once():
        approved = _notices(case, state=NoticeState.APPROVED)
        take_back(approved, now=now, because=_TOLD_MORE, actor=actor)
        places = _cancel_outdated(_notices(case, state=NoticeState.DRAFT), now, actor)
        draft_in_case(case, places | _go_on(case, now), now=now)


def stop_if_told_since(letter: OutboundLetter, notices: list[Notice], now: datetime) -> bool:
    """Stop a held letter whose yes was for what the case said before; whether it did.

    It was on its way when she told more, or broke off, and is to be tried again. Its notices are
    drafts again, or make room for what the rules choose now.
    """
    told_at = letter.case.told_at
    if told_at is None or not any(one.approved_at and one.approved_at < told_at for one in notices):
        return False
    stop(letter)
    take_back(notices, now=now, because=_TOLD_MORE)
    draft_in_case(letter.case, _cancel_outdated(notices, now), now=now)
    return True


def go_again(letter: OutboundLetter, notices: list[Notice], now: datetime) -> bool:
    """Let a held letter that did not arrive go once more, as it would be written now; whether so.

    Where the yes was for other words, or the rules choose otherwise by now, it stops: its notices
    are drafts again, or make room for what they choose.
    """
    letter.case = notices[0].sighting.case
    with asking_once():
        if stop_if_told_since(letter, notices, now):
            return False
        write_anew(letter, notices, now)
        back = [one for one in notices if one.state == NoticeState.DRAFT]
        draft_in_case(letter.case, _cancel_outdated(back, now), now=now)
        return not back


def choose_anew_since(
    answered_at: datetime, notices: Sequence[Notice], *, actor: str, now: datetime
) -> None:
    """An answer to these held notices of a case was none: what rests on it at their places goes.

    What was approved since then is a draft again where its letter tells of one of them, or the
    rules do not choose it any more. What was drafted since then and is not chosen any more is
    cancelled: who owes an answer again is waited for; once that led nowhere the ladder goes on.
    """
    case, places = notices[0].sighting.case, {one.sighting_id for one in notices}
    told = frozenset(one.reference for one in notices)
    with asking_once():
        approved = _notices(
            case, state=NoticeState.APPROVED, sighting__in=places, approved_at__gte=answered_at
        )
        resting = [one for one in approved if _rests_on(one, told, now)]
        take_back(resting, now=now, because=_ANSWER_WENT, actor=actor)
        drafts = _notices(
            case, state=NoticeState.DRAFT, sighting__in=places, drafted_at__gte=answered_at
        )
        _cancel_outdated(drafts, now, actor)


def _rests_on(approved: Notice, references: Collection[str], now: datetime) -> bool:
    try:
        letter = letter_of([approved], now)
    except TakedownError:
        return True
    return any(reference in letter.text for reference in references)


def _notices(case: Case, **which: object) -> list[Notice]:
    return held_of(case, Notice.objects.filter(sighting__case=case, **which))


def _cancel_outdated(drafts: list[Notice], now: datetime, actor: str = "system") -> set[UUID]:
    """Cancel held drafts that the rules no longer choose, and say why anew on the others.

    Returns the places of those that were cancelled.
    """
    prefetch_related_objects(drafts, "sighting__notices__letter")
    read_registries_about(draft.sighting for draft in drafts)
    outdated = [draft for draft in drafts if not _is_right(draft, now)]
    for draft in outdated:
        draft.replaced = True
    save_together([one for one in drafts if not one.replaced], ("because", "why_not"))
    move_together(outdated, NoticeState.CANCELLED, now=now, actor=actor)
    return {draft.sighting_id for draft in outdated}


def _is_right(draft: Notice, now: datetime) -> bool:
    """Whether the rules still choose it; if so, it says why as they say it now."""
    try:
        chosen = route_now(draft, now)
    except MayNotSend:
        return False
    draft.because, draft.why_not = chosen.because, chosen.why_not or ""
    return True


def _go_on(case: Case, now: datetime) -> set[UUID]:
    """The places where the rules choose somebody now, and no claim or person's no stands."""
    stopped = Notice.objects.filter(
        sighting__case=case, state=NoticeState.CANCELLED, replaced=False
    )
    up = case.sightings.filter(claimed_gone_at=None).exclude(liveness__in=sorted(DOWN))
    places = up.exclude(pk__in=stopped.values("sighting_id"))
    going_on = list(places.prefetch_related("notices__letter"))
    read_registries_about(going_on)
    return {one.pk for one in going_on if isinstance(route_for(one, case, now=now), ChosenRoute)}
