"""What minors' reports hold back from lists of others, as the desk decides on it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Min, QuerySet

from jikimi.exchange.minors_models import HeldBack
from jikimi.exchange.rules.minors import Word


@dataclass(frozen=True, kw_only=True)
class HeldBackRow:
    """What one minor's report holds back, with what was decided of it, if anything was."""

    nickname: str
    lists: tuple[str, ...]
    prints: int
    since: datetime
    word: Word
    decided_by: str
    """The caseworker's address; empty while it waits."""
    decided_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether nobody has decided yet."""
        return self.word is Word.WAITS

    @property
    def is_listed(self) -> bool:
        """Whether it was let return."""
        return self.word is Word.RETURNS


def held_back() -> list[HeldBackRow]:
    """A row for each report and what was decided: first what waits, then the latest decided."""
    counted = (
        _on_living_lists()
        .values_list("case__nickname", "word", "decided_by__email", "decided_at")
        .annotate(Count("pk"), Min("since"), lists=ArrayAgg("list__name", distinct=True))
    )
    rows = [
        HeldBackRow(
            nickname=nickname,
            lists=tuple(sorted(lists)),
            prints=prints,
            since=since,
            word=Word(word),
            decided_by=by or "",
            decided_at=at,
        )
        for nickname, word, by, at, prints, since, lists in counted
    ]
    latest = sorted(rows, key=lambda row: row.decided_at or row.since, reverse=True)
    return sorted(latest, key=lambda row: not row.waits)


def how_many_hold_back_unseen() -> int:
    """How many reports hold something back of which nobody has decided."""
    waiting = _on_living_lists().filter(word=Word.WAITS)
    return waiting.values("case").distinct().count()


def _on_living_lists() -> QuerySet[HeldBack]:
    return HeldBack.objects.filter(list__ended_at=None)
