"""What two people have changed in an entry, laid over the files it was read from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # a table knows this module, and no table needs what reads the files
    from jikimi.venues.pack_files import PackDocument, RawPack

ChangeKind = Literal["address", "standing"]
Standing = Literal["verified", "unverified", "degraded", "dead"]
EntryKey = tuple[str, str]
"""Section and id of an entry, such as `("recipients", "telegram")`."""

_WHO = "two people of the centre"
_NOT_ITS_MATTER = frozenset({"status", "review", "sources", "observed"})
"""What may differ in an entry that is still the one which was verified."""


@dataclass(frozen=True, kw_only=True)
class ReadAt:
    """Where somebody read what they propose, and when; P is the recipient's or the law's own."""

    link: str
    on: date
    confidence: Literal["P", "S"] = "P"


@dataclass(frozen=True, kw_only=True)
class EntryChange:
    """One change of one entry: another address and its domains, or another standing.

    What it is meant to replace stands beside it, so that it is never laid over something else.
    """

    kind: ChangeKind
    section: str
    entry_id: str
    route_id: str = ""
    old_address: str = ""
    address: str = ""
    old_domains: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    standing: str = ""
    """One of Standing, or empty where an entry has none: helplines are read again, no more."""
    review_by: date | None = None
    expires: date | None = None
    content: str = ""
    """What was verified, as `content_of` gives it."""
    seen_at: str = ""
    """Link of the page where it was seen."""
    seen_on: date
    confidence: Literal["P", "S"] = "P"

    @property
    def entry(self) -> EntryKey:
        """Which entry it changes."""
        return (self.section, self.entry_id)

    def turned_back(self) -> EntryChange:
        """Give what taking back a change of address would put in place."""
        return replace(
            self,
            old_address=self.address,
            address=self.old_address,
            old_domains=self.domains,
            domains=self.old_domains,
        )

    @property
    def domains_added(self) -> tuple[str, ...]:
        """The domains that would be trusted from now on."""
        return tuple(one for one in self.domains if one not in self.old_domains)

    @property
    def domains_dropped(self) -> tuple[str, ...]:
        """The domains that would be trusted no more."""
        return tuple(one for one in self.old_domains if one not in self.domains)


@dataclass(frozen=True, kw_only=True)
class Overlaid:
    """Documents with the changes in them, and which changes fit no more, as sentences."""

    documents: Mapping[EntryKey, PackDocument]
    misfits: Mapping[EntryKey, str]


def content_of(raw: RawPack) -> str:
    """SHA-256, in hex, of what an entry says, its standing, dates and sources left aside."""
    said = {key: value for key, value in raw.items() if key not in _NOT_ITS_MATTER}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def lay_over(
    documents: Mapping[EntryKey, PackDocument], changes: Iterable[EntryChange]
) -> Overlaid:
    """Lay changes over documents, oldest first.

    Where the file has changed below a change of address, nobody knows which of the two is right:
    the entry keeps the file's address and may only be drafted for.
    """
    laid, misfits = dict(documents), dict[EntryKey, str]()
    for change in changes:
        document = laid.get(change.entry)
        if document is None or change.entry in misfits:
            continue
        why = _why_it_does_not_fit(document.raw, change)
        if why and change.kind == "address":
            misfits[change.entry] = why
            laid[change.entry] = held_back(documents[change.entry])
        elif why:
            misfits[change.entry] = why
        else:
            laid[change.entry] = _with_raw(document, _changed(document.raw, change))
    return Overlaid(documents=laid, misfits=misfits)


def held_back(document: PackDocument) -> PackDocument:
    """An entry as its file has it, but only drafted for."""
    if document.raw.get("status") != "verified":
        return document
    return _with_raw(document, {**document.raw, "status": "unverified"})


def _why_it_does_not_fit(raw: RawPack, change: EntryChange) -> str:
    if change.kind == "standing":
        if change.standing != "verified" or content_of(raw) == change.content:
            return ""
        return "The file has changed since two people verified it. Read it and verify it again."
    route = next((one for one in raw["routes"] if one["id"] == change.route_id), None)
    fits = (
        route is not None
        and route["address"] in (change.old_address, change.address)
        and tuple(raw["domains_allowed"]) in (change.old_domains, change.domains)
    )
    if fits:
        return ""
    return (
        "The file has changed below a change of its address by two people. Until the change is "
        "undone, the file's own address holds, and the entry is only drafted for."
    )


def _changed(raw: RawPack, change: EntryChange) -> RawPack:
    others = [source for source in raw["sources"] if source != _source(change)]
    changed = {**raw, "sources": [*others, _source(change)]}
    if change.kind == "address":
        changed["domains_allowed"] = list(change.domains)
        changed["routes"] = [
            {**route, "address": change.address} if route["id"] == change.route_id else route
            for route in raw["routes"]
        ]
    if change.standing:
        changed["status"] = change.standing
    if change.review_by and change.expires:
        changed["review"] = {
            "by": change.review_by.isoformat(),
            "expires": change.expires.isoformat(),
            "who": _WHO,
        }
    return changed


def _source(change: EntryChange) -> Mapping[str, str]:
    read = {
        "title": f"Read by {_WHO}",
        "kind": "official_page" if change.confidence == "P" else "directory",
        "retrieved": change.seen_on.isoformat(),
        "confidence": change.confidence,
    }
    return {**read, "url": change.seen_at} if change.seen_at else read


def _with_raw(document: PackDocument, raw: RawPack) -> PackDocument:
    return replace(document, raw=raw)
