"""Looking after the folder in which lists are kept: who writes it, when, and who reads along."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TextIO

from jikimi.exchange.following import kept
from jikimi.exchange.following.held import HeldLists
from jikimi.exchange.following.kept import KeptLists, Note
from jikimi.exchange.following.reading import Head
from jikimi.exchange.rules.lists import ListFacts
from jikimi_core.index import HammingIndex, IndexFileError

log = logging.getLogger(__name__)
KEEPS_EVERY: Final = 300.0
"""Seconds. So long, at most, a withdrawn fingerprint of our own reports stays in the files."""
KEEPS_AFTER: Final = 1_000_000
"""Entries. So many, at most, are added before they are written, and shared with others."""


class Keeping:
    """A folder as one follower keeps it, or reads along what another keeps.

    Its follower says how far it goes; writing happens in another thread, so that it follows on.
    """

    def __init__(
        self, folder: Path, *, may: bool, key: bytes | None, clock: Callable[[], float]
    ) -> None:
        """`may`: whether it writes the folder where no other process does."""
        self._folder = folder
        self._may = may
        self._key = key
        self._clock = clock
        self._lock: TextIO | None = None
        self._shunned = Head()
        self._kept = self._lists_of(Note())
        self._goes_to = self._went_to = self._kept_head = Head()
        self._kept_at = clock()
        self._grown = 0
        self._is_verified = False
        self._one_writes = threading.Lock()
        self._writing: threading.Thread | None = None

    def take(self) -> bool:
        """Become who writes the folder, if it may be and nobody is; whether that is new."""
        if self._lock is not None or not self._may:
            return False
        try:
            self._lock = kept.take_keeping(self._folder)
        except OSError as trouble:
            log.warning("the lists cannot be kept on disk (%s)", type(trouble).__name__)
            self._may = False
        return self._lock is not None

    def has_newer(self) -> bool:
        """Whether somebody else has written more than what was opened."""
        if self._lock is not None:
            return False
        head = kept.read_note(self._folder).head
        return head.position > self._kept.note.head.position and head != self._shunned

    def open(self) -> Note:
        """Open what is kept now; what its indexes hold at least, and at most."""
        note = kept.read_note(self._folder)
        self._kept = self._lists_of(note if note.head != self._shunned else Note())
        self._goes_to = self._went_to = self._kept_head = self._kept.note.head
        return self._kept.note

    def index_of(self, list_: ListFacts) -> HammingIndex:
        """The index of a list, from what was opened."""
        return self._kept.open(list_)

    @property
    def lists_to_read_anew(self) -> frozenset[int]:
        """Lists whose kept index could not be used."""
        return self._kept.to_read_anew

    def were_read(self, lists: frozenset[int]) -> None:
        """These hold again what they should."""
        self._kept.to_read_anew -= lists

    def goes_to(self, head: Head) -> None:
        """From now on indexes may hold what came up to here."""
        self._goes_to = head

    def went_to(self, head: Head) -> None:
        """The indexes hold all that came up to here."""
        self._went_to = head

    def grew(self, entries: int) -> None:
        """So many entries were added."""
        self._grown += entries

    def look_after(self, held: HeldLists, on_damage: Callable[[], None]) -> None:
        """See, in another thread, that what was opened is whole, and write what is due."""
        if self._writing is not None and self._writing.is_alive():
            return
        if not self._is_verified or self._is_due():
            self._writing = threading.Thread(
                target=self._look_after, args=(held, on_damage), name="keeps lists", daemon=True
            )
            self._writing.start()

    def keep(self, held: HeldLists) -> None:
        """Write what was followed, where this process writes the folder and it has changed."""
        with self._one_writes:
            head, indexes = self._went_to, held.indexes
            if self._lock is None or head == self._kept_head or self.lists_to_read_anew:
                return
            self._kept_at, self._grown = self._clock(), 0
            try:
                kept.flush(indexes, head.position)
                # What was followed meanwhile may be in them, too.
                note = Note(head=head, ahead=self._goes_to, lists=frozenset(indexes))
                kept.write_note(self._folder, note)
                kept.forget_others(self._folder, indexes)
                self._kept_head = head
            except (IndexFileError, OSError) as trouble:
                log.warning("the lists cannot be kept on disk (%s)", type(trouble).__name__)

    def forget(self) -> None:
        """Begin with nothing: what is kept is of another log, or damaged."""
        self._wait()
        if self._lock is not None:
            kept.forget(self._folder)
        self._shunned = kept.read_note(self._folder).head
        self._kept = self._lists_of(Note())
        self._goes_to = self._went_to = self._kept_head = Head()
        self._is_verified = True

    def close(self, held: HeldLists) -> None:
        """Write what is left, and let others keep the folder."""
        self._wait()
        self.keep(held)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _lists_of(self, note: Note) -> KeptLists:
        return KeptLists(self._folder, note, keeps=self._lock is not None, key=self._key)

    def _is_due(self) -> bool:
        if self._lock is None or self._went_to == self._kept_head:
            return False
        is_first = not self._kept_head.position
        is_time = self._clock() - self._kept_at >= KEEPS_EVERY
        return is_first or is_time or self._grown >= KEEPS_AFTER

    def _look_after(self, held: HeldLists, on_damage: Callable[[], None]) -> None:
        if not self._is_verified:
            self._is_verified = True
            try:
                for index in held.indexes.values():
                    index.verify()
            except IndexFileError as trouble:
                log.warning("what was kept of the lists is damaged: %s", trouble.reason)
                on_damage()
                return
        if self._is_due():
            self.keep(held)

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.join()
