"""Help now in a real browser: its search sends nothing, the card is one page.

Each page is asked of the portal first; the browser is then served that page and its own files.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from tests.kept_browsers import chromium
from tests.portal.shown import Screen, screen
from tests.portal.test_help import each_language, five_languages

__all__ = ["five_languages"]

CARD = 20
ICON = "/icon.png"  # a browser asks for it by itself, in its own time
PAPERS = ("A4", "A5", "Letter")


def page_of(address: str, language: str) -> str:
    """Asked in a thread of its own: the browser's, which runs an event loop, may not wait."""
    with ThreadPoolExecutor(1) as beside:
        answer = beside.submit(Client().get, f"{address}?lang={language}").result()
    return answer.content.decode()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def shown(browser: Browser) -> Iterator[Screen]:
    with screen(browser) as narrow:
        yield narrow


@each_language
def test_the_card_is_one_page_on_paper_of_any_size(shown, language, settings):
    settings.PUBLIC_ORIGIN = "https://support-centre.example.org"
    settings.CENTRE_PHONE = "02-1234-5678"
    html = page_of(f"/help/{CARD}/", language)
    shown.show(html)
    sizes = {paper: shown.page.pdf(format=paper) for paper in PAPERS}
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
def test_looking_for_a_word_sends_nothing_and_leaves_no_address(shown, language, words, number):
    page = shown.page
    sent: list[str] = []
    shown.show(page_of("/help/", language))
    entries = page.evaluate("history.length")
    page.on("request", lambda request: request.url.endswith(ICON) or sent.append(request.url))
    page.fill("#words", words)
    page.click("form.search button")

    first = page.locator("#found li a").first
    expect(first).to_have_attribute("href", f"/help/{number}/?lang={language}")
    page.fill("#words", "zzzzqq")
    page.press("#words", "Enter")
    expect(page.locator("#found li")).to_have_count(0)
    expect(page.locator("#found p")).to_have_count(1)
    assert (sent, page.url) == ([], f"{shown.origin}/")
    assert page.evaluate("history.length") == entries


def test_no_page_asks_anybody_else_or_breaks_the_policy(shown):
    asked: list[str] = []
    shown.page.on("request", lambda request: asked.append(request.url))
    for address in ("/help/", "/help/1/", "/help/20/"):
        shown.show(page_of(address, "ko"))
    assert [url for url in asked if not url.startswith((shown.origin, "data:image/png"))] == []
    assert shown.page.evaluate("document.querySelector('.sheet img').naturalWidth") > 100
