"""Adding pictures and links to a report later, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from jikimi.intake.actions import receive_report
from tests.pictures import encoded, photo
from tests.portal.gate import AT_THE_GATE, GATE, OPEN, SHUT
from tests.portal.test_in_a_browser import phone
from tests.reports import a_report
from tests.served import browser_beside_the_database, served

INPUT = "input[type=file]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_beside_the_database() as running:
        yield running


@pytest.fixture
def page(db: None, browser: Browser, now) -> Iterator[Page]:
    code = receive_report(a_report(), now=now).code.spelled()
    with served() as origin, phone(browser, origin, scripts=True) as held:
        held.page.add_init_script(GATE)
        held.page.goto(f"{origin}/status/?lang=en")
        held.page.fill("#code", code)
        held.page.click("button.primary")
        held.page.click("a[href*='/status/add/']")
        held.page.wait_for_selector(INPUT, state="attached")
        held.page.wait_for_load_state()
        yield held.page


def choose(page: Page, *files: bytes) -> None:
    page.set_input_files(
        INPUT, [FilePayload(name="a", mimeType="image/jpeg", buffer=file) for file in files]
    )


def test_what_is_still_being_made_is_waited_for_and_not_lost(page: Page) -> None:
    page.evaluate(SHUT)
    choose(page, encoded(photo("chelsea")), encoded(photo("coffee")))
    page.wait_for_function(AT_THE_GATE, arg=1)
    said = page.evaluate("""() => {
      document.querySelector('button[form=step].primary').click();
      return document.querySelector('[data-told]').textContent;
    }""")
    page.evaluate(OPEN)
    page.wait_for_function(
        "() => document.querySelector('#fingerprints').value.match(/^.+$/gm)?.length === 2"
    )
    assert said == "The fingerprint is still being made. Wait a moment, or cancel it."
    assert page.url.endswith("/status/add/?lang=en")


def test_the_way_on_without_a_picture_leads_to_the_field_and_sends_nothing(page: Page) -> None:
    choose(page, b"no picture")
    page.click("[data-go-on]")
    page.wait_for_selector("#places:focus")
    assert "next page" not in page.inner_text("main")
