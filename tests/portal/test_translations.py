"""Every finished language says everything that English says, in the voice of the house."""

import re
import unicodedata

import pytest

from tests.portal.catalogues import catalogue, codes
from tests.portal.messages import PORTAL, texts_to_translate

# What a release offers. Their catalogues bear no mark of being unfinished.
FINISHED = {"id", "ja", "ko", "zh_Hant"}

_FILLED_IN = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
_CJK = "\u3040-\u30ff\u4e00-\u9fff"

# Words that hurt, and registers that are not how the house speaks to a survivor.
NOT_SAID = {
    "ko": r"피해자(?!지원)|리벤지|포르노|음란|야동|니다[.]",
    "ja": rf"被害者|リベンジ|ポルノ|である。|[^い]だ。|[{_CJK}][,.:;?]",
    "id": r"\bkorban\b|porno|balas dendam|\b[Aa]nda\b|peramban|[a-z][.][A-Z]",
    "zh_Hant": rf"受害者|被害人|復仇|色情|您|[这们为说对时来会个发国图说]|[{_CJK}][,.:;?]",
}
IN_NO_LANGUAGE = r"[!！—]|――|\boops\b"

# As wide as a button of one line can be at 360 px, in letters of half a square.
WIDEST_BUTTON, WIDEST_EXIT = 44, 18
_BUTTON = re.compile(
    r'<(?:a|button)[^>]*class="(?:primary|secondary|quiet)[^>]*>\s*\{% translate "([^"]+)" %\}'
)


def finished() -> list[str]:
    return [code for code in codes() if catalogue(code).is_finished]


def test_what_a_release_offers_is_finished():
    assert set(finished()) >= FINISHED


@pytest.mark.parametrize("code", finished())
def test_every_text_of_the_portal_is_translated(code):
    texts = catalogue(code).texts
    assert [text for text in sorted(texts_to_translate()) if not all(texts.get(text, ("",)))] == []


@pytest.mark.parametrize("code", finished())
def test_the_catalogue_holds_no_text_that_is_gone(code):
    assert set(catalogue(code).texts) - texts_to_translate() == set()


@pytest.mark.parametrize("code", codes())
def test_no_text_is_listed_twice(code):
    assert catalogue(code).listed_twice == ()


@pytest.mark.parametrize("code", codes())
def test_what_is_filled_in_stays_in_place(code):
    for english, forms in catalogue(code).texts.items():
        for text in filter(None, forms):
            assert set(_FILLED_IN.findall(english)) == set(_FILLED_IN.findall(text)), english


@pytest.mark.parametrize("code", codes())
def test_a_plural_has_as_many_forms_as_its_language(code):
    held = catalogue(code)
    assert {len(forms) for forms in held.texts.values()} <= {1, held.plural_forms}


@pytest.mark.parametrize("code", codes())
def test_no_translation_uses_a_word_or_a_tone_that_hurts(code):
    unwanted = re.compile(f"{IN_NO_LANGUAGE}|{NOT_SAID.get(code, IN_NO_LANGUAGE)}")
    texts = {english: " ".join(forms) for english, forms in catalogue(code).texts.items()}
    assert {english: text for english, text in texts.items() if unwanted.search(text)} == {}


@pytest.mark.parametrize("code", codes())
def test_a_button_is_short(code):
    texts = catalogue(code).texts
    words = {text for path in PORTAL.rglob("*.html") for text in _BUTTON.findall(path.read_text())}
    assert words
    too_wide = [word for word in words if _width(*texts.get(word, ("",))) > WIDEST_BUTTON]
    assert too_wide == []
    assert _width(*texts["Exit now"]) <= WIDEST_EXIT


def test_every_template_asks_for_its_words_to_be_translated():
    for path in PORTAL.rglob("*.html"):
        bare = re.sub(
            r"\{% blocktranslate.*?\{% endblocktranslate %\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>",
            " ",
            path.read_text(),
            flags=re.DOTALL,
        )
        assert not re.search(r"[A-Za-z]{2,}", bare), path


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
