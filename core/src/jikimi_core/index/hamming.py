"""HammingIndex: every stored hash within a radius of a query, exactly."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jikimi_core import _kernel
from jikimi_core.index.arguments import (
    ascending_once,
    checked_hashes,
    checked_ids,
    checked_radii,
)
from jikimi_core.index.bit_order import BitOrder, by_frequency, by_frequency_and_key
from jikimi_core.index.building import part_of_living, part_of_rows
from jikimi_core.index.errors import DuplicateId, IndexFileError
from jikimi_core.index.folder import Folder, Opened
from jikimi_core.index.manifest import Manifest, SavedSegment
from jikimi_core.index.matches import Matches
from jikimi_core.index.merging import WORN, Size, choose_merge
from jikimi_core.index.parts import State
from jikimi_core.index.rows import Rows

# Rows added since the last segment was made are compared one by one: so many in microseconds.
_LONGEST_TAIL: Final = 4096
_LAST: Final = 2**64 - 1


class HammingIndex:
    """An exact index of 256-bit hashes under ids that the caller chooses.

    All methods may be called from any thread; a search sees the index as it was when the search
    began and is never kept waiting by a writer. Segments are merged by a thread in the background.
    """

    def __init__(
        self, path: str | Path | None = None, *, key: bytes | None = None, worn: float = WORN
    ) -> None:
        """Open the index in the folder at ``path``; a missing one is empty, made by ``flush``.

        Without a path the index lives in memory only. ``key`` (16 bytes or more, secret) deals the
        bits to bands in an order of its own, so that nobody can make up hashes that slow searches
        down; an index keeps the order it was begun with. A segment of which a larger share than
        ``worn`` (0 to 1) was removed is written anew without that: with 0, what was removed is in
        no file after ``settle`` and ``flush``. Raises IndexFileError for a folder that holds no
        index, a damaged or cut-off one, one of another version or byte order, or one begun with
        another key; ValueError for a key that is too short.
        """
        self._folder = None if path is None else Folder(Path(path))
        self._worn = worn
        self._writing = threading.Lock()
        self._flushing = threading.Lock()
        self._merger: threading.Thread | None = None
        opened = None if self._folder is None else self._folder.open()
        self._written = None if opened is None else opened.written
        self._position = 0 if opened is None else opened.manifest.position
        self._order = _order_of(self._folder, opened, key)
        self._permutation = _kernel.Permutation(self._order)
        self._state = State() if opened is None else State(parts=opened.parts, moment=1)

    def __len__(self) -> int:
        return self._state.count

    @property
    def position(self) -> int:
        """The caller's position that was last flushed with the index, 0 before."""
        return self._position

    def add(self, ids: NDArray[np.uint64], hashes: NDArray[np.uint8]) -> None:
        """Add hashes (uint8, (n, 32)) under ids (uint64, (n,)): all of them, or none on an error.

        Raises DuplicateId for an id that is in the index or comes twice: replacing silently would
        withdraw somebody's fingerprint. Raises ValueError for a wrong shape or type.
        """
        new_ids, new_hashes = checked_ids(ids), checked_hashes(hashes)
        if len(new_ids) != len(new_hashes):
            raise ValueError(f"{len(new_ids)} ids do not fit {len(new_hashes)} hashes")
        ascending = ascending_once(new_ids)
        rows = Rows.of(new_ids, self._permutation.permute(new_hashes))
        with self._writing:
            held = self._state.holds_any_of(ascending)
            if held.any():
                raise DuplicateId(int(ascending[held][0]))
            self._state = self._with_added(self._state, rows)
            self._merge_if_due()

    def remove(self, ids: NDArray[np.uint64]) -> None:
        """Remove the hashes of these ids; an id that is not there is passed over.

        Raises ValueError for a wrong shape or type.
        """
        checked = np.unique(checked_ids(ids))
        with self._writing:
            self._state = self._state.without(checked)
            self._merge_if_due()

    def search(
        self,
        hashes: NDArray[np.uint8],
        radius: int | NDArray[np.uint16] = 31,
        threads: int = 1,
        limit: int | None = None,
    ) -> Matches:
        """Find for each query hash (uint8, (q, 32)) the stored ones within ``radius`` bits.

        ``radius`` is one for all queries or one for each (uint16, (q,)). A query with more than
        ``limit`` matches keeps that many and is marked as capped; which ones is not promised.
        Raises ValueError for a wrong shape or type, a radius outside 0 to 256, threads or a limit
        under 1; MemoryError if the matches do not fit into memory; IndexFileError if a search comes
        upon damage.
        """
        queries = checked_hashes(hashes)
        radii = checked_radii(radius, len(queries))
        if threads < 1:
            raise ValueError(f"threads must be 1 or more, not {threads}")
        if limit is not None and limit < 1:
            raise ValueError(f"limit must be 1 or more, not {limit}")
        state = self._state
        try:
            offsets, ids, distances, capped = _kernel.search(
                self._permutation,
                state.segments,
                state.moment,
                state.tail.ids,
                state.tail.words,
                queries,
                radii,
                limit or 0,
                threads,
            )
        except _kernel.DamagedSegment as problem:
            raise self._damaged(problem) from problem
        return Matches(offsets=offsets, ids=ids, distances=distances, capped=capped)

    def flush(self, position: int | None = None) -> None:
        """Write the index to its folder, whole or not at all; without a path, do nothing.

        ``position`` (0 to 2**64 - 1) is kept with it: a caller that follows a log goes on from
        there. Raises IndexFileError, also when another process has flushed to the folder meanwhile,
        and ValueError for a position that cannot be.
        """
        if position is not None and not 0 <= position <= _LAST:
            raise ValueError(f"a position must be 0 to {_LAST}, not {position}")
        if self._folder is None:
            return
        with self._flushing:
            with self._writing:
                self._state = state = self._sealed(self._state)
            saved = [part if part.is_saved else self._folder.save(part) for part in state.parts]
            reached = self._position if position is None else position
            manifest = _manifest_of(self._order, state, reached)
            self._written = self._folder.replace_manifest(self._written, manifest)
            self._position = reached
            with self._writing:
                contents = {part.number: part.content for part in saved}
                self._state = self._state.with_saved(contents)

    def verify(self) -> None:
        """Read every segment whole and compare its checksums; searches go on meanwhile.

        Opening does so for small segments only. Raises IndexFileError.
        """
        try:
            for segment in self._state.segments:
                segment.verify()
        except _kernel.DamagedSegment as problem:
            raise self._damaged(problem) from problem

    def settle(self) -> None:
        """Wait until no segments are being merged."""
        with self._writing:
            merger = self._merger
        if merger is not None:
            merger.join()

    def _damaged(self, problem: Exception) -> IndexFileError:
        path = Path("(in memory)") if self._folder is None else self._folder.path
        return IndexFileError(path, f"a segment {problem}; restore it from a backup")

    def _with_added(self, state: State, rows: Rows) -> State:
        if state.tail.count + rows.count <= _LONGEST_TAIL:
            return replace(state, tail=state.tail.with_added(rows.ids, rows.words))
        tail = rows if state.tail.count == 0 else state.tail.with_added(rows.ids, rows.words)
        return self._sealed(replace(state, tail=tail))

    def _sealed(self, state: State) -> State:
        """Return the state with its tail made a segment."""
        if state.tail.count == 0:
            return state
        part = part_of_rows(state.tail, self._permutation)
        return State(parts=(*state.parts, part), moment=state.moment)

    def _merge_if_due(self) -> None:
        """Start the thread that merges; called with the lock on writing."""
        if self._merger is None and _due(self._state, self._worn):
            self._merger = threading.Thread(target=self._merge_while_due, name="index merging")
            self._merger.start()

    def _merge_while_due(self) -> None:
        try:
            while (state := self._state_to_merge()) is not None:
                self._merge(state, _due(state, self._worn))
        except BaseException:
            with self._writing:
                self._merger = None
            raise

    def _state_to_merge(self) -> State | None:
        """Return the state if a merge is due; otherwise merging ends, and may be started again."""
        with self._writing:
            if _due(self._state, self._worn):
                return self._state
            self._merger = None
            return None

    def _merge(self, state: State, chosen: tuple[int, ...]) -> None:
        """Put one segment in the place of the chosen ones; what is removed meanwhile stays so."""
        old = tuple(part for part in state.parts if part.number in chosen)
        new = part_of_living(old, state.moment)
        with self._writing:
            now = self._state
            late = [part.segment.removed_ids(state.moment, _LAST) for part in old]
            fresh = () if new is None else (new.without(np.concatenate(late), now.moment),)
            self._state = now.with_parts_for(chosen, fresh)


def _due(state: State, worn: float) -> tuple[int, ...]:
    parts = state.parts
    sizes = [Size(number=part.number, rows=part.rows, living=part.living) for part in parts]
    return choose_merge(sizes, worn)


def _manifest_of(order: BitOrder, state: State, position: int) -> Manifest:
    segments = tuple(
        SavedSegment(
            number=part.number,
            rows=part.rows,
            removed=part.segment.removed_ids(0, state.moment),
        )
        for part in state.parts
    )
    return Manifest(order=order, position=position, segments=segments)


def _order_of(folder: Folder | None, opened: Opened | None, key: bytes | None) -> BitOrder:
    wanted = by_frequency() if key is None else by_frequency_and_key(key)
    if folder is None or opened is None:
        return wanted
    if key is not None and not np.array_equal(wanted, opened.manifest.order):
        raise IndexFileError(folder.path, "was begun with another key; build it anew")
    return opened.manifest.order
