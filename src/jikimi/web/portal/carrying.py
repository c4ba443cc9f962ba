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
_SALT = "jikimi.portal.report/2"
_MARK_SALT = "jikimi.portal.exit"


@dataclass(frozen=True, kw_only=True)
class Carried:
    """Answers by the name of their field, and a random mark that tells one report from another.

    The mark stands in the address of Exit. What the report's code comes of is the seed, which is
    in no address. It is drawn with the first answer, and anew where its code is to be shown ahead:
    whoever copied an earlier page of the form does not come to know the code that she is shown.
    """

    mark: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    seed: str = field(default="", repr=False)
    shown: bool = False
    """Whether the code of this seed was shown before sending; it is not drawn anew after that."""
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def with_answers(self, posted: QueryDict, names: Iterable[str]) -> "Carried":
        """These answers, with those of one question replaced by what was posted."""
        fresh = {name: tuple(posted.getlist(name)) for name in names}
        return replace(self, answers={**self.answers, **fresh})

    def with_seed(self, *, anew: bool = False) -> "Carried":
        """These answers, with a seed from the first of them on; `anew` unless it was shown."""
        keeps = self.seed and (self.shown or not anew)
        return self if keeps else replace(self, seed=secrets.token_urlsafe(16))

    def with_shown_seed(self) -> "Carried":
        """These answers, with the seed that was shown, or one that no earlier page knows."""
        return replace(self.with_seed(anew=True), shown=True)

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
        held = [self.mark, self.seed, self.shown, self.answers]
        return signing.dumps(held, salt=_SALT, compress=True)

    def signed_mark(self) -> str:
        """The mark alone, for the address of Exit; no answer is in it."""
        return signing.dumps(self.mark, salt=_MARK_SALT)


def read_carried(text: str) -> Carried:
    """The answers in a hidden field. Raises CannotBeRead."""
    try:
        mark, seed, shown, answers = signing.loads(text, salt=_SALT, max_age=MOST_AGE)
    except signing.BadSignature as error:
        raise CannotBeRead from error
    taken = {name: tuple(values) for name, values in answers.items()}
    return Carried(mark=mark, seed=seed, shown=shown, answers=taken)


def read_mark(text: str) -> str:
    """The mark in the address of Exit. Raises CannotBeRead."""
    try:
        return str(signing.loads(text, salt=_MARK_SALT, max_age=MOST_AGE))
    except signing.BadSignature as error:
        raise CannotBeRead from error
