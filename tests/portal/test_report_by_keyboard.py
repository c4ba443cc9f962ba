"""A whole report with the keyboard alone, and where the focus goes on the way."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.served import browser_beside_the_database, served

pytestmark = pytest.mark.django_db

SMALL_PHONE = {"width": 360, "height": 560}
MOST_STOPS = 40


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_beside_the_database() as running:
        yield running


def tab_to(page: Page, selector: str) -> None:
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def at(page: Page, step: str) -> None:
    """Wait for a question, and for the scripts that turn its page in place."""
    page.wait_for_selector(f"input[name=step][value={step}]", state="attached")
    page.wait_for_load_state()


def focused(page: Page, selector: str) -> None:
    """Wait until the focus is there."""
    page.wait_for_selector(f"{selector}:focus")


def choose(page: Page, value: str, then: str) -> None:
    """Reach an answer, take it with the space bar, and send the page with Enter."""
    tab_to(page, "main input:not([type=hidden])")
    for _ in range(6):
        if page.evaluate("document.activeElement.value") == value:
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    at(page, then)


def test_a_whole_report_is_made_with_the_keyboard_alone(browser: Browser) -> None:
    with served() as origin:
        page = browser.new_page(viewport=SMALL_PHONE)
        page.goto(f"{origin}/?lang=en")
        page.keyboard.press("Tab")
        focused(page, ".skip")
        page.wait_for_function("() => document.activeElement.getBoundingClientRect().top >= 0")
        page.keyboard.press("Enter")
        focused(page, "#main")
        tab_to(page, "main a.primary")
        page.keyboard.press("Enter")
        page.wait_for_selector("form .primary")
        page.wait_for_load_state()
        tab_to(page, "form .primary")
        page.keyboard.press("Enter")
        at(page, "situation")

        tab_to(page, "button[value=next]")
        page.keyboard.press("Enter")
        said = page.locator("[role=alert]:focus")
        expect(said).to_have_text("Choose one. Nothing is lost.", use_inner_text=True)

        choose(page, "posted", "age")
        choose(page, "adult", "file")
        choose(page, "no", "places")
        tab_to(page, "#places")
        page.keyboard.type("t.me/room")
        tab_to(page, "button[value=next]")
        page.keyboard.press("Enter")
        at(page, "sharing")
        choose(page, "centre", "contact")
        choose(page, "no", "words")
        tab_to(page, "button[value=next]")
        page.keyboard.press("Enter")
        at(page, "review")
        tab_to(page, "button[value=next]")
        page.keyboard.press("Enter")
        page.wait_for_selector("#code")
        focused(page, "#main")
        tab_to(page, "main button.primary")
        page.close()
