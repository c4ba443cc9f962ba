"""Which lists there are, what they are for, and whose key may search them."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

OWN_LIST: Final = "own-reports"
MOST_RADIUS: Final = 64
MOST_RADIUS_FOR_OWN: Final = 31
"""Who may ask further around a survivor's fingerprint could feel for it."""
LEAST_QUALITY: Final = 50
MOST_OF_A_PARTNER: Final = 1_000_000
"""Entries on the list that one partner hands in."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}\Z")


class Origin(StrEnum):
    """Where a list's fingerprints come from."""

    OWN = "own"
    """Reports to this centre, as far as she agreed."""
    PARTNER = "partner"
    """Handed in by a partner through our interface."""
    IMPORTED = "imported"
    """Read from a file by the operator."""


class Purpose(StrEnum):
    """What it means to be near an entry."""

    MATCH = "match"
    """A reason to look."""
    NEGATIVE = "negative"
    """A reason to say nothing: empty frames, templates, what is known to be harmless."""


class Audience(StrEnum):
    """Whose keys may search a list. The house itself always may."""

    HOUSE = "house"
    HOTLINES = "hotlines"
    PLATFORMS = "platforms"
    """Platforms, and hotlines too."""


class AskerKind(StrEnum):
    """Who asks."""

    HOUSE = "house"
    HOTLINE = "hotline"
    PLATFORM = "platform"


_SEARCHED_BY: Final = {
    Audience.HOUSE: frozenset({AskerKind.HOUSE}),
    Audience.HOTLINES: frozenset({AskerKind.HOUSE, AskerKind.HOTLINE}),
    Audience.PLATFORMS: frozenset(AskerKind),
}


@dataclass(frozen=True, kw_only=True)
class ListFacts:
    """A list, as far as a search has to know it."""

    id: int
    name: str
    origin: Origin
    purpose: Purpose
    audience: Audience
    partner: int | None = None
    """Who hands its entries in, where a partner does."""


def is_list_name(name: str) -> bool:
    """Whether a list can be called so: 1 to 40 small letters, digits and hyphens."""
    return bool(_NAME.match(name))


def may_search(asker: AskerKind, audience: Audience) -> bool:
    """Whether somebody of this kind may search lists that are open to this audience."""
    return asker in _SEARCHED_BY[audience]


def is_told_of(list_: ListFacts, asker: AskerKind, partner: int) -> bool:
    """Whether this partner, which is of this kind, is told what a list holds.

    Of what it handed in itself it is not: it holds that, and would learn what of it is held back
    because it is near a minor's.
    """
    is_its_own = list_.partner == partner
    return list_.purpose is Purpose.MATCH and may_search(asker, list_.audience) and not is_its_own


def is_handed_over(list_: ListFacts, asker: AskerKind, partner: int) -> bool:
    """Whether this partner may take a list away. Never our own reports: it may ask about them.

    Who reports agrees that programs of platforms ask us, and not that they hold her fingerprint:
    what was taken away nobody can take back for her.
    """
    return list_.origin is not Origin.OWN and is_told_of(list_, asker, partner)


def is_for_platforms(purpose: Purpose, audience: Audience) -> bool:
    """Whether platforms are told what is near its entries; then nothing near a minor's is on it."""
    return purpose is Purpose.MATCH and audience is Audience.PLATFORMS


def radius_in(one: ListFacts, asked: int) -> int:
    """How far a search in one list goes, when so many bits are asked for."""
    return min(asked, MOST_RADIUS_FOR_OWN if one.origin is Origin.OWN else MOST_RADIUS)
