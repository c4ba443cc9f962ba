"""What `jikimi match` looks in: a file of hashes, or a list of the house by its name."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import typer

from jikimi.exchange.rules.lists import is_list_name
from jikimi_core.fingerprint import pdq
from jikimi_core.fingerprint.errors import FingerprintError
from jikimi_core.fingerprint.listfile import BadRow, ListEntry, read_list
from jikimi_core.index import HammingIndex

MOST_BAD_ROWS_SHOWN: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownList:
    """A list to match against: an index, and the hash under each of its ids."""

    index: HammingIndex
    hash_by_id: dict[int, bytes]
    id_is: str
    """What an id stands for in an answer: `line` of a file, or `id` of an entry."""

    def told(self, one: int) -> int | str:
        """An id as it is printed: an entry's as the match service writes it."""
        return one if self.id_is == "line" else f"{one:016x}"


def read_known_list(named: Path, data: Path | None) -> KnownList:
    """The hashes of a file or, where no such file is, of a list of the house.

    Rows that cannot be read are told and left out. Exits where nothing can be read.
    """
    if not named.exists() and is_list_name(str(named)):
        return _indexed(_of_the_house(str(named), data), "id", str(named))
    bad_rows: list[BadRow] = []
    hash_by_line: dict[int, bytes] = {}
    for row in _read_rows(named):
        if isinstance(row, BadRow):
            bad_rows.append(row)
        else:
            hash_by_line[row.line] = row.hash
    _report(bad_rows, named)
    return _indexed(hash_by_line, "line", str(named))


def _indexed(hash_by_id: dict[int, bytes], id_is: str, named: str) -> KnownList:
    if not hash_by_id:
        raise _bad_list(f"{named} holds no fingerprint that can be read.")
    index = HammingIndex()
    hashes = np.frombuffer(b"".join(hash_by_id.values()), np.uint8).reshape(-1, pdq.HASH_BYTES)
    index.add(np.array(list(hash_by_id), dtype=np.uint64), hashes)
    return KnownList(index=index, hash_by_id=hash_by_id, id_is=id_is)


def _of_the_house(name: str, data: Path | None) -> dict[int, bytes]:
    from jikimi.cli.house import open_house  # noqa: PLC0415  # a file needs no house

    with open_house(data):
        from jikimi.exchange.lookups import prints_listed  # noqa: PLC0415  # after settings

        listed = prints_listed(name)
    if listed is None:
        raise _bad_list(f"There is neither a file nor a list called {name}.")
    return listed


def _read_rows(file: Path) -> Iterator[ListEntry | BadRow]:
    try:
        with file.open(encoding="utf-8", errors="replace", newline="") as lines:
            yield from read_list(lines)
    except OSError as problem:
        raise _bad_list(f"{file} cannot be read: {problem.strerror}.") from problem
    except FingerprintError as problem:
        raise _bad_list(str(problem)) from problem


def _bad_list(reason: str) -> typer.BadParameter:
    return typer.BadParameter(reason, param_hint="--list")


def _report(bad_rows: list[BadRow], file: Path) -> None:
    for row in bad_rows[:MOST_BAD_ROWS_SHOWN]:
        typer.echo(f"{file}, line {row.line}, skipped: {row.reason}", err=True)
    unshown = len(bad_rows) - MOST_BAD_ROWS_SHOWN
    if unshown > 0:
        typer.echo(f"{file}: {unshown} more lines skipped.", err=True)
