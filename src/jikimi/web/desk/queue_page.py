"""The queue: which case comes next, its parts with their counts, and the way to any case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jikimi.cases.rules import Situation
from jikimi.takedown.queueing.reading import (
    Queue,
    QueueRow,
    case_called,
    ended_cases,
    fresh_row,
    queue,
    queue_counts,
)
from jikimi.takedown.rules.queue import QueueView, Show, Tone
from jikimi.web.desk.guard import StaffRequest
from jikimi.web.desk.queue_view import query_of, view_of
from jikimi.web.desk.wording import SITUATIONS, count

PARTS: Mapping[Show, str] = {
    Show.ALL: "All open",
    Show.ACT: "Act now",
    Show.APPROVE: "To approve",
    Show.WAITING: "Waiting for reply",
    Show.OVERDUE: "Clock run out",
    Show.UNKNOWN: "Sending broke off",
    Show.REPLIES: "Reply to confirm",
    Show.BACK: "Came back",
    Show.MINORS: "Minors",
}
_LATE = frozenset({Show.OVERDUE, Show.UNKNOWN})
_EVERYTHING = QueueView()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One case of the list."""

    nickname: str
    facts: str
    headline: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the queue, as the rail names it."""

    show: Show
    words: str
    count: int
    is_late: bool
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Board:
    """The rail with its counts, as every page of the desk carries it; perhaps with the list."""

    parts: tuple[Part, ...]
    view: QueueView = _EVERYTHING
    rows: tuple[Row, ...] = ()
    total: int = 0
    pages: int = 1
    current: str = ""
    previous: str = ""
    following: str = ""

    @property
    def query(self) -> str:
        """The end of an address that keeps this part, search and page."""
        return query_of(self.view)


def board(now: datetime, view: QueueView | None = None, *, current: str = "") -> Board:
    """The rail alone, for pages without the list, or for a case that is put beside it."""
    parts = tuple(_parts(now, view.show if view else None))
    return Board(parts=parts, view=view or _EVERYTHING, current=current)


def board_with_list(now: datetime, view: QueueView, *, current: str = "") -> Board:
    """The rail and a page of the list; `current` is the case that is open beside it."""
    found = queue(now, view)
    page, pages = view.page, found.pages
    return Board(
        parts=tuple(_parts(now, view.show)),
        view=view,
        rows=tuple(_row(row) for row in found.rows),
        total=found.total,
        pages=pages,
        current=current,
        previous=_page_at(found, min(page - 1, pages)) if page > 1 else "",
        following=_page_at(found, page + 1) if page < pages else "",
    )


def row_now(case_id: UUID, now: datetime) -> Row:
    """The line of one case as it stands now."""
    return _row(fresh_row(case_id, now))


@require_safe
def show_queue(request: StaffRequest) -> HttpResponse:
    """The list; or straight to a case whose whole nickname or reference was typed."""
    view, now = view_of(request.GET), timezone.now()
    if view.search and (case := case_called(view.search)):
        return redirect("desk_case", nickname=case.nickname)
    shown = {
        "board": board_with_list(now, view),
        "ended": ended_cases(view.search) if view.search else (),
        "part": PARTS[view.show],
    }
    return render(request, "desk/queue.html", shown)


def _parts(now: datetime, current: Show | None) -> Iterator[Part]:
    counts = queue_counts(now)
    for show, words in PARTS.items():
        yield Part(
            show=show,
            words=words,
            count=counts[show],
            is_late=show in _LATE and counts[show] > 0,
            is_current=show is current,
        )


def _page_at(found: Queue, page: int) -> str:
    return query_of(replace(found.view, page=page)) or "?"


def _row(row: QueueRow) -> Row:
    parts = [
        f"{SITUATIONS[Situation(row.situation)]}, {'minor’s path' if row.minor else 'adult'}",
        count(row.live_links, "live link", "live links"),
    ]
    if row.hosts:
        left_out = row.host_count - len(row.hosts)
        named = ", ".join(row.hosts)
        parts.append(named + (f" and {left_out} more" if left_out > 0 else ""))
    return Row(nickname=row.nickname, facts=" · ".join(parts), headline=row.headline, tone=row.tone)
