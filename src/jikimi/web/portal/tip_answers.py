"""What a tip's code opens, in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from jikimi.intake.tips.receiving import StandingTogether
from jikimi.intake.tips.rules import Word

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Words

STANDS: dict[Word, Words] = {
    Word.RECEIVED: _("Arrived"),
    Word.LOOKED_AT: _("Being looked at"),
    Word.REPORTED: _("Passed on to those who can act"),
    Word.DOWN: _("Down, as far as we know"),
    Word.COULD_NOT: _("Could not be taken down"),
}


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Of one tip its word, and of how many others told of it; of several how many stand where."""

    word: Word | None
    others: str
    counts: tuple[tuple[Words, int], ...]


def heard_of(together: tuple[StandingTogether, ...]) -> Heard:
    """Put the tips under one code, at least one, into words."""
    counts, first = Counter[Word](), together[0].standing
    for some in together:
        counts[some.standing.word] += some.tips
    is_one = counts.total() == 1
    others = say("More than %(number)s people told us of the same place.")
    return Heard(
        word=first.word if is_one else None,
        others=others % {"number": first.more_than} if is_one and first.more_than else "",
        counts=tuple((words, counts[word]) for word, words in STANDS.items() if counts[word]),
    )
