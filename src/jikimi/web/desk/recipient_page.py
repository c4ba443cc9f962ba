"""The board of recipients, and a page for each: what they did with our notices."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jikimi.takedown.models import Notice, SendingGate
from jikimi.takedown.recipient_notices import name_last_used, open_notices_of
from jikimi.takedown.rules.effect import CONFIDENCE, ENOUGH
from jikimi.takedown.rules.notice import WITH_RECIPIENT, NoticeState, is_overdue
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import RecipientId
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.recipient_board import card_of, cards_at
from jikimi.web.desk.recipient_plots import percent
from jikimi.web.desk.wording import KINDS, NOTICES, ROUTES, STATUSES, Said

MOST_NOTICES = 50


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """A notice that has not ended."""

    notice: Notice
    said: Said
    clock_runs: bool


@require_safe
def show_recipients(request: StaffRequest) -> HttpResponse:
    """What became of the last year's notices."""
    now = timezone.now()
    return render(
        request,
        "desk/recipients.html",
        {
            "board": board(now),
            "shows_recipients": True,
            "cards": cards_at(now),
            "enough": ENOUGH,
            "confidence": percent(CONFIDENCE),
        },
    )


@require_safe
def show_recipient(request: StaffRequest, recipient_id: str) -> HttpResponse:
    """One recipient: its health, figures, notices that have not ended, ways in, and its entry."""
    now, id_ = timezone.now(), RecipientId(recipient_id)
    entry = packs_in_use().recipients.get(id_)
    if entry is None and name_last_used(id_) is None:
        return no_such_thing(request)
    notices = open_notices_of(id_)
    return render(
        request,
        "desk/recipient.html",
        {
            "board": board(now),
            "shows_recipients": True,
            "card": card_of(id_, now),
            "paused": SendingGate.objects.filter(pk=id_, paused_at__isnull=False).first(),
            "entry": entry,
            "kind": KINDS[entry.kind] if entry else "",
            "status": _status(recipient_id, now),
            "routes": [(ROUTES[route.type], route) for route in entry.routes] if entry else [],
            "notices": [_row(notice, now) for notice in notices[:MOST_NOTICES]],
            "more": max(notices.count() - MOST_NOTICES, 0),
            "confidence": percent(CONFIDENCE),
            "now": now,
        },
    )


def _status(recipient_id: str, now: datetime) -> Said | None:
    entry = packs_in_use().recipients.get(RecipientId(recipient_id))
    if entry is None:
        return None
    expired = entry.review.expired_on(now.date())
    return Said(words="expired", tone="late") if expired else STATUSES[entry.status]


def _row(notice: Notice, now: datetime) -> NoticeRow:
    state = NoticeState(notice.state)
    late = is_overdue(state, notice.due_at, now)
    return NoticeRow(
        notice=notice,
        said=NOTICES[NoticeState.OVERDUE if late else state],
        clock_runs=state in WITH_RECIPIENT and notice.due_at is not None,
    )
