"""What a guide is, once read: short help in every language, with its sources and its last day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NewType

from jikimi.venues.pack_parts import Language, LawId, Review, Source, Text

GuideId = NewType("GuideId", str)

GUIDE_LANGUAGES: tuple[Language, ...] = ("en", "ko", "id", "ja", "zh-TW")
"""The languages that every guide has to be written in."""


@dataclass(frozen=True, kw_only=True)
class GuideSection:
    """Some items under one heading: steps in their order, points, plain text, or a calm word."""

    kind: Literal["steps", "points", "text", "calm"]
    heading: Text | None
    items: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class GuidePlace:
    """What the law says in one place. The laws' own packs give the clocks and their standing."""

    place: str
    """ISO 3166, or EU."""
    laws: tuple[LawId, ...]
    items: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class Guide:
    """One guide, or the card to print. `docs/formats/guide-1.md` explains every key."""

    id: GuideId
    kind: Literal["guide", "card"]
    number: int
    """What stands in its address instead of words that would tell what somebody read."""
    status: Literal["verified", "unverified"]
    situations: tuple[str, ...]
    """Of `danger` and the answers to the report's first question."""
    title: Text
    lead: Text
    words: Mapping[Language, tuple[str, ...]]
    """By what else somebody may look for it."""
    sections: tuple[GuideSection, ...]
    lines: tuple[str, ...]
    """Helplines that come first on its page."""
    places: tuple[GuidePlace, ...]
    related: tuple[GuideId, ...]
    sources: tuple[Source, ...]
    review: Review


@dataclass(frozen=True, kw_only=True)
class Guides:
    """All guides and the card, in the order of their numbers."""

    everything: tuple[Guide, ...]

    @property
    def guides(self) -> tuple[Guide, ...]:
        """Without the card."""
        return tuple(one for one in self.everything if one.kind == "guide")

    @property
    def card(self) -> Guide | None:
        """The card to print."""
        return next((one for one in self.everything if one.kind == "card"), None)

    def numbered(self, number: int) -> Guide | None:
        """The one at an address; None if there is none."""
        return next((one for one in self.everything if one.number == number), None)

    def for_situation(self, situation: str) -> tuple[Guide, ...]:
        """What to read when this happens, in the order to read it."""
        return tuple(one for one in self.guides if situation in one.situations)

    def related_to(self, guide: Guide) -> tuple[Guide, ...]:
        """What it names as related, in its order."""
        by_id = {one.id: one for one in self.everything}
        return tuple(by_id[id_] for id_ in guide.related if id_ in by_id)
