"""The list of laws, recipients, helplines and wordings: what is due, and what that stops."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as date_format

from jikimi.takedown.waiting import DraftsWaiting
from jikimi.venues.pack_changes import EntryKey
from jikimi.venues.pack_files import PackDocument, RawPack
from jikimi.venues.pack_in_use import InUse
from jikimi.venues.pack_values import LawId, RecipientId
from jikimi.web.desk.wording import Said, count

SECTIONS: Mapping[str, str] = {
    "recipients": "Recipients",
    "laws": "Laws",
    "helplines": "Helplines",
    "wordings": "Wordings",
}
STATES: Mapping[str, str] = {
    "due": "Due for review",
    "stops": "Stops drafts",
    "expired": "Expired",
    "unverified": "Unverified",
    "degraded": "Degraded",
    "dead": "Dead",
    "verified": "Verified",
    "changed": "Changed here",
}
_SAID: Mapping[str, Said] = {
    "verified": Said(words="verified", tone="ok"),
    "unverified": Said(words="unverified", tone="warn"),
    "degraded": Said(words="degraded", tone="warn"),
    "dead": Said(words="dead", tone="late"),
    "stand_in": Said(words="stand-in", tone="plain"),
    "": Said(words="in use", tone="plain"),
}
_EXPIRED = Said(words="expired", tone="late")


@dataclass(frozen=True, kw_only=True)
class PackRow:
    """One entry of the list."""

    section: str
    entry_id: str
    name: str
    what: str
    status: str
    said: tuple[Said, ...]
    review_by: date | None
    expires: date | None
    is_due: bool
    is_expired: bool
    read: str
    """When its sources were read and by whom, and how far they are to be trusted."""
    origin: str
    """Where it differs from what ships; empty if it does not."""
    drafts: int
    """How many wait because of it."""
    misfit: str

    @property
    def stops(self) -> str:
        """The same in words; empty if it stops nothing."""
        return f"{count(self.drafts, 'draft waits', 'drafts wait')} for it" if self.drafts else ""

    @property
    def states(self) -> frozenset[str]:
        """Under which of STATES it is found."""
        found = {self.status}
        found |= {"due"} if self.is_due else set()
        found |= {"expired"} if self.is_expired else set()
        found |= {"stops"} if self.drafts else set()
        found |= {"changed"} if self.origin or self.misfit else set()
        return frozenset(found)


def pack_rows(in_use: InUse, waiting: DraftsWaiting, today: date) -> tuple[PackRow, ...]:
    """Every entry, what is due first on top."""
    rows = [row_of(key, in_use, waiting, today) for key in in_use.documents]
    return tuple(sorted(rows, key=_urgency))


def row_of(key: EntryKey, in_use: InUse, waiting: DraftsWaiting, today: date) -> PackRow:
    """One entry as the list and its own page head show it."""
    document = in_use.documents[key]
    raw = document.raw
    review = raw.get("review")
    by, expires = (
        (date.fromisoformat(review["by"]), date.fromisoformat(review["expires"]))
        if review
        else (None, None)
    )
    is_expired = expires is not None and today > expires
    status = str(raw.get("status", ""))
    return PackRow(
        section=key[0],
        entry_id=key[1],
        name=_name(document),
        what=_what(key[0], raw),
        status=status,
        said=(_EXPIRED, _SAID[status])
        if is_expired and status
        else (_EXPIRED,)
        if is_expired
        else (_SAID[status],),
        review_by=by,
        expires=expires,
        is_due=by is not None and today >= by,
        is_expired=is_expired,
        read=_read(raw),
        origin=_origin(key, in_use),
        drafts=_drafts(key, waiting),
        misfit=in_use.misfits.get(key, ""),
    )


def _urgency(row: PackRow) -> tuple[bool, date, date, int, str, str]:
    return (
        not row.is_expired,
        row.review_by or date.max,
        row.expires or date.max,
        -row.drafts,
        row.section,
        row.entry_id,
    )


def _name(document: PackDocument) -> str:
    raw = document.raw
    match document.section:
        case "laws":
            return str(raw["title"]["en"])
        case "recipients":
            return str(raw["name"])
        case "helplines":
            return f"Helplines, {raw['country']}"
        case _:
            return f"Letters, {raw['language']}"


def _what(section: str, raw: RawPack) -> str:
    if section == "laws":
        return f"law, {raw['jurisdiction']}"
    return str(raw["kind"]) if section == "recipients" else section.removesuffix("s")


def _read(raw: RawPack) -> str:
    sources = raw.get("sources", ())
    if not sources:
        return "no sources: sentences of our own"
    marks = "".join(sorted({source["confidence"] for source in sources}, key="PSK?".index))
    # What is general knowledge was noted on its day, and read nowhere.
    opened = [source for source in sources if source["confidence"] in "PS"] or sources
    newest = date.fromisoformat(max(source["retrieved"] for source in opened))
    counted = count(len(sources), "source", "sources")
    who = raw["review"].get("who")
    by = f" by {who}" if who else ""
    return f"{counted} ({marks}), read {date_format(newest, 'j M Y')}{by}"


def _origin(key: EntryKey, in_use: InUse) -> str:
    if in_use.documents[key].raw != in_use.from_files[key].raw:
        return "changed here by two people"
    if key not in in_use.shipped:
        return "the centre’s own file"
    return (
        "the centre’s file overrides it"
        if in_use.from_files[key].file != in_use.shipped[key].file
        else ""
    )


def _drafts(key: EntryKey, waiting: DraftsWaiting) -> int:
    section, entry_id = key
    if section == "recipients":
        return waiting.recipients.get(RecipientId(entry_id), 0)
    return waiting.laws.get(LawId(entry_id), 0) if section == "laws" else 0
