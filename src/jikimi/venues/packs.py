"""Law packs, recipients, helplines and wordings: load them, check them.

packs = load_packs()                      # what ships with Jikimi
packs = load_packs(Path("/etc/jikimi"))   # the centre's own files add to it or override by id
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jikimi.venues.errors import PackError, PackProblem
from jikimi.venues.law_words import in_more_languages, law_words_problems
from jikimi.venues.pack_agreement import (
    authority_problems,
    clock_problems,
    idle_law_problems,
    language_problems,
    quiet_hours_problems,
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
    unlinked_problem,
    wording_problems,
)
from jikimi.venues.pack_documents import read_folders
from jikimi.venues.pack_files import SHIPPED, PackDocument
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
    QuietHours,
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
    "QuietHours",
    "Recipient",
    "RecipientId",
    "Review",
    "Route",
    "RouteLimits",
    "Source",
    "Wording",
    "check_packs",
    "load_packs",
    "read_packs",
    "to_put_right",
]

_Value = LawPack | Recipient | Wording | CountryLines


def load_packs(*folders: Path, allow_stand_ins: bool = False) -> Packs:
    """Load the shipped packs, then each folder; a later file overrides an earlier one by its id.

    Expired and unverified entries load: they draft and do not send. Recipients of status
    `stand_in` are refused unless `allow_stand_ins`, which only tests and the demo set.

    Raises PackError with every problem found.
    """
    read = read_folders((SHIPPED, *folders))
    packs, problems = read_packs(read.documents.values(), allow_stand_ins=allow_stand_ins)
    if problems or read.problems:
        raise PackError(tuple(sorted({*problems, *read.problems})))
    return packs


def check_packs(
    folder: Path, today: date, *, allow_stand_ins: bool = False
) -> tuple[PackProblem, ...]:
    """Find what is wrong in a folder, read on top of the shipped packs.

    Also what a house can work with and a person has to put right, such as expired entries.
    """
    shipped = folder.resolve() == SHIPPED.resolve()
    read = read_folders((folder,) if shipped else (SHIPPED, folder))
    documents = read.documents.values()
    problems = [
        *read.problems,
        *_disagreements(_entries(documents), documents, allow_stand_ins),
        *to_put_right(documents, today),
    ]
    ours = {problem for problem in problems if Path(problem.file).is_relative_to(folder)}
    return tuple(sorted(ours))


def to_put_right(documents: Collection[PackDocument], today: date) -> tuple[PackProblem, ...]:
    """Name what a house can work with, and a person has to see to all the same.

    Entries past their last day, entries that count as read without a link to what was read, and
    laws under which nobody is written to.
    """
    entries = _entries(documents)
    packs = _packs(entries)
    found: list[PackProblem] = []
    for entry in entries:
        found += expiry_problem(entry.value, entry.file, today)
        found += unlinked_problem(entry.value, entry.file)
        if isinstance(entry.value, LawPack):
            found += idle_law_problems(entry.value, packs, entry.file)
    return tuple(found)


def read_packs(
    documents: Collection[PackDocument], *, allow_stand_ins: bool
) -> tuple[Packs, tuple[PackProblem, ...]]:
    """Make values of documents that their schemas accept; and how they disagree, if they do."""
    entries = _entries(documents)
    return _packs(entries), tuple(_disagreements(entries, documents, allow_stand_ins))


@dataclass(frozen=True, kw_only=True)
class _Entry:
    file: str
    value: _Value


def _entries(documents: Collection[PackDocument]) -> list[_Entry]:
    wordings = [one for one in documents if one.section == "wordings"]
    return [_Entry(file=document.file, value=_value(document, wordings)) for document in documents]


def _value(document: PackDocument, wordings: Sequence[PackDocument]) -> _Value:
    match document.section:
        case "laws":
            return law_from(in_more_languages(document.raw, wordings))
        case "recipients":
            return recipient_from(document.raw)
        case "helplines":
            return helplines_from(document.raw)
        case _:
            return wording_from(document.raw)


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


def _disagreements(
    entries: Sequence[_Entry], documents: Collection[PackDocument], allow_stand_ins: bool
) -> Iterator[PackProblem]:
    packs = _packs(entries)
    yield from law_words_problems(documents)
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
                yield from quiet_hours_problems(recipient, entry.file)
                if recipient.status == "stand_in" and not allow_stand_ins:
                    yield stand_in_problem(entry.file)
            case CountryLines():
                pass
    yield from domain_claims(recipients)
    laws = {entry.value.id: entry.file for entry in entries if isinstance(entry.value, LawPack)}
    owners = {one.id: file for file, one in recipients.items()}
    yield from two_clocks(packs, laws)
    yield from rung_problems(packs, law_files=laws, recipient_files=owners)
