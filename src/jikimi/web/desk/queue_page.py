"""The queue: which case comes next, and the way to any other by its nickname."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import Situation
from jikimi.takedown.lookups import QueueCounts, QueueRow, queue
from jikimi.web.desk.guard import StaffRequest
from jikimi.web.desk.wording import SITUATIONS, count

MOST_ROWS = 100
_NAMED_HOSTS = 3


@dataclass(frozen=True, kw_only=True)
class Row:
    """One case of the list."""

    nickname: str
    facts: str
    headline: str
    tone: Literal["late", "warn", "ok", "plain"]


@dataclass(frozen=True, kw_only=True)
class Board:
    """The list with its counts, as every page of the desk carries it."""

    rows: tuple[Row, ...]
    more: int
    counts: QueueCounts
    current: str = ""
    search: str = ""


def board(now: datetime, *, current: str = "", search: str = "") -> Board:
    """The open cases, most urgent first; with `search`, those whose nickname holds it."""
    found = queue(now)
    rows = [row for row in found.rows if search in row.nickname]
    return Board(
        rows=tuple(_row(row) for row in rows[:MOST_ROWS]),
        more=max(len(rows) - MOST_ROWS, 0),
        counts=found.counts,
        current=current,
        search=search,
    )


@require_safe
def show_queue(request: StaffRequest) -> HttpResponse:
    """The list; or straight to a case whose whole nickname was typed."""
    search = request.GET.get("q", "").strip().lower()[:40]
    if search and Case.objects.filter(nickname=search).exists():
        return redirect("desk_case", nickname=search)
    ended = Case.objects.exclude(status=CaseStatus.OPEN).filter(nickname__contains=search)
    return render(
        request,
        "desk/queue.html",
        {
            "board": board(timezone.now(), search=search),
            "ended": ended.order_by("nickname")[:MOST_ROWS] if search else (),
        },
    )


def _row(row: QueueRow) -> Row:
    parts = [
        f"{SITUATIONS[Situation(row.situation)]}, {'minor’s path' if row.minor else 'adult'}",
        count(row.live_links, "live link", "live links"),
    ]
    if row.hosts:
        left_out = len(row.hosts) - _NAMED_HOSTS
        named = ", ".join(row.hosts[:_NAMED_HOSTS])
        parts.append(named + (f" and {left_out} more" if left_out > 0 else ""))
    return Row(nickname=row.nickname, facts=" · ".join(parts), headline=row.headline, tone=row.tone)
