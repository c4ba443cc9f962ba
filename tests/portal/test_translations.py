"""Korean says everything that English says."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

from tests.portal.messages import PORTAL, texts_to_translate

CATALOGUE = PORTAL.parents[1] / "locale/ko/LC_MESSAGES/django.po"
_FILLED_IN = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def korean() -> dict[str, str]:
    with Path(CATALOGUE).open("rb") as file:
        catalogue = read_po(file, locale="ko")
    return {
        _first(message.id): _first(message.string)
        for message in catalogue
        if message.id and not message.fuzzy
    }


def test_every_text_of_the_portal_is_in_korean():
    translated = korean()
    assert [text for text in sorted(texts_to_translate()) if not translated.get(text)] == []


def test_the_catalogue_holds_no_text_that_is_gone():
    assert set(korean()) - texts_to_translate() == set()


def test_what_is_filled_in_stays_in_place():
    for english, text in korean().items():
        assert set(_FILLED_IN.findall(english)) == set(_FILLED_IN.findall(text)), english


def test_every_template_asks_for_its_words_to_be_translated():
    for path in PORTAL.rglob("*.html"):
        bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", path.read_text(), flags=re.DOTALL)
        bare = re.sub(r"This code was tried.*?for good\.", " ", bare)
        assert not re.search(r"[A-Za-z]{2,}", bare), path


def _first(value: object) -> str:
    return str(value[0]) if isinstance(value, (tuple, list)) else str(value)
