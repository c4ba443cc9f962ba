"""Regions of a country by ISO 3166-2, as data: load them, check them (docs/formats/regions-1.md).

regions_of("JP")                          # what ships
regions_of("JP", Path("/etc/jikimi"))     # a centre's own file of a country replaces it
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from jikimi.venues.errors import PackError, PackProblem
from jikimi.venues.pack_files import REGIONS, SHIPPED, PackDocument, read_section
from jikimi.venues.pack_reading import review_from


@dataclass(frozen=True, kw_only=True)
class Region:
    """A prefecture, a province, a county or a large city."""

    code: str
    names: Mapping[str, str]
    """By language as packs say it; English and the country's own are there."""

    def name(self, language: str) -> str:
        """Its name in a language, else in English."""
        return self.names.get(language) or self.names["en"]


def regions_of(country: str, *folders: Path) -> tuple[Region, ...]:
    """The regions of a country (ISO 3166, any case); none where nobody has written them down.

    Raises PackError with every file that its schema refuses.
    """
    return _read_all(folders).get(country.upper(), ())


def check_regions(folder: Path, today: date) -> tuple[PackProblem, ...]:
    """Find what is wrong with a folder's regions."""
    documents, problems = read_section(folder, REGIONS)
    found = [*problems, *(one for document in documents for one in _problems(document, today))]
    return tuple(sorted(found))


@cache
def _read_all(folders: tuple[Path, ...]) -> Mapping[str, tuple[Region, ...]]:
    held: dict[str, tuple[Region, ...]] = {}
    problems: list[PackProblem] = []
    for folder in (SHIPPED, *folders):
        documents, found = read_section(folder, REGIONS)
        problems += found
        for document in documents:
            held[document.raw["country"]] = tuple(
                Region(code=one["code"], names=one["names"]) for one in document.raw["regions"]
            )
    if problems:
        raise PackError(tuple(sorted(problems)))
    return held


def _problems(document: PackDocument, today: date) -> Iterator[PackProblem]:
    country, codes = document.raw["country"], [one["code"] for one in document.raw["regions"]]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield _problem(document, "regions", f"names {code} twice.", "Take one away.")
    for code in codes:
        if not code.startswith(f"{country}-"):
            yield _problem(document, "regions", f"{code} is not in {country}.", "Correct the code.")
    if review_from(document.raw).expired_on(today):
        yield _problem(document, "review.expires", "is over.", "Read the sources again.")


def _problem(document: PackDocument, key: str, what: str, what_to_do: str) -> PackProblem:
    return PackProblem(file=document.file, key=key, what=what, what_to_do=what_to_do)
