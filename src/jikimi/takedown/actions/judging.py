"""What a change of the packs means for notices that have not left."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from jikimi.takedown.actions.holding import hold_back_if_changed
from jikimi.takedown.choosing import route_for
from jikimi.takedown.facts import past_notices
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState, OutboxState
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
