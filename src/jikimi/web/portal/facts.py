"""What earlier answers mean for later questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from jikimi.cases.rules import AgeGroup, Authority, Relation, Situation, may_speak_for_her

Told = Mapping[str, tuple[str, ...]]
_Answer = TypeVar("_Answer", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What later questions need to know. An age not yet told is no minor's path."""

    happening: str
    """What is happening to her, also where somebody else reports; empty if not told yet."""
    helping: bool
    helper: Relation | None
    authority: Authority
    minor: bool
    has_fingerprints: bool
    has_places: bool
    wants_contact: bool
    may_be_acted_on: bool
    """Whether anything may go out before a caseworker has confirmed it."""

    @property
    def threatened(self) -> bool:
        return self.happening == Situation.THREATENED

    @property
    def heard(self) -> bool:
        return self.happening == Situation.HEARD

    @property
    def faked(self) -> bool:
        return self.happening == Situation.FAKED

    @property
    def has_nothing(self) -> bool:
        """Whether neither a fingerprint nor a place is known."""
        return not self.has_fingerprints and not self.has_places


def facts_of(told: Told) -> Facts:
    """Read what was told so far; answers that mean nothing count as not given."""
    situation = _first(told, "situation")
    helping = situation == Situation.HELPING
    helper = _one_of(Relation, _first(told, "helper")) if helping else None
    authority = _one_of(Authority, _first(told, "authority")) if helping else Authority.OWN
    age = _one_of(AgeGroup, _first(told, "age_group")) or AgeGroup.ADULT
    authority = authority or Authority.NOT_SURE
    return Facts(
        happening=_first(told, "happening") if helping else situation,
        helping=helping,
        helper=helper,
        authority=authority,
        minor=age is not AgeGroup.ADULT,
        has_fingerprints=_first(told, "file") == "yes" and bool(_first(told, "fingerprints")),
        has_places=bool(_first(told, "places").strip()),
        wants_contact=_first(told, "contact") == "yes",
        may_be_acted_on=may_speak_for_her(authority, helper, age) if helping else True,
    )


def _first(told: Told, name: str) -> str:
    values = told.get(name, ())
    return values[-1] if values else ""


def _one_of(of: type[_Answer], value: str) -> _Answer | None:
    try:
        return of(value)
    except ValueError:
        return None
