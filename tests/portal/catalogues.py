"""The catalogues of translations, as their files hold them."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from tests.portal.messages import PORTAL

LOCALE = PORTAL.parents[1] / "locale"


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """One language: its translations by the English text, of a plural by its singular."""

    code: str
    is_finished: bool
    """Whether its head bears no `#, fuzzy`: then it is compiled and its language offered."""
    texts: dict[str, tuple[str, ...]]
    """Every form of a translation; one where it has no plural."""
    plural_forms: int
    listed_twice: tuple[str, ...]


@cache
def catalogue(code: str) -> Catalogue:
    """What the file of a language holds. A translation marked as fuzzy counts as none."""
    path = LOCALE / code / "LC_MESSAGES/django.po"
    with path.open("rb") as file:
        held = read_po(file, locale=code)
    texts = {
        _forms(message.id)[0]: _forms(message.string)
        for message in held
        if message.id and not message.fuzzy
    }
    return Catalogue(
        code=code,
        is_finished=not held.fuzzy,
        texts=texts,
        plural_forms=held.num_plurals,
        listed_twice=_listed_twice(path),
    )


def codes() -> list[str]:
    """Every language that has a catalogue, finished or not."""
    return sorted(path.parents[1].name for path in LOCALE.glob("*/LC_MESSAGES/django.po"))


def _forms(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, (tuple, list)) else (str(value),)


def _listed_twice(path: Path) -> tuple[str, ...]:
    """Entries that a merge left in the file twice; the readers keep the last without a word."""
    entries = [block for block in path.read_text().split("\n\n") if "\nmsgstr" in block]
    ids = [entry.split("msgid ", 1)[1].split("\nmsgstr", 1)[0] for entry in entries]
    joined = Counter("".join(line.strip()[1:-1] for line in one.split("\n")) for one in ids)
    return tuple(text for text, times in joined.items() if times > 1)
