"""Which language a page speaks, and how it says dates."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils.translation import override

from jikimi.config.languages import languages_in, own_name
from jikimi.web.portal.templatetags.local_time import day, moment, seen_from
from tests.portal.visitor import ADULT, FAKED, NO_FILE, PLACES, Visitor

pytestmark = pytest.mark.django_db

OFFERED = [code for code, _name in settings.LANGUAGES]
NOON = datetime(2026, 11, 22, 3, 5, tzinfo=UTC)  # 12:05 at the centre in Seoul


def test_a_compiled_catalogue_is_all_that_a_language_needs(tmp_path):
    for folder in ("ko", "zh_Hant", "tl"):
        (tmp_path / folder / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / folder / "LC_MESSAGES/django.mo").touch()
    unfinished = tmp_path / "ja/LC_MESSAGES"
    unfinished.mkdir(parents=True)
    (unfinished / "django.po").touch()

    found = dict(languages_in(tmp_path))

    assert found == {
        "en": "English",
        "ko": "한국어",
        "zh-hant": "繁體中文",
        "tl": own_name("tl"),
    }


@pytest.mark.parametrize("code", OFFERED)
def test_every_page_offers_every_language_by_its_own_name(code):
    first = Visitor(language=code).open(f"/?lang={code}")
    question = Visitor(language=code).begin()
    for visitor in (first, question, Visitor().open(f"/status/?lang={code}")):
        for _code, name in settings.LANGUAGES:
            assert name in visitor.text
        html = visitor.response.content.decode()
        assert f'<html lang="{code}" dir="ltr">' in html
        assert re.search(rf'lang="{code}"[^>]* aria-current="true"', html)


@pytest.mark.parametrize("code", OFFERED)
def test_changing_the_language_half_way_keeps_the_answers(code):
    visitor = Visitor(language="en").begin().walk(FAKED, ADULT, NO_FILE)
    visitor.post("/report/", {**visitor.page.hidden, **PLACES, "switch_to": code})
    assert visitor.step == "places"
    assert visitor.page.hidden["lang"] == code
    assert "t.me/room" in visitor.page.areas["places"]
    visitor.answer({}, go="back")
    chosen = [given for given in visitor.page.inputs if "checked" in given]
    assert [given["value"] for given in chosen] == ["no"]
    assert visitor.response["Content-Language"] == code


@pytest.mark.parametrize("code", OFFERED)
def test_a_form_that_is_too_long_is_refused_in_its_language(code):
    answer = Visitor().post("/report/", {"lang": code, "statement": "x" * 600_000})
    assert answer.status == 413
    assert answer.response["Content-Language"] == code


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "November 22, 2026, 12:05\u202fPM | in 3 days"),
        ("ko", "2026년 11월 22일 오후 12:05 | 3일 후"),
        ("id", "22 November 2026 12.05 | dalam 3 hari"),
        ("ja", "2026年11月22日 12:05 | 3日後"),
        ("zh-hant", "2026年11月22日 中午12:05 | 3天後"),
    ],
)
def test_dates_and_times_are_said_as_the_language_says_them(code, said):
    with override(code):
        assert f"{moment(NOON)} | {seen_from(NOON + timedelta(days=3), NOON)}" == said
        assert day(NOON) in said


@pytest.mark.parametrize(
    ("at", "code", "words"),
    [
        ("/help/1/", "en", "by February 22, 2027. No specialist"),
        ("/help/1/", "ja", "もう一度確かめます。外部の専門家"),
        ("/help/1/", "zh-hant", "再次確認。還沒有外部專家"),
        ("/tip/", "en", "your connection. We do not open the link"),
        ("/tip/", "ja", "残しません。リンクは開きません"),
    ],
)
def test_a_space_parts_two_sentences_only_where_the_language_has_one(at, code, words):
    assert words in Visitor().open(f"{at}?lang={code}").text


@pytest.mark.parametrize(("code", "words"), [("en", "How: By telephone"), ("ja", "方法：電話で")])
def test_a_colon_is_as_wide_as_the_language_writes_it(code, words):
    reached = {"contact_by": "call", "contact_how": "010-0000-0000"}
    visitor = Visitor(language=code).begin().walk(FAKED, ADULT, NO_FILE, PLACES)
    visitor.walk({"share": ["centre"]}, {"contact": "yes"}, reached, {"declared": "on"})
    assert words in visitor.text
