"""The word lists: one file a language, and no other place knows one.

Those that ship are `words/*.yaml`; a centre's own stand under `reply-words/` of its pack folders.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from jikimi.takedown.replies.errors import WordsMalformed
from jikimi.takedown.replies.stripping import Marks
from jikimi.takedown.rules.reply import Phrase, Phrasebook, ReplyKind
from jikimi.takedown.rules.reply_text import compared
from jikimi.venues.errors import PackProblem

_SHIPPED = Path(__file__).parent / "words"
_WEIGHTS = {"plain": 3, "likely": 2, "hint": 1}
_LISTS = ("wrote", "headers", "original", "closings", "footers", "guards")
_TOLD_BY_WORDS = frozenset(ReplyKind) - {ReplyKind.BOUNCE}
File = Mapping[str, object]


def phrasebook() -> Phrasebook:
    """Every phrase of every language, longest first. Raises WordsMalformed."""
    return _phrasebook(tuple(settings.PACK_FOLDERS))


def marks() -> Marks:
    """What sets somebody else's words apart, in every language. Raises WordsMalformed."""
    return _marks(tuple(settings.PACK_FOLDERS))


def check_reply_words(folder: Path) -> tuple[PackProblem, ...]:
    """Find what is wrong with a pack folder's word lists."""
    found = []
    for path in _own(folder):
        try:
            read = {path.stem: _read(path)}
            _book_of(read)
            _marks_of(read)
        except WordsMalformed as error:
            to_do = "Compare it with jikimi/takedown/replies/words/en.yaml."
            found.append(
                PackProblem(file=str(path), key="(file)", what=str(error), what_to_do=to_do)
            )
    return tuple(found)


@cache
def _phrasebook(folders: tuple[Path, ...]) -> Phrasebook:
    return _book_of(_files(folders))


@cache
def _marks(folders: tuple[Path, ...]) -> Marks:
    return _marks_of(_files(folders))


def _book_of(read: Mapping[str, File]) -> Phrasebook:
    found = [phrase for language, file in read.items() for phrase in _phrases(language, file)]
    return Phrasebook(
        phrases=tuple(sorted(found, key=lambda one: (-len(one.words), one.words, one.kind))),
        guards={language: _list(file, "guards") for language, file in read.items()},
    )


def _marks_of(read: Mapping[str, File]) -> Marks:
    lists = {
        name: tuple(dict.fromkeys(word for file in read.values() for word in _list(file, name)))
        for name in _LISTS
    }
    return Marks(
        wrote=lists["wrote"],
        headers=lists["headers"],
        original=lists["original"],
        closings=lists["closings"],
        footers=lists["footers"],
    )


def _files(folders: tuple[Path, ...]) -> Mapping[str, File]:
    """The files by language; of one language the last folder's counts."""
    paths = (*sorted(_SHIPPED.glob("*.yaml")), *(one for folder in folders for one in _own(folder)))
    return {path.stem: _read(path) for path in paths}


def _own(folder: Path) -> list[Path]:
    return sorted((folder / "reply-words").glob("*.yaml"))


def _read(path: Path) -> File:
    try:
        file = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise WordsMalformed("A file of words is YAML that can be read.") from error
    if not isinstance(file, dict) or set(file) != {"schema", "kinds", *_LISTS}:
        raise WordsMalformed("A file of words holds schema, kinds and the lists, and nothing else.")
    if file["schema"] != "reply-words/1":
        raise WordsMalformed("A file of words is reply-words/1.")
    return file


def _list(file: File, name: str) -> tuple[str, ...]:
    return _words(file[name], name)


def _words(held: object, where: str) -> tuple[str, ...]:
    if not isinstance(held, list) or not all(isinstance(one, str) and one.strip() for one in held):
        raise WordsMalformed(f"“{where}” is a list of words.")
    return tuple(compared(one) for one in held)


def _phrases(language: str, file: File) -> Iterator[Phrase]:
    """kind -> weight -> words; a refusal has its reasons in between."""
    kinds = file["kinds"]
    if not isinstance(kinds, dict):
        raise WordsMalformed("“kinds” holds kinds.")
    for kind, held in kinds.items():
        if kind not in _TOLD_BY_WORDS or not isinstance(held, dict):
            raise WordsMalformed(f"“{kind}” is no kind that words can tell.")
        if kind == ReplyKind.REFUSAL:
            for reason, weights in held.items():
                yield from _weighted(language, ReplyKind.REFUSAL, weights, str(reason))
        else:
            yield from _weighted(language, ReplyKind(kind), held, "")


def _weighted(language: str, kind: ReplyKind, held: object, reason: str) -> Iterator[Phrase]:
    if not isinstance(held, dict) or not set(held) <= set(_WEIGHTS):
        raise WordsMalformed(f"Under “{kind}” words are plain, likely or a hint.")
    for weight, words in held.items():
        for one in _words(words, f"{kind}, {weight}"):
            yield Phrase(
                words=one, kind=kind, weight=_WEIGHTS[weight], language=language, reason=reason
            )
