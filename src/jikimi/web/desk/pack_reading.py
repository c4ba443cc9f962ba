"""Reading one entry of the packs for its page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import yaml

from jikimi.people.models import Staff
from jikimi.takedown.waiting import DraftsWaiting
from jikimi.venues.lookups import changes_of
from jikimi.venues.pack_changes import EntryKey
from jikimi.venues.pack_differences import Difference, differences
from jikimi.venues.pack_files import RawPack
from jikimi.venues.pack_in_use import InUse
from jikimi.venues.pack_proposals import STANDINGS
from jikimi.venues.pack_values import Recipient, RecipientId, Route
from jikimi.web.desk.pack_change_lines import CONFIDENCES, ChangeLine, change_lines
from jikimi.web.desk.pack_rows import PackRow, row_of
from jikimi.web.desk.wording import Said


@dataclass(frozen=True, kw_only=True)
class SourceLine:
    """A source in full."""

    title: str
    url: str
    kind: str
    retrieved: str
    said: Said


@dataclass(frozen=True, kw_only=True)
class EntryValues:
    """One entry."""

    row: PackRow
    file: str
    routes: tuple[Route, ...]
    domains: tuple[str, ...]
    link_domains: tuple[str, ...]
    sources: tuple[SourceLine, ...]
    is_shipped: bool
    against_shipped: tuple[Difference, ...]
    whole: str
    waiting: tuple[ChangeLine, ...]
    decided: tuple[ChangeLine, ...]
    may_change_address: bool
    may_change_standing: bool


def read_entry(
    key: EntryKey, in_use: InUse, drafts: DraftsWaiting, *, staff: Staff, today: date
) -> EntryValues:
    """Everything about one entry that `in_use` holds."""
    raw, shipped = in_use.documents[key].raw, in_use.shipped.get(key)
    recipient = recipient_of(key, in_use)
    lines = change_lines(changes_of(*key), staff)
    waiting = tuple(line for line in lines if line.waits)
    return EntryValues(
        row=row_of(key, in_use, drafts, today),
        file=in_use.documents[key].file,
        routes=recipient.routes if recipient else (),
        domains=recipient.domains if recipient else (),
        link_domains=recipient.link_domains if recipient else (),
        sources=tuple(_sources(raw)),
        is_shipped=shipped is not None,
        against_shipped=differences(shipped.raw, raw) if shipped else (),
        whole=yaml.safe_dump(dict(raw), allow_unicode=True, sort_keys=False, width=88),
        waiting=waiting,
        decided=tuple(line for line in lines if not line.waits),
        may_change_address=recipient is not None and not waiting,
        may_change_standing=key[0] in STANDINGS and not waiting and raw.get("status") != "stand_in",
    )


def recipient_of(key: EntryKey, in_use: InUse) -> Recipient | None:
    """The recipient that an entry is, if it is one."""
    return in_use.packs.recipients.get(RecipientId(key[1])) if key[0] == "recipients" else None


def _sources(raw: RawPack) -> Iterator[SourceLine]:
    for source in raw.get("sources", ()):
        yield SourceLine(
            title=source["title"],
            url=source.get("url") or "",
            kind=str(source["kind"]).replace("_", " "),
            retrieved=source["retrieved"],
            said=CONFIDENCES[source["confidence"]],
        )
