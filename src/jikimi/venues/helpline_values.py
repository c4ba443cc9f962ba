"""What helplines are, once read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jikimi.venues.pack_parts import Language, Review, Source, Text


@dataclass(frozen=True, kw_only=True)
class Helpline:
    """A line for the survivor's page. Without phone and web it can only be named."""

    id: str
    country: str
    name: Text
    kind: Literal["police", "hotline", "support", "takedown"]
    phone: str | None
    web: str | None
    chat: str | None
    is_always_open: bool
    """Whether somebody answers at every hour of every day."""
    for_minors: bool
    for_adults: bool
    languages: tuple[Language, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, kw_only=True)
class CountryLines:
    """The helplines of one country, or of the whole world."""

    country: str
    lines: tuple[Helpline, ...]
    review: Review
