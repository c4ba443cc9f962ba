"""Help now: guides without account, cookie or trace; a search that keeps nothing; a card."""

import logging
import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.http import urlencode

from jikimi.venues.guides import load_guides
from jikimi.web.portal import packs_read
from jikimi.web.portal.door import FORM_TYPE
from tests.portal.visitor import PageReader

GUIDES = load_guides()
NUMBERS = [one.number for one in GUIDES.everything]
CARD = 20
IN_PACKS = {"en": "en", "ko": "ko", "id": "id", "ja": "ja", "zh-hant": "zh-TW"}
NOT_HERE = re.compile(
    r"victim|revenge|porn|oops|!|！|피해자(?!지원센터)|리벤지|포르노|음란|야동"
    r"|korban|被害者|ポルノ|リベンジ|受害者|色情",
    re.IGNORECASE,
)

each_language = pytest.mark.parametrize("language", IN_PACKS)


@pytest.fixture(autouse=True)
def five_languages(settings, monkeypatch):
    settings.LANGUAGES = [(code, code) for code in IN_PACKS]


def text_of(response: HttpResponse) -> str:
    return PageReader(response.content.decode()).text


def search(words: str, language: str = "en") -> HttpResponse:
    body = urlencode({"lang": language, "words": words})
    return Client().post("/help/", body, content_type=FORM_TYPE)


def found_by(words: str, language: str) -> list[str]:
    html = search(words, language).content.decode()
    return re.findall(r"/help/(\d+)/", html.split('id="found"')[1].split("<template")[0])


@each_language
@pytest.mark.parametrize("number", [None, *NUMBERS])
def test_each_page_is_in_her_language_and_sets_no_cookie(language, number):
    address = f"/help/{number}/" if number else "/help/"
    response = Client().get(f"{address}?lang={language}")

    assert response.status_code == 200
    assert response["Content-Language"] == language
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    if number:
        title = next(one for one in GUIDES.everything if one.number == number).title
        assert title[IN_PACKS[language]] in text_of(response)


@each_language
@pytest.mark.parametrize("number", [None, *NUMBERS])
def test_no_page_reaches_outside_or_runs_inline_code(language, number):
    address = f"/help/{number}/" if number else "/help/"
    page = PageReader(Client().get(f"{address}?lang={language}").content.decode())

    for tag, given in page.tags:
        assert not [name for name in given if name.startswith("on") or name == "style"]
        if tag in {"script", "link", "img"}:
            source = str(given.get("src") or given.get("href"))
            assert source.startswith(("/static/", "data:image/png;base64,"))
        if tag == "a" and str(given.get("href")).startswith("http"):
            assert given["rel"] == "noreferrer noopener"
    ids = [given["id"] for _tag, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("number", NUMBERS)
def test_a_guide_may_be_translated_and_leads_to_the_page_before_a_report(number):
    page = PageReader(Client().get(f"/help/{number}/?lang=en").content.decode())
    assert [given for tag, given in page.tags if given.get("content") == "notranslate"] == []
    if number != CARD:
        (report,) = [given["href"] for tag, given in page.tags if given.get("class") == "primary"]
        assert report == "/before/?lang=en"


def test_an_address_tells_no_more_than_a_number():
    html = Client().get("/help/?lang=en").content.decode()
    for address in re.findall(r'href="(/help/[^"]*)"', html):
        assert re.fullmatch(r"/help/(\d+/)?\?lang=[a-z-]+", address), address


def test_a_number_that_nothing_has_is_no_page():
    assert Client().get("/help/98/").status_code == 404


def test_each_answer_to_what_is_happening_has_something_to_read():
    html = Client().get("/help/?lang=en").content.decode()
    assert html.count('<details class="happening">') == 5
    assert html.index("/help/1/") < html.index("<details")


@pytest.mark.parametrize(
    ("language", "words", "first"),
    [
        ("en", "they want MONEY from me", "3"),
        ("en", "my child", "9"),
        ("en", "somebody made an AI picture again", "4"),
        ("en", "I want to kill myself", "1"),
        ("ko", "돈을 보내라고 협박해요", "3"),
        ("ko", "죽고 싶어요", "1"),
        ("ko", "엄마한테 어떻게 말하지", "7"),
        ("id", "dia minta uang dan ancam sebar", "3"),
        ("id", "kata sandi akun saya", "6"),
        ("ja", "お金を要求されています", "3"),
        ("ja", "ディープフェイクを作られた", "4"),
        ("zh-hant", "對方勒索我要錢", "3"),
        ("zh-hant", "我想死", "1"),
    ],
)
def test_a_guide_is_found_by_her_own_words(language, words, first):
    assert found_by(words, language)[0] == first


@pytest.mark.parametrize("words", ["zzzzqq", "\x00", "<script>", "%", "가" * 10_000, "|||"])
def test_words_that_nothing_has_lead_to_all_guides_and_people(words):
    response = search(words)
    assert response.status_code == 200
    assert "No guide has these words" in text_of(response)
    assert "/help/3/" in response.content.decode()


def test_what_is_looked_for_stays_nowhere(caplog):
    with caplog.at_level(logging.DEBUG):
        response = search("canaryword money")

    assert "canaryword" not in response.content.decode()
    assert "canaryword" not in caplog.text
    assert not response.cookies
    assert not any("canaryword" in value for value in response.headers.values())


def test_words_in_an_address_are_not_looked_for():
    assert "found" not in found_by("", "en")
    html = Client().get("/help/?lang=en&words=money").content.decode()
    assert "This may help" not in html


def test_a_search_from_another_site_is_refused():
    body = urlencode({"words": "money"})
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert Client().post("/help/", body, content_type=FORM_TYPE, headers=headers).status_code == 403


@each_language
def test_the_guide_for_danger_names_the_lines_of_the_country_first(language, settings):
    for country, number in [("KR", "109"), ("US", "988"), ("GB", "116 123"), ("FR", "3114")]:
        settings.CENTRE_COUNTRY = country
        html = Client().get(f"/help/1/?lang={language}").content.decode()
        assert f">{number}</a>" in html.split("<main")[1].split("<details")[0]


def test_the_law_says_its_clock_from_the_pack_and_marks_what_nobody_has_checked():
    html = Client().get("/help/10/?lang=en").content.decode().split("</article>")[0]
    places = {part.split("</summary>")[0]: part for part in html.split("<summary>")[1:]}

    assert "After a valid request, a platform has 48 hours." in places["United States"]
    assert "Nobody has checked" not in places["United States"]
    assert "After a valid request, a platform has 2 hours." in places["India"]
    assert "Nobody has checked" in places["India"]
    assert "After an order of the regulator, a service has 24 hours." in places["Australia"]
    assert "hour" not in places["Canada"].split("</details>")[0]


def test_the_law_of_the_centres_country_comes_first_and_open(settings):
    settings.CENTRE_COUNTRY = "JP"
    html = Client().get("/help/10/?lang=en").content.decode()
    assert re.search(r'<details class="happening" open><summary>(\w+)', html)[1] == "Japan"
    assert html.index("<summary>Japan") < html.index("<summary>South Korea")


def test_the_law_where_a_language_is_at_home_stands_open_before_the_centres(settings):
    settings.CENTRE_COUNTRY = "KR"
    html = Client().get("/help/10/?lang=id").content.decode()
    places = re.findall(r'<details class="happening"( open)?><summary>([\w ]+)', html)
    assert places[:2] == [(" open", "Indonesia"), (" open", "Korea Selatan")]
    assert not any(is_open for is_open, _name in places[2:])


@each_language
def test_the_card_names_neither_the_centre_nor_what_happened(language, settings):
    settings.CENTRE_NAME = "Centre against digital sex crime"
    settings.PUBLIC_ORIGIN = "https://help.example"
    html = Client().get(f"/help/20/?lang={language}").content.decode()
    sheet = PageReader(html.split('<article class="sheet">')[1].split("</article>")[0])

    assert "help.example" in sheet.text
    assert settings.CENTRE_NAME not in sheet.text
    assert "112" in sheet.text
    assert not re.search(
        r"sex|intim|nude|picture|photo|D4U|성범죄|사진|영상|몸|gambar|foto|画像|写真|影像|照片|性",
        sheet.text,
        re.IGNORECASE,
    )


@each_language
def test_no_guide_uses_a_word_that_hurts(language):
    for number in NUMBERS:
        text = text_of(Client().get(f"/help/{number}/?lang={language}"))
        body = text.replace("디지털성범죄피해자지원센터", "").replace("victim support centre", "")
        assert not NOT_HERE.search(body), NOT_HERE.search(body)


def test_a_guide_past_its_last_day_says_so(monkeypatch, settings):
    from datetime import date  # noqa: PLC0415

    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2040, 1, 1))
    assert "should have been checked again" in text_of(Client().get("/help/2/?lang=en"))


def test_a_broken_guide_of_the_centre_does_not_close_help(tmp_path: Path, settings, monkeypatch):
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "broken.yaml").write_text("schema: guide/1\n")
    settings.PACK_FOLDERS = [tmp_path]
    packs_read.guides_read.cache_clear()
    try:
        assert Client().get("/help/3/?lang=en").status_code == 200
    finally:
        packs_read.guides_read.cache_clear()
