"""Help now in a real browser: it holds when narrow, its search sends nothing, the card is one page.

Each page is asked of the portal first; the browser is then served that page and its own files.
"""

import re

import pytest
from django.test import Client

from tests.portal.test_help import NUMBERS, each_language, five_languages
from tests.portal.test_layout import (
    _FROM_THE_RIGHT,
    _OUTSIDE,
    _STRETCH,
    _TWICE_AS_LARGE,
    ORIGIN,
    narrow_screen,
    show,
)

__all__ = ["five_languages"]

CARD = 20
PAPERS = ("A4", "A5", "Letter")


def page(address: str, language: str) -> str:
    return Client().get(f"{address}?lang={language}").content.decode()


@each_language
def test_every_page_holds_on_the_narrowest_phone_in_every_state(language):
    addresses = ["/help/", *(f"/help/{number}/" for number in NUMBERS)]
    pages = {address: page(address, language) for address in addresses}
    broken = []
    with narrow_screen() as screen:
        for address, html in pages.items():
            show(screen, html)
            for state in ("() => {}", _STRETCH, _FROM_THE_RIGHT, _TWICE_AS_LARGE):
                screen.evaluate(state)
                broken += [(address, state[:40], fault) for fault in screen.evaluate(_OUTSIDE)]
    assert not broken, "\n".join(map(str, broken))


@each_language
def test_the_card_is_one_page_on_paper_of_any_size(language, settings):
    settings.PUBLIC_ORIGIN = "https://support-centre.example.org"
    settings.CENTRE_PHONE = "02-1234-5678"
    html = page(f"/help/{CARD}/", language)
    with narrow_screen() as screen:
        show(screen, html)
        sizes = {paper: screen.pdf(format=paper) for paper in PAPERS}
    pages = {paper: len(re.findall(rb"/Type\s*/Page\b", pdf)) for paper, pdf in sizes.items()}
    assert pages == dict.fromkeys(PAPERS, 1)


@pytest.mark.parametrize(
    ("language", "words", "number"),
    [
        ("en", "they want money", 3),
        ("ko", "죽고 싶어요", 1),
        ("id", "kata sandi saya", 6),
        ("ja", "お金を要求されています", 3),
        ("zh-hant", "對方勒索我", 3),
    ],
)
def test_looking_for_a_word_sends_nothing_and_leaves_no_address(language, words, number):
    html = page("/help/", language)
    with narrow_screen() as screen:
        sent: list[str] = []
        show(screen, html)
        entries = screen.evaluate("history.length")
        screen.on("request", lambda request: sent.append(request.url))
        screen.fill("#words", words)
        screen.click("form.search button")

        first = screen.get_attribute("#found li a", "href")
        assert first == f"/help/{number}/?lang={language}"
        screen.fill("#words", "zzzzqq")
        screen.press("#words", "Enter")
        assert screen.locator("#found li").count() == 0
        assert screen.locator("#found p").count() == 1
        assert (sent, screen.url) == ([], f"{ORIGIN}/")
        assert screen.evaluate("history.length") == entries


def test_no_page_asks_anybody_else_or_breaks_the_policy():
    pages = [page(address, "ko") for address in ("/help/", "/help/1/", "/help/20/")]
    with narrow_screen() as screen:
        asked: list[str] = []
        screen.on("request", lambda request: asked.append(request.url))
        for html in pages:
            show(screen, html)
        assert [url for url in asked if not url.startswith((ORIGIN, "data:image/png"))] == []
        assert screen.evaluate("document.querySelector('.sheet img').naturalWidth") > 100
