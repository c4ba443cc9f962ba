"""Lists of fingerprints as they are passed around: one hash per line, or CSV with a ``pdq`` column.

Blank lines and lines that start with ``#`` are skipped. A CSV has its column names in the first
line; ``,``, ``;`` and tab all separate. A row that cannot be read is told by its line and left out,
so that one typing error does not make a whole list useless.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from jikimi_core.fingerprint.errors import FingerprintError, NotAFingerprint
from jikimi_core.fingerprint.pdq import hash_from_hex

if TYPE_CHECKING:
    from _csv import Reader

_COLUMN: Final = "pdq"
_SEPARATORS: Final = ",;\t"


class NoPdqColumn(FingerprintError):
    """The list has column names, and none of them is ``pdq``."""

    def __init__(self) -> None:
        super().__init__(
            "The list has no column named pdq. Rename the column that holds the hashes to pdq."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ListEntry:
    """One readable row: the hash and the line it ends on, counted from 1."""

    line: int
    hash: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class BadRow:
    """One row that was left out: its line, counted from 1, and why, for a person."""

    line: int
    reason: str


def read_list(lines: Iterable[str]) -> Iterator[ListEntry | BadRow]:
    """Yield each row of a list, in order. Raises NoPdqColumn at once."""
    numbered = enumerate(lines, start=1)
    for number, line in numbered:
        first = line.removeprefix("\ufeff")
        if _is_meaningful(first):
            rest = chain([first], (line for _, line in numbered))
            return _read_from(rest, first, number)
    return iter(())


def _is_meaningful(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith("#")


def _read_from(lines: Iterable[str], first: str, number: int) -> Iterator[ListEntry | BadRow]:
    separator = next((mark for mark in _SEPARATORS if mark in first), None)
    if separator is None and first.strip().strip('"').lower() != _COLUMN:
        return _read_plain(lines, number)
    reader = csv.reader(lines, delimiter=separator or ",")
    names = [name.strip().lower() for name in next(reader)]
    if _COLUMN not in names:
        raise NoPdqColumn
    return _read_csv(reader, names.index(_COLUMN), number - 1)


def _read_plain(lines: Iterable[str], number: int) -> Iterator[ListEntry | BadRow]:
    for line_number, line in enumerate(lines, start=number):
        if _is_meaningful(line):
            yield _entry(line_number, line.strip())


def _read_csv(reader: "Reader", column: int, skipped_lines: int) -> Iterator[ListEntry | BadRow]:
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            yield BadRow(line=skipped_lines + reader.line_num, reason=f"Not a CSV row: {problem}.")
            continue
        line = skipped_lines + reader.line_num
        if len(row) > column:
            yield _entry(line, row[column].strip())
        elif row:
            yield BadRow(line=line, reason="The row has no pdq column.")


def _entry(line: int, text: str) -> ListEntry | BadRow:
    try:
        return ListEntry(line=line, hash=hash_from_hex(text))
    except NotAFingerprint as problem:
        return BadRow(line=line, reason=str(problem))
