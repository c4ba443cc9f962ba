"""The answers of earlier questions, carried in the form itself: signed, compact, for 12 hours.

They are kept nowhere else, neither in a cookie, a session or an address nor on our side. Answers
are carried as typed and judged again before anything is stored.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.core import signing
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from jikimi.web.portal.errors import CannotBeRead
from jikimi.web.portal.facts import Facts, facts_of

MOST_AGE = timedelta(hours=12)
# What is carried changed: a page of before begins anew instead of being read wrongly.
_SALT = "jikimi.portal.report/3"
_MARK_SALT = "jikimi.portal.exit"
_MOST_OLDER = 8


@dataclass(frozen=True, kw_only=True)
class Carried:
    """Answers by the name of their field, and what tells one form from another.

    The random mark is on every page of a form, the first one included, and in the address of Exit:
    whoever left it open may know it. The seed is in no address. It is drawn with the answer to the
    first question, and anew where that is given again: the mark and the seed together are one
    report. The code comes of the seed, or of another that was drawn when she asked to see the code
    ahead: no copy of an earlier page tells it.
    """

    mark: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    seed: str = field(default="", repr=False)
    shown_seed: str = field(default="", repr=False)
    """What the code that was shown before sending comes of; empty if none was."""
    older: tuple[str, ...] = field(default=(), repr=False)
    """Seeds that it had before, whose pages are over once it is sent; the newest last."""
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def with_answers(self, posted: QueryDict, names: Iterable[str]) -> "Carried":
        """These answers, with those of one question replaced by what was posted."""
        fresh = {name: tuple(posted.getlist(name)) for name in names}
        return replace(self, answers={**self.answers, **fresh})

    def with_seed(self, *, anew: bool = False) -> "Carried":
        """These answers, with a seed from the first of them on; `anew`: with another in any case.

        The pages with the seed before may be somebody else's, who left this one for her.
        """
        if self.seed and not anew:
            return self
        older = (*self.older, self.seed)[-_MOST_OLDER:] if self.seed else ()
        return replace(self, seed=secrets.token_urlsafe(16), older=older)

    def with_shown_seed(self) -> "Carried":
        """These answers, with a code that was shown, or one that no earlier page knows."""
        if self.shown_seed:
            return self
        return replace(self.with_seed(), shown_seed=secrets.token_urlsafe(16))

    @property
    def was_shown(self) -> bool:
        """Whether its code was shown before sending."""
        return bool(self.shown_seed)

    def as_data(self) -> MultiValueDict[str, str]:
        """The answers as a form takes them."""
        return MultiValueDict({name: list(values) for name, values in self.answers.items()})

    def without(self, names: Iterable[str]) -> "Carried":
        """These answers, without those of one question."""
        left = set(names)
        rest = {name: values for name, values in self.answers.items() if name not in left}
        return replace(self, answers=rest)

    def facts(self) -> Facts:
        """What later questions need to know."""
        return facts_of(self.answers)

    def signed(self) -> str:
        """The text of the hidden field."""
        held = [self.mark, self.seed, self.shown_seed, self.older, self.answers]
        return signing.dumps(held, salt=_SALT, compress=True)

    def signed_mark(self) -> str:
        """The mark alone, for the address of Exit; no answer is in it."""
        return signing.dumps(self.mark, salt=_MARK_SALT)


def read_carried(text: str) -> Carried:
    """The answers in a hidden field. Raises CannotBeRead."""
    try:
        mark, seed, shown, older, answers = signing.loads(text, salt=_SALT, max_age=MOST_AGE)
    except signing.BadSignature as error:
        raise CannotBeRead from error
    taken = {name: tuple(values) for name, values in answers.items()}
    return Carried(mark=mark, seed=seed, shown_seed=shown, older=tuple(older), answers=taken)


def read_mark(text: str) -> str:
    """The mark in the address of Exit. Raises CannotBeRead."""
    try:
        return str(signing.loads(text, salt=_MARK_SALT, max_age=MOST_AGE))
    except signing.BadSignature as error:
        raise CannotBeRead from error
