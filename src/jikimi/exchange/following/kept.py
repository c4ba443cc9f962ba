"""What was followed, kept in a folder as indexes that every process of the machine maps and shares.

One process of a folder keeps: whoever holds its lock. It writes every index, then a note of how far
they go. While it writes it goes on following, so that an index may hold what came after: never more
than up to the note's `ahead`. What is followed twice changes nothing.
"""

import fcntl
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO
from uuid import UUID

from jikimi.exchange.following.reading import Head
from jikimi.exchange.rules.lists import ListFacts, Origin
from jikimi_core.index import HammingIndex, IndexFileError

log = logging.getLogger(__name__)
_NOTE: Final = "followed.json"
_LOCK: Final = "keeper.lock"
_LIST: Final = "list-"


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """How far the kept indexes of these lists go: to `head` at least, and not beyond `ahead`."""

    head: Head = field(default_factory=Head)
    ahead: Head = field(default_factory=Head)
    lists: frozenset[int] = frozenset()


def take_keeping(folder: Path) -> TextIO | None:
    """The folder's lock, held until it is closed; None where another process keeps.

    Makes the folder, for our user alone: fingerprints are personal data.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.fdopen(os.open(folder / _LOCK, os.O_WRONLY | os.O_CREAT, 0o600), "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def read_note(folder: Path) -> Note:
    """How far the kept indexes go; nowhere if nothing is kept or the note cannot be read."""
    try:
        note = json.loads((folder / _NOTE).read_text(encoding="ascii"))
        return Note(
            head=_head(note["head"]),
            ahead=_head(note["ahead"]),
            lists=frozenset(int(list_) for list_ in note["lists"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Note()


def write_note(folder: Path, note: Note) -> None:
    """Write how far the kept indexes go, whole or not at all. Raises OSError."""
    told = {
        "head": _told(note.head),
        "ahead": _told(note.ahead),
        "lists": sorted(note.lists),
    }
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=f".{_NOTE}.")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(folder / _NOTE)


class KeptLists:
    """The indexes of a folder as one note tells of them, opened one by one.

    A keeper's are flushed to the folder; anybody else's are read along, and nothing is written.
    """

    def __init__(self, folder: Path, note: Note, *, keeps: bool, key: bytes | None) -> None:
        self.note = note
        self.to_read_anew: frozenset[int] = frozenset()
        """Lists whose index is not what the note tells, so that it was begun empty."""
        self._folder = folder
        self._keeps = keeps
        self._key = key

    def open(self, list_: ListFacts) -> HammingIndex:
        """The index of a list; an empty one where the list is new or its index cannot be used."""
        path = _path(self._folder, list_.id)
        if list_.id in self.note.lists:
            try:
                index = new_index(list_, path, self._key)
            except IndexFileError as trouble:
                log.warning("the kept index of %s cannot be used: %s", list_.name, trouble.reason)
            else:
                if self._fits(index):
                    return index
            self.to_read_anew |= {list_.id}
        if not self._keeps:
            return new_index(list_, None, self._key)
        shutil.rmtree(path, ignore_errors=True)
        return new_index(list_, path, self._key)

    def _fits(self, index: HammingIndex) -> bool:
        """Whether it is of this note, or, for who reads along, of the next that is being written.

        A keeper finds the latter where the one before him was killed: nobody knows how far it goes.
        """
        told = self.note.head.position
        return index.position == told or (not self._keeps and index.position > told)


def new_index(list_: ListFacts, path: Path | None, key: bytes | None) -> HammingIndex:
    """An index for a list. Of our own reports nothing stays in a segment that was withdrawn."""
    if list_.origin is Origin.OWN:
        return HammingIndex(path, key=key, worn=0.0)
    return HammingIndex(path, key=key)


def flush(indexes: Mapping[int, HammingIndex], position: int) -> None:
    """Write the indexes, which hold everything up to this position. Raises IndexFileError."""
    for index in indexes.values():
        index.settle()  # so that segments are written without what was withdrawn
        index.flush(position=position)


def paths_of(folder: Path) -> list[Path]:
    """Where the kept indexes lie."""
    return sorted(folder.glob(f"{_LIST}*"))


def forget(folder: Path) -> None:
    """Drop what was kept: the note first, so that no index is read without it."""
    (folder / _NOTE).unlink(missing_ok=True)
    forget_others(folder, frozenset())


def forget_others(folder: Path, lists: Collection[int]) -> None:
    """Drop the indexes of all lists but these."""
    for path in paths_of(folder):
        told = path.name.removeprefix(_LIST)
        if not told.isdigit() or int(told) not in lists:
            shutil.rmtree(path, ignore_errors=True)


def _path(folder: Path, list_: int) -> Path:
    return folder / f"{_LIST}{list_}"


def _told(head: Head) -> dict[str, object]:
    return {"position": head.position, "mark": str(head.mark) if head.mark else None}


def _head(told: Any) -> Head:  # as JSON has it; whatever is wrong with it raises
    mark = told["mark"]
    return Head(position=int(told["position"]), mark=UUID(mark) if mark else None)
