"""After a report is sent: the code stays on the screen, and nothing is sent a second time."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from jikimi.cases.models import Case
from tests.portal.test_in_a_browser import Phone, phone
from tests.portal.test_turning_pages import TYPED, choose, to_the_places
from tests.served import browser_beside_the_database, served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_beside_the_database() as running:
        yield running


@pytest.fixture
def held(browser: Browser, db: None) -> Iterator[Phone]:
    with served() as origin, phone(browser, origin, scripts=True) as opened:
        yield opened


def test_back_keeps_the_code_and_a_reload_sends_nothing_again(held: Phone) -> None:
    page = to_the_places(held)
    page.fill("#places", TYPED)
    held.next()
    held.at("sharing")
    choose(held, "centre", "contact")
    page.click("button[value=skip]")
    held.at("words")
    held.next()
    held.at("review")
    held.next()
    page.wait_for_selector("#code")
    code = page.inner_text("#code")
    assert page.inner_text(".top .column").strip() == page.inner_text("a.exit").strip()

    for turn in (page.go_back, page.go_back, page.go_forward):
        turn()
        expect(page.locator("#code")).to_have_text(code, use_inner_text=True)
    page.reload()
    held.at("situation")
    expect(page.locator("[data-left-sending]")).to_be_visible()
    assert not page.is_visible("[data-loaded-anew]")
    assert Case.objects.count() == 1
