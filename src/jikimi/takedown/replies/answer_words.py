"""What an answer begins with, read from `answers/*.yaml`: one file a language."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from jikimi.takedown.replies.errors import WordsMalformed

_KEYS = frozenset("schema greeting lacks representative picture account closing".split())


@cache
def answer_words() -> Mapping[str, Mapping[str, str]]:
    """The sentences by language and name. Raises WordsMalformed."""
    folder = files("jikimi.takedown.replies") / "answers"
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml"))
    return {name.removesuffix(".yaml"): _read((folder / name).read_text("utf-8")) for name in names}


def _read(text: str) -> Mapping[str, str]:
    file = yaml.safe_load(text)
    if not isinstance(file, dict) or set(file) != _KEYS or file["schema"] != "answer-words/1":
        raise WordsMalformed("A file of answers is answer-words/1, with its sentences alone.")
    return {str(name): str(words) for name, words in file.items()}
