"""A whole report in a real browser, and not one thing left in it before the receipt is used."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, expect

from jikimi.intake.actions import receive_report
from tests.fingerprint_page import CHROMIUM, CHROMIUM_ARGUMENTS, PATIENCE_MS
from tests.portal.test_in_a_browser import Phone, phone
from tests.portal.test_leaving_at_once import send_a_report
from tests.reports import a_report
from tests.served import browser_beside_the_database, served

_EVERYTHING_STORED = """async () => [
  localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
  (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length,
  document.cookie.length, history.state === null || Number.isInteger(history.state) ? 0 : 1,
]"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_beside_the_database() as running:
        yield running


@pytest.fixture
def origin(db: None) -> Iterator[str]:
    with served() as address:
        yield address


@pytest.mark.parametrize("scripts", [True, False])
def test_a_whole_report_leaves_nothing_in_the_browser(
    browser: Browser, origin: str, *, scripts: bool
) -> None:
    with phone(browser, origin, scripts=scripts) as held:
        stored: list[object] = []

        def look() -> None:
            stored.append(held.page.context.cookies())
            if scripts:
                stored.append(held.page.evaluate(_EVERYTHING_STORED))

        for page in ("/", "/before/", "/report/", "/status/", "/help/", "/tip/"):
            held.page.goto(f"{held.origin}{page}")
            look()
        send_a_report(held, look)
        look()
        assert len(stored) > 12
        assert all(found in ([], [0] * 7) for found in stored)
        state = held.page.context.storage_state(indexed_db=True)
        assert state == {"cookies": [], "origins": []}
        asked = [request for request in held.sent if not request.url.startswith(held.origin)]
        assert asked == []


def test_what_was_typed_without_scripts_is_not_in_the_session_that_chromium_writes_down(
    browser: Browser, origin: str, tmp_path: Path
) -> None:
    with browser.browser_type.launch_persistent_context(
        tmp_path,
        executable_path=CHROMIUM,
        args=CHROMIUM_ARGUMENTS,
        chromium_sandbox=False,
        java_script_enabled=False,
    ) as context:
        context.set_default_timeout(PATIENCE_MS)
        held = Phone(origin=origin, page=context.new_page())
        held.to_the_file()
        held.page.check("input[value=no]")
        held.next()
        held.at("places")
        held.page.fill("#places", "https://quokka.example/")
        held.next()
        held.at("sharing")
        held.page.goto(f"{origin}/tip/")
        held.page.fill("#place", "quokka_room")
        with held.page.expect_navigation():
            held.page.click("main .primary")
        code = receive_report(a_report(), now=timezone.now()).code.spelled()
        sign_in(held, f"{origin}/status/?lang=en", code)
        held.page.goto(f"{origin}/status/messages/?lang=en")
        held.page.fill("#words", "quokka in a message")
        Session.objects.all().delete()
        held.page.click("main form .primary")
        sign_in(held, "", code)
        expect(held.page.locator("#words")).to_have_value("quokka in a message")
    written = b"".join(path.read_bytes() for path in tmp_path.glob("Default/Sessions/*"))
    assert b"/report/" in written, "the session was not written down at all"
    assert b"quokka" not in written
    assert b"carried=" not in written
    assert b"locked=" not in written
    assert code.encode() not in written


def sign_in(held: Phone, page: str, code: str) -> None:
    """With a code, on a page that asks for it; where none is named, on the one that is there."""
    if page:
        held.page.goto(page)
    held.page.fill("#code", code)
    with held.page.expect_navigation():
        held.page.click("main form .primary")


def test_the_link_path_from_the_report_to_stopping_needs_no_script(
    browser: Browser, origin: str
) -> None:
    with phone(browser, origin, scripts=False) as held:
        send_a_report(held)
        code = held.page.inner_text("#code")
        words = held.page.text_content(".words") or ""
        held.page.emulate_media(media="print")
        assert held.page.inner_text("body").split() == code.split(), "its paper says nothing else"
        held.page.emulate_media(media="screen")
        images = [r.url for r in held.sent if r.resource_type in {"image", "font", "media"}]
        held.page.goto(f"{held.origin}/status/?lang=en")
        held.page.fill("input[name=code]", words)
        held.page.click("main form .primary")
        held.page.get_by_role("heading", name="Your report", exact=True).wait_for()
        held.page.goto(f"{held.origin}/status/stop/?lang=en")
        held.page.click("text=Yes, stop everything")
        held.page.wait_for_selector("text=You have stopped everything.")
        assert not [url for url in images if ".svg" in url or "font" in url]
