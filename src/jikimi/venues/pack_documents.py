"""The documents of several folders by section and id; of one id the last folder's counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jikimi.venues.errors import PackProblem
from jikimi.venues.pack_changes import EntryKey
from jikimi.venues.pack_checks import twice_in_folder
from jikimi.venues.pack_files import PackDocument, read_folder

_ID_OF = {"laws": "id", "recipients": "id", "helplines": "country", "wordings": "language"}


@dataclass(frozen=True, kw_only=True)
class FolderReading:
    """What folders hold, and what is wrong with their files."""

    documents: Mapping[EntryKey, PackDocument]
    problems: tuple[PackProblem, ...]


def read_folders(folders: Sequence[Path]) -> FolderReading:
    """Read folders in order."""
    kept: dict[EntryKey, PackDocument] = {}
    problems: list[PackProblem] = []
    for folder in folders:
        documents, found = read_folder(folder)
        problems += found
        in_folder: dict[EntryKey, PackDocument] = {}
        for document in documents:
            key = key_of(document)
            if key in in_folder:
                problems.append(twice_in_folder(key[1], document.file, in_folder[key].file))
            in_folder.setdefault(key, document)
        kept |= in_folder
    return FolderReading(documents=kept, problems=tuple(problems))


def key_of(document: PackDocument) -> EntryKey:
    """Section and id of a document."""
    return (document.section, str(document.raw[_ID_OF[document.section]]))
