"""A law's texts in one more language, as the letters' file of that language brings them.

They are laid over the law packs, so that a language is one file and no law has to be copied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from jikimi.venues.errors import PackProblem
from jikimi.venues.pack_checks import placeholder_problems
from jikimi.venues.pack_files import PackDocument, RawPack
from jikimi.venues.pack_values import PLACEHOLDERS

_BY_ID = ("elements", "by_hand", "reply_expected")


def in_more_languages(law: RawPack, wordings: Iterable[PackDocument]) -> RawPack:
    """Give a law in each further language in which a wording has all its texts."""
    for wording in wordings:
        language = wording.raw["language"]
        words = wording.raw.get("laws", {}).get(law["id"])
        if words and language not in _languages(law) and _given(words).keys() == _asked(law):
            law = _with(law, language, _given(words))
    return law


def law_words_problems(documents: Collection[PackDocument]) -> Iterator[PackProblem]:
    """Find texts of laws that are missing in a wording, or that no law has."""
    laws = {one.raw["id"]: one.raw for one in documents if one.section == "laws"}
    for wording in (one for one in documents if one.section == "wordings"):
        for law_id, words in wording.raw.get("laws", {}).items():
            yield from _problems(wording, law_id, words, laws.get(law_id))


def _problems(
    wording: PackDocument, law_id: str, words: RawPack, law: RawPack | None
) -> Iterator[PackProblem]:
    key, given = f"laws.{law_id}", _given(words)
    if law is None:
        fix = "Correct the id, or take it out."
        yield PackProblem(file=wording.file, key=key, what="no such law.", what_to_do=fix)
        return
    for text in sorted(_asked(law) - given.keys()):
        what = f"{text} is missing: no letter under this law is written in this language."
        yield PackProblem(file=wording.file, key=key, what=what, what_to_do="Add it.")
    for text in sorted(given.keys() - _asked(law)):
        what = f"the law has no {text}."
        yield PackProblem(file=wording.file, key=key, what=what, what_to_do="Take it out.")
    for name, text in given.items():
        allowed = frozenset[str]() if name.startswith("by_hand.") else PLACEHOLDERS
        yield from placeholder_problems(text, wording.file, f"{key}.{name}", allowed)


def _languages(law: RawPack) -> list[str]:
    languages: list[str] = law["notice"]["languages"]
    return languages


def _asked(law: RawPack) -> set[str]:
    """Name the texts that a law has."""
    elements = law["notice"]["elements"]
    return {
        "title",
        "manner",
        *(["false_statement"] if law["notice"]["false_statement"] else []),
        *(f"elements.{one['id']}" for one in elements),
        *(f"by_hand.{one['id']}" for one in elements if "by_hand" in one),
        *(f"reply_expected.{one['id']}" for one in law["reply_expected"]),
    }


def _given(words: RawPack) -> Mapping[str, str]:
    """The texts that a wording gives for a law, by the same names."""
    alone = {name: text for name, text in words.items() if name not in _BY_ID}
    by_id = {f"{part}.{id_}": text for part in _BY_ID for id_, text in words.get(part, {}).items()}
    return {**alone, **by_id}


def _with(law: RawPack, language: str, given: Mapping[str, str]) -> RawPack:
    def more(text: RawPack, name: str) -> RawPack:
        return {**text, language: given[name]}

    notice = law["notice"]
    elements = [
        {
            **one,
            "template": more(one["template"], f"elements.{one['id']}"),
            **(
                {"by_hand": more(one["by_hand"], f"by_hand.{one['id']}")}
                if "by_hand" in one
                else {}
            ),
        }
        for one in notice["elements"]
    ]
    threat = notice["false_statement"]
    return {
        **law,
        "title": more(law["title"], "title"),
        "duty": {**law["duty"], "manner": more(law["duty"]["manner"], "manner")},
        "notice": {
            **notice,
            "languages": [*notice["languages"], language],
            "false_statement": more(threat, "false_statement") if threat else threat,
            "elements": elements,
        },
        "reply_expected": [
            {**one, "text": more(one["text"], f"reply_expected.{one['id']}")}
            for one in law["reply_expected"]
        ],
    }
