"""The packs that a centre works with: what ships, its own folders, and what two people changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jikimi.venues.errors import PackError, PackProblem
from jikimi.venues.pack_changes import EntryChange, EntryKey, held_back, lay_over
from jikimi.venues.pack_documents import read_folders
from jikimi.venues.pack_files import SHIPPED, PackDocument
from jikimi.venues.pack_values import Packs
from jikimi.venues.packs import read_packs

_DISAGREES = (
    "The changes by two people no longer agree with the other packs. Until they are undone, the "
    "file's own words hold, and the entry is only drafted for."
)


@dataclass(frozen=True, kw_only=True)
class InUse:
    """The packs in use, and where each of their entries comes from."""

    packs: Packs
    documents: Mapping[EntryKey, PackDocument]
    from_files: Mapping[EntryKey, PackDocument]
    """The same, without what two people changed."""
    shipped: Mapping[EntryKey, PackDocument]
    misfits: Mapping[EntryKey, str]
    """Entries with a change that fits no more, and why."""


def load_in_use(
    folders: tuple[Path, ...], changes: Sequence[EntryChange], *, allow_stand_ins: bool
) -> InUse:
    """Read the files and lay the changes over them, oldest first.

    A change never stops the house: an entry whose changes do not pass the checks keeps what its
    file says and is only drafted for. Raises PackError for what is wrong in the files themselves.
    """
    files = read_folders((SHIPPED, *folders))
    changed = frozenset(change.entry for change in changes) & files.documents.keys()
    laid = lay_over(files.documents, changes)
    documents, misfits = dict(laid.documents), dict(laid.misfits)
    problems = problems_with(documents, allow_stand_ins=allow_stand_ins)
    faulty = {problem.file for problem in problems}
    named = {key for key in changed if documents[key].file in faulty}
    for doubted in (named, changed):
        if problems:
            documents |= {key: held_back(files.documents[key]) for key in doubted}
            misfits |= dict.fromkeys(doubted, _DISAGREES)
            problems = problems_with(documents, allow_stand_ins=allow_stand_ins)
    if problems or files.problems:
        raise PackError(tuple(sorted({*problems, *files.problems})))
    return InUse(
        packs=read_packs(documents.values(), allow_stand_ins=allow_stand_ins)[0],
        documents=documents,
        from_files=files.documents,
        shipped=read_folders((SHIPPED,)).documents,
        misfits=misfits,
    )


def problems_with(
    documents: Mapping[EntryKey, PackDocument], *, allow_stand_ins: bool
) -> tuple[PackProblem, ...]:
    """What the checks of `jikimi packs check` find in documents, each alone and together."""
    alone = [problem for one in documents.values() for problem in one.schema_problems]
    if alone:
        return tuple(alone)
    return read_packs(documents.values(), allow_stand_ins=allow_stand_ins)[1]
