"""What a letter is written from, and what comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jikimi.takedown.rules.history import Earlier
from jikimi.venues.pack_values import Language, LawPack, Recipient, Situation


@dataclass(frozen=True, kw_only=True)
class NoticeFingerprint:
    """A fingerprint that may help to find identical copies."""

    type: Literal["pdq"]
    value: str
    """64 hex digits."""
    quality: int
    """0-100."""
    made_on_her_device: bool
    """False for one that anybody else made. Of a minor's picture only her own ever goes out."""

    def __post_init__(self) -> None:
        """Raise ValueError for what is no fingerprint: it would stand in a letter as it is."""
        if not re.fullmatch(r"[0-9a-f]{64}", self.value) or not 0 <= self.quality <= 100:  # noqa: PLR2004
            raise ValueError("a PDQ fingerprint is 64 lower-case hex digits and a quality of 0-100")


@dataclass(frozen=True, kw_only=True)
class NoticeFacts:
    """What one notice says. It has no field for a name, a statement or a nickname, on purpose."""

    notice_id: str
    """An opaque reference that leads to no case outside the centre."""
    links: tuple[str, ...]
    handles: tuple[str, ...] = ()
    fingerprints: tuple[NoticeFingerprint, ...] = ()
    situation: Situation
    minor: bool
    good_faith: bool
    """Whether she, or the centre for her, has declared that she did not consent."""
    reported_at: datetime
    owns_copyright: bool = False
    """Whether she has confirmed that the picture is her own work; copyright asks for it."""
    note: str = ""
    """A caseworker's own words to this recipient, as `read_note` lets them through."""
    english_first: bool = False
    """Whether English stands before the recipient's language."""


@dataclass(frozen=True, kw_only=True)
class CentreIdentity:
    """Who signs: the centre as authorised representative, so that she need not be named."""

    name: str
    address: str
    email: str
    phone: str
    representative: str


@dataclass(frozen=True, kw_only=True)
class ToAdd:
    """A mandatory element that a person can add in the recipient's form herself."""

    element: str
    what: str
    """What it is, in English, as the pack says it."""


@dataclass(frozen=True, kw_only=True)
class FormFacts:
    """What a recipient's form may be filled with; "" or () is what the letter does not say."""

    links: tuple[str, ...]
    handles: tuple[str, ...]
    fingerprints: tuple[NoticeFingerprint, ...]
    reference: str
    reasons: str
    """One English sentence; only where a law is named."""
    law: str
    """The provision."""
    reported_on: str
    """This and `signed_on` as YYYY-MM-DD, in UTC."""
    signature: str
    signed_on: str
    centre: CentreIdentity


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A notice ready for approval. `missing` names the mandatory elements that are not in it."""

    subject: str
    text: str
    notice_json: str
    """A `jikimi-notice/1`; see docs/formats/jikimi-notice-1.md. Empty where there is none."""
    missing: tuple[str, ...]
    form_facts: FormFacts | None = None
    """None for an answer: nobody puts that into a form."""
    html: str = ""
    """The same words as a page: no picture, nothing that is fetched, nothing to click."""
    to_add: tuple[ToAdd, ...] = ()
    """Of the missing, what a person can add where she hands the notice over."""
    never: tuple[str, ...] = ()
    """Of the missing, what nobody adds, because the picture is a minor's."""

    def lacks(self, added_by_hand: frozenset[str]) -> tuple[str, ...]:
        """Name what is missing still once a person has added these; only of `to_add` they count."""
        added = added_by_hand & {one.element for one in self.to_add}
        return tuple(one for one in self.missing if one not in added)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The letter in one language, paragraph by paragraph."""

    language: Language
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """What this recipient may be told, made safe: links and handles as they will be printed."""

    links: tuple[str, ...]
    handles: tuple[str, ...]
    fingerprints: tuple[NoticeFingerprint, ...]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A notice before it is put into words: every text safe, every time in UTC."""

    recipient: Recipient
    law: LawPack | None
    """None for a report to a hotline, and for a complaint to a regulator."""
    notice_id: str
    situation: Situation
    minor: bool
    good_faith: bool
    owns_copyright: bool
    reported_at: datetime
    told: HandedOver
    note: str
    """Empty in a minor's case, whatever was typed."""
    earlier: tuple[Earlier, ...]
    """What this recipient may be told of the notices before this one."""
    centre: CentreIdentity
    written_at: datetime

    @property
    def to_authority(self) -> bool:
        """Whether it asks an authority to use its powers, and not the one who holds the picture."""
        return self.law is not None and self.recipient.kind in ("regulator", "hotline")
