"""What the desk asks of the queue: a page of it, its counts, and the way to one case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import AgeGroup
from jikimi.takedown.models import Notice
from jikimi.takedown.queue_models import QueueEntry
from jikimi.takedown.queueing.counting import count_what_changed
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.queue import QueueView, Show, Tone, headline, reference_range
from jikimi.takedown.rules.reply import ReplyState

ROWS_A_PAGE = 100
_MOST_ENDED = 20


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """One case, as the queue shows it."""

    nickname: str
    case_id: UUID
    situation: str
    minor: bool
    live_links: int
    hosts: tuple[str, ...]
    """The first few by name."""
    host_count: int
    headline: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One page of the queue, most urgent case first; `total` counts all its pages."""

    rows: tuple[QueueRow, ...]
    total: int
    view: QueueView

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(-(-self.total // ROWS_A_PAGE), 1)


def queue(now: datetime, view: QueueView | None = None) -> Queue:
    """The open cases that the view asks for; the number of queries is the same for any length."""
    count_what_changed()
    view = view or QueueView()
    start = (view.page - 1) * ROWS_A_PAGE
    found = _entries().filter(_part(view.show, now))
    if view.search:
        ids = list(found.filter(case__in=_cases_holding(view.search)).values_list("pk", flat=True))
        total, found = len(ids), _entries().filter(pk__in=ids[start : start + ROWS_A_PAGE])
    else:
        total, found = found.count(), found[start : start + ROWS_A_PAGE]
    rows = tuple(row_of(entry, now) for entry in found.select_related("case"))
    return Queue(rows=rows, total=total, view=view)


def queue_counts(now: datetime) -> Mapping[Show, int]:
    """How many open cases each part of the queue holds, in one query."""
    count_what_changed()
    counted = _entries().aggregate(
        **{f"of_{show.value}": Count("pk", filter=_part(show, now)) for show in Show}
    )
    return {show: counted[f"of_{show.value}"] for show in Show}


def fresh_row(case_id: UUID, now: datetime) -> QueueRow:
    """The line of one case as it stands now."""
    count_what_changed()
    return row_of(QueueEntry.objects.select_related("case").get(pk=case_id), now)


def row_of(entry: QueueEntry, now: datetime) -> QueueRow:
    """The line of one case."""
    words, tone = headline(entry.standing(), now)
    return QueueRow(
        nickname=entry.case.nickname,
        case_id=entry.case_id,
        situation=entry.case.situation,
        minor=entry.case.is_minor,
        live_links=entry.live_links,
        hosts=tuple(entry.hosts),
        host_count=entry.host_count,
        headline=words,
        tone=tone,
    )


def ended_cases(search: str) -> list[Case]:
    """Closed and withdrawn cases that a search finds, by name."""
    ended = Case.objects.exclude(status=CaseStatus.OPEN)
    return list(ended.filter(pk__in=_cases_holding(search)).order_by("nickname")[:_MOST_ENDED])


def case_called(search: str) -> Case | None:
    """The one case that a whole nickname, a reference (JK-...) or a recipient's number stands for.

    Open or not; none where a reference or a number stands for several.
    """
    if named := Case.objects.filter(nickname=search).first():
        return named
    ids = reference_range(search)
    ours = Q(sightings__notices__id__range=ids) if ids else None
    found = Case.objects.filter(ours or Q(letters__their_reference__iexact=search)).distinct()[:2]
    return found[0] if len(found) == 1 else None


def _entries() -> QuerySet[QueueEntry]:
    """The open cases: live link, minor, threat, the clock that ends first, the oldest case."""
    return QueueEntry.objects.filter(urgency__isnull=False).order_by(
        "urgency", "first_clock", "opened_at", "case"
    )


_WAITING_REPLIES = ReceivedReply.objects.filter(state=ReplyState.WAITING, notice__isnull=False)


def _part(show: Show, now: datetime) -> Q:
    """The condition of one part; a clock counts that has run out since the last sweep."""
    parts: Mapping[Show, Q] = {
        Show.ALL: Q(),
        Show.ACT: Q(notices=0) | Q(drafts__gt=0) | Q(unknown__gt=0) | Q(undeliverable__gt=0),
        Show.APPROVE: Q(drafts__gt=0),
        Show.WAITING: Q(last_due__gt=now),
        Show.OVERDUE: Q(overdue__gt=0) | Q(next_due__lte=now),
        Show.UNKNOWN: Q(unknown__gt=0),
        Show.REPLIES: Q(case__in=_WAITING_REPLIES.values("notice__sighting__case")),
        Show.BACK: Q(came_back__gt=0),
        Show.MINORS: ~Q(case__age_group=AgeGroup.ADULT),
    }
    return parts[show]


def _cases_holding(search: str) -> QuerySet[Case, UUID]:
    """Ids of cases whose nickname, host, recipient or reference holds what is searched."""
    if ids := reference_range(search):
        return Case.objects.filter(sightings__notices__pk__range=ids).values_list("pk", flat=True)
    to_recipient = Notice.objects.filter(recipient_name__icontains=search)
    return (
        Case.objects.filter(nickname__contains=search)
        .union(
            Case.objects.filter(
                pk__in=Sighting.objects.filter(host__contains=search).values("case")
            ),
            Case.objects.filter(pk__in=to_recipient.values("sighting__case")),
        )
        .values_list("pk", flat=True)
    )
