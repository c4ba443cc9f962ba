"""What `jikimi match` looks in: a file of hashes, or a list of the house by its name."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
    """A list to match against: an index, and what tells the hashes under its ids."""

    index: HammingIndex
    hashes_of: Callable[[Sequence[int]], Mapping[int, bytes]]
    """The hashes of these ids; of an entry that was withdrawn meanwhile none."""
    id_is: str
    """What an id stands for in an answer: `line` of a file, or `id` of an entry."""

    def told(self, one: int) -> int | str:
        """An id as it is printed: an entry's as the match service writes it."""
        return one if self.id_is == "line" else f"{one:016x}"


@contextmanager
def known_list(named: Path, data: Path | None) -> Iterator[KnownList]:
    """The hashes of a file or, where no such file is, of a list of the house, while it is open.

    Rows that cannot be read are told and left out. Exits where nothing can be read.
    """
    if named.exists() or not is_list_name(str(named)):
        yield _of_a_file(named)
        return
    from jikimi.cli.house import open_house  # noqa: PLC0415  # a file needs no house

    with open_house(data):
        yield _of_the_house(str(named))


def _of_a_file(named: Path) -> KnownList:
    bad_rows: list[BadRow] = []
    hash_by_line: dict[int, bytes] = {}
    for row in _read_rows(named):
        if isinstance(row, BadRow):
            bad_rows.append(row)
        else:
            hash_by_line[row.line] = row.hash
    _report(bad_rows, named)
    if not hash_by_line:
        raise _holds_nothing(str(named))
    index = HammingIndex()
    hashes = np.frombuffer(b"".join(hash_by_line.values()), np.uint8).reshape(-1, pdq.HASH_BYTES)
    index.add(np.array(list(hash_by_line), dtype=np.uint64), hashes)
    return KnownList(index=index, hashes_of=lambda _lines: hash_by_line, id_is="line")


def _of_the_house(name: str) -> KnownList:
    """The index that the processes of the house share, as it is now."""
    from jikimi.exchange.following import here  # noqa: PLC0415  # after settings
    from jikimi.exchange.lookups import prints_of  # noqa: PLC0415

    held = here.lists_for_a_command()
    listed = next((one for one in held.facts if one.name == name), None)
    if listed is None:
        raise _bad_list(f"There is neither a file nor a list called {name}.")
    if not held.size_of(listed):
        raise _holds_nothing(name)
    return KnownList(index=held.indexes[listed.id], hashes_of=prints_of, id_is="id")


def _holds_nothing(named: str) -> typer.BadParameter:
    return _bad_list(f"{named} holds no fingerprint that can be read.")


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
