"""Lists as a partner takes them away: from its place in the log to the next page."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import numpy as np
import psycopg

from jikimi.api.match.list_wire import ChangesResponse, FetchedList, ListedPrint
from jikimi.api.match.problems import cannot_be_read, log_was_replaced
from jikimi.exchange.errors import LogDiffers
from jikimi.exchange.fetched import Listed, Place, read_page
from jikimi.exchange.following import HeldLists, KeyFacts
from jikimi.exchange.rules.answers import Remark
from jikimi.exchange.rules.lists import is_handed_over

_PLACE: Final = re.compile(r"([0-9]{1,18})-([0-7][0-9a-f]{15})-([0-9a-f]{32})", re.ASCII)


def place_of(told: str | None) -> Place | None:
    """The place that an earlier page named, or the beginning. Raises Refused (400)."""
    if told is None:
        return None
    read = _PLACE.fullmatch(told)
    if read is None:
        raise cannot_be_read("Ask with ?after= and what stood under next, or without.")
    return Place(position=int(read[1]), entry=int(read[2], 16), mark=UUID(read[3]))


def changes_after(
    connection: psycopg.Connection,
    after: Place | None,
    up_to: int,
    held: HeldLists,
    key: KeyFacts,
) -> ChangesResponse:
    """The page after a place, up to a position that `held` has followed.

    What rests and what a negative list hides is told as withdrawn: in a match it would not be told
    either. Raises Refused (410) where a backup was restored since, IndexFileError, psycopg.Error.
    """
    lists = {one.id: one.name for one in held.facts if is_handed_over(one, key.asker, key.partner)}
    try:
        page = read_page(connection, after, up_to, lists)
    except LogDiffers:
        raise log_was_replaced() from None
    kept_back = held.resting | _hidden(page.listed, held)
    told = [one for one in page.listed if one.entry not in kept_back]
    # In one order: nobody is told which of them never match, and which are gone.
    gone = sorted({*page.gone, *(one.entry for one in page.listed if one.entry in kept_back)})
    return ChangesResponse(
        lists=tuple(FetchedList(id=id_, name=name) for id_, name in lists.items()),
        listed=tuple(_told(one) for one in told),
        withdrawn=tuple(f"{entry:016x}" for entry in gone),
        next=_text_of(page.next) if page.next else None,
        more=not page.is_last,
    )


def _hidden(listed: Sequence[Listed], held: HeldLists) -> frozenset[int]:
    """Ids of those that are near an entry of a negative list."""
    if not listed:
        return frozenset()
    hashes = np.frombuffer(b"".join(one.pdq for one in listed), np.uint8).reshape(-1, 32)
    answers = held.search(hashes, np.zeros(len(listed), np.int64), ())
    return frozenset(
        one.entry
        for one, answer in zip(listed, answers, strict=True)
        if answer.remark is Remark.NEGATIVE
    )


def _told(one: Listed) -> ListedPrint:
    return ListedPrint(
        id=f"{one.entry:016x}",
        list=one.list_,
        type="pdq",
        value=one.pdq.hex(),
        quality=one.quality,
        added=one.added_on.isoformat(),
    )


def _text_of(place: Place) -> str:
    return f"{place.position}-{place.entry:016x}-{place.mark.hex}"
