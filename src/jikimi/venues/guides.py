"""The guides: load them, check them.

guides = load_guides()                       # what ships
guides = load_guides(Path("/etc/jikimi"))    # the centre's own add to it or override by id
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jikimi.venues.errors import PackError, PackProblem
from jikimi.venues.guide_checks import guide_problems, problems_between
from jikimi.venues.guide_values import Guide, GuideId, GuidePlace, Guides, GuideSection
from jikimi.venues.pack_checks import twice_in_folder
from jikimi.venues.pack_files import GUIDES, SHIPPED, RawPack, read_section
from jikimi.venues.pack_parts import LawId
from jikimi.venues.pack_reading import review_from, sources_from
from jikimi.venues.pack_values import Packs

__all__ = ["Guide", "GuidePlace", "GuideSection", "Guides", "check_guides", "load_guides"]


def load_guides(*folders: Path) -> Guides:
    """Load the guides that ship, then each folder's; a later file overrides one of the same id.

    Expired and unverified ones load: their pages say so. Raises PackError with every file that
    its schema refuses.
    """
    read = _read((SHIPPED, *folders))
    if read.problems:
        raise PackError(tuple(sorted(read.problems)))
    return _in_order(read)


def check_guides(folder: Path, packs: Packs, today: date) -> tuple[PackProblem, ...]:
    """Find what is wrong with a folder's guides, read on top of those that ship."""
    shipped = folder.resolve() == SHIPPED.resolve()
    read = _read((folder,) if shipped else (SHIPPED, folder))
    problems = [*read.problems, *_problems(read, packs, today)]
    return tuple(sorted({one for one in problems if Path(one.file).is_relative_to(folder)}))


@dataclass(frozen=True, kw_only=True)
class _Reading:
    guides: dict[GuideId, Guide]
    files: dict[GuideId, str]
    problems: tuple[PackProblem, ...]


def _read(folders: Sequence[Path]) -> _Reading:
    guides: dict[GuideId, Guide] = {}
    files: dict[GuideId, str] = {}
    problems: list[PackProblem] = []
    for folder in folders:
        documents, found = read_section(folder, GUIDES)
        problems += found
        here: dict[GuideId, str] = {}
        for document in documents:
            guide = _guide_from(document.raw)
            if guide.id in here:
                problems.append(twice_in_folder(guide.id, document.file, here[guide.id]))
                continue
            here[guide.id] = files[guide.id] = document.file
            guides[guide.id] = guide
    return _Reading(guides=guides, files=files, problems=tuple(problems))


def _in_order(read: _Reading) -> Guides:
    return Guides(everything=tuple(sorted(read.guides.values(), key=lambda one: one.number)))


def _problems(read: _Reading, packs: Packs, today: date) -> Iterator[PackProblem]:
    for id_, guide in read.guides.items():
        yield from guide_problems(guide, packs, read.files[id_], today)
    yield from problems_between(read.guides, read.files)


def _guide_from(raw: RawPack) -> Guide:
    return Guide(
        id=GuideId(raw["id"]),
        kind=raw["kind"],
        number=raw["number"],
        status=raw["status"],
        situations=tuple(raw["situations"]),
        title=raw["title"],
        lead=raw["lead"],
        words={language: tuple(words) for language, words in raw["words"].items()},
        sections=tuple(
            GuideSection(kind=one["kind"], heading=one.get("heading"), items=tuple(one["items"]))
            for one in raw["sections"]
        ),
        lines=tuple(raw["lines"]),
        places=tuple(
            GuidePlace(
                place=one["place"],
                laws=tuple(LawId(law) for law in one["laws"]),
                items=tuple(one["items"]),
            )
            for one in raw["places"]
        ),
        related=tuple(GuideId(id_) for id_ in raw["related"]),
        sources=sources_from(raw),
        review=review_from(raw),
    )
