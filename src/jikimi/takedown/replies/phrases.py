"""The word lists, read from `words/*.yaml`: one file a language, and no other place knows one."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

import yaml

from jikimi.takedown.replies.errors import WordsMalformed
from jikimi.takedown.replies.stripping import Marks
from jikimi.takedown.rules.reply import Phrase, Phrasebook, ReplyKind
from jikimi.takedown.rules.reply_text import compared

_WEIGHTS = {"plain": 3, "likely": 2, "hint": 1}
_LISTS = ("wrote", "headers", "original", "closings", "footers", "guards", "numbers", "account")
_TOLD_BY_WORDS = frozenset(ReplyKind) - {ReplyKind.BOUNCE}
File = Mapping[str, object]


@cache
def phrasebook() -> Phrasebook:
    """Every phrase of every language, longest first. Raises WordsMalformed."""
    read = _files()
    found = [phrase for language, file in read.items() for phrase in _phrases(language, file)]
    return Phrasebook(
        phrases=tuple(sorted(found, key=lambda one: (-len(one.words), one.words, one.kind))),
        guards={language: _list(file, "guards") for language, file in read.items()},
    )


@cache
def marks() -> Marks:
    """What sets somebody else's words apart, in every language. Raises WordsMalformed."""
    read = _files().values()
    lists = {
        name: tuple(dict.fromkeys(w for file in read for w in _list(file, name))) for name in _LISTS
    }
    return Marks(
        wrote=lists["wrote"],
        headers=lists["headers"],
        original=lists["original"],
        closings=lists["closings"],
        footers=lists["footers"],
    )


@cache
def number_cues() -> tuple[str, ...]:
    """What the number of a notice stands behind, in every language. Raises WordsMalformed."""
    return _of_all("numbers")


@cache
def account_words() -> tuple[str, ...]:
    """How it is said that an account is needed, in every language. Raises WordsMalformed."""
    return _of_all("account")


def _of_all(name: str) -> tuple[str, ...]:
    """One list of every file, the longest words first."""
    words = {word for file in _files().values() for word in _list(file, name)}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _files() -> Mapping[str, File]:
    folder = files("jikimi.takedown.replies") / "words"
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml"))
    return {name.removesuffix(".yaml"): _read((folder / name).read_text("utf-8")) for name in names}


def _read(text: str) -> File:
    file = yaml.safe_load(text)
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
