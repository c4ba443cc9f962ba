"""What helps to answer a mail, read from `answers/*.yaml`: one file a language.

Its sentences begin an answer; its lists say what is looked for beside an open mail.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from jikimi.takedown.replies.errors import WordsMalformed
from jikimi.takedown.rules.reply_text import compared

_SENTENCES = frozenset("greeting lacks representative picture account_not_needed closing".split())
_LISTS = frozenset({"numbers", "account"})
_KEYS = {"schema"} | _SENTENCES | _LISTS
File = Mapping[str, object]


@cache
def answer_words() -> Mapping[str, Mapping[str, str]]:
    """The sentences by language and name. Raises WordsMalformed."""
    return {
        language: {name: str(file[name]) for name in _SENTENCES}
        for language, file in _files().items()
    }


@cache
def number_cues() -> tuple[str, ...]:
    """What the number of a notice stands behind, in every language. Raises WordsMalformed."""
    return _of_all("numbers")


@cache
def account_words() -> tuple[str, ...]:
    """How it is said that an account is needed, in every language. Raises WordsMalformed."""
    return _of_all("account")


def _of_all(name: str) -> tuple[str, ...]:
    """One list of every file, as compared, the longest words first."""
    words = {compared(word) for file in _files().values() for word in _list(file[name])}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@cache
def _files() -> Mapping[str, File]:
    folder = files("jikimi.takedown.replies") / "answers"
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml"))
    return {name.removesuffix(".yaml"): _read((folder / name).read_text("utf-8")) for name in names}


def _read(text: str) -> File:
    file = yaml.safe_load(text)
    if not isinstance(file, dict) or set(file) != _KEYS or file["schema"] != "answer-words/1":
        raise WordsMalformed("A file of answers is answer-words/1, with its words alone.")
    return file


def _list(held: object) -> list[str]:
    if not isinstance(held, list) or not all(isinstance(one, str) and one.strip() for one in held):
        raise WordsMalformed("“numbers” and “account” are lists of words.")
    return held
