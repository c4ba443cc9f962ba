"""Law packs, recipients, helplines and wordings: load them, check them.

packs = load_packs()                      # what ships with Jikimi
packs = load_packs(Path("/etc/jikimi"))   # the centre's own files add to it or override by id
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jikimi.venues.errors import PackError, PackProblem
from jikimi.venues.pack_agreement import (
    authority_problems,
    clock_problems,
    language_problems,
    rung_problems,
    stated_time_problems,
    two_clocks,
)
from jikimi.venues.pack_checks import (
    domain_claims,
    expiry_problem,
    law_problems,
    recipient_problems,
    stand_in_problem,
    twice_in_folder,
    wording_problems,
)
from jikimi.venues.pack_files import SHIPPED, PackDocument, read_folder
from jikimi.venues.pack_reading import helplines_from, law_from, recipient_from, wording_from
from jikimi.venues.pack_values import (
    Clock,
    CountryLines,
    Element,
    Escalation,
    Helpline,
    LawId,
    LawPack,
    Packs,
    Recipient,
    RecipientId,
    Review,
    Route,
    RouteLimits,
    Source,
    Wording,
)

__all__ = [
    "Clock",
    "CountryLines",
    "Element",
    "Escalation",
    "Helpline",
    "LawId",
    "LawPack",
    "PackError",
    "PackProblem",
    "Packs",
    "Recipient",
    "RecipientId",
    "Review",
    "Route",
    "RouteLimits",
    "Source",
    "Wording",
    "check_packs",
    "load_packs",
]

_Value = LawPack | Recipient | Wording | CountryLines


def load_packs(*folders: Path, allow_stand_ins: bool = False) -> Packs:
    """Load the shipped packs, then each folder; a later file overrides an earlier one by its id.

    Expired and unverified entries load: they draft and do not send. Recipients of status
    `stand_in` are refused unless `allow_stand_ins`, which only tests and the demo set.

    Raises PackError with every problem found.
    """
    entries, problems = _read((SHIPPED, *folders))
    problems += _disagreements(entries, allow_stand_ins)
    if problems:
        raise PackError(tuple(sorted(set(problems))))
    return _packs(entries)


def check_packs(
    folder: Path, today: date, *, allow_stand_ins: bool = False
) -> tuple[PackProblem, ...]:
    """Find what is wrong in a folder, read on top of the shipped packs; expired entries too."""
    shipped = folder.resolve() == SHIPPED.resolve()
    entries, problems = _read((folder,) if shipped else (SHIPPED, folder))
    problems += _disagreements(entries, allow_stand_ins)
    for entry in entries:
        problems += expiry_problem(entry.value, entry.file, today)
    ours = {problem for problem in problems if Path(problem.file).is_relative_to(folder)}
    return tuple(sorted(ours))


@dataclass(frozen=True, kw_only=True)
class _Entry:
    file: str
    value: _Value


def _read(folders: Sequence[Path]) -> tuple[list[_Entry], list[PackProblem]]:
    """Read folders in order; of entries with one id the last folder's stays."""
    kept: dict[tuple[str, str], _Entry] = {}
    problems: list[PackProblem] = []
    for folder in folders:
        documents, found = read_folder(folder)
        problems += found
        in_folder: dict[tuple[str, str], _Entry] = {}
        for document in documents:
            entry = _Entry(file=document.file, value=_value(document))
            key = (document.section, _id(entry.value))
            if key in in_folder:
                problems.append(twice_in_folder(key[1], entry.file, in_folder[key].file))
            in_folder.setdefault(key, entry)
        kept |= in_folder
    return list(kept.values()), problems


def _value(document: PackDocument) -> _Value:
    match document.section:
        case "laws":
            return law_from(document.raw)
        case "recipients":
            return recipient_from(document.raw)
        case "helplines":
            return helplines_from(document.raw)
        case _:
            return wording_from(document.raw)


def _id(value: _Value) -> str:
    match value:
        case Wording():
            return value.language
        case CountryLines():
            return value.country
        case _:
            return value.id


def _packs(entries: Sequence[_Entry]) -> Packs:
    values = [entry.value for entry in entries]
    return Packs(
        laws={law.id: law for law in values if isinstance(law, LawPack)},
        recipients={one.id: one for one in values if isinstance(one, Recipient)},
        lines=tuple(
            line for lines in values if isinstance(lines, CountryLines) for line in lines.lines
        ),
        wordings={one.language: one for one in values if isinstance(one, Wording)},
    )


def _disagreements(entries: Sequence[_Entry], allow_stand_ins: bool) -> Iterator[PackProblem]:
    packs = _packs(entries)
    recipients: dict[str, Recipient] = {}
    for entry in entries:
        match entry.value:
            case LawPack() as law:
                yield from law_problems(law, entry.file)
                yield from clock_problems(law, entry.file)
                yield from authority_problems(law, entry.file)
                yield from language_problems(law, packs, entry.file)
            case Wording() as wording:
                yield from wording_problems(wording, entry.file)
            case Recipient() as recipient:
                recipients[entry.file] = recipient
                yield from recipient_problems(recipient, packs, entry.file)
                yield from stated_time_problems(recipient, packs, entry.file)
                if recipient.status == "stand_in" and not allow_stand_ins:
                    yield stand_in_problem(entry.file)
            case CountryLines():
                pass
    yield from domain_claims(recipients)
    laws = {entry.value.id: entry.file for entry in entries if isinstance(entry.value, LawPack)}
    owners = {one.id: file for file, one in recipients.items()}
    yield from two_clocks(packs, laws)
    yield from rung_problems(packs, law_files=laws, recipient_files=owners)
