"""The browser's own Back, Forward and Reload while reporting, in a real Chromium."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.fingerprint_page import CHROMIUM, CHROMIUM_ARGUMENTS, PATIENCE_MS
from tests.pictures import encoded, photo
from tests.portal.test_in_a_browser import Phone, browser, held, origin, plain

__all__ = ["browser", "held", "origin", "plain"]
TYPED = "https://example.com/quietlantern"


def begin(at: Phone) -> Page:
    at.page.goto(f"{at.origin}/report/")
    at.at("situation")
    return at.page


def choose(at: Phone, value: str, then: str) -> None:
    at.page.check(f"input[value={value}]")
    at.next()
    at.at(then)


def to_the_places(at: Phone) -> Page:
    page = begin(at)
    choose(at, "faked", "age")
    choose(at, "adult", "file")
    choose(at, "no", "places")
    return page


def test_back_and_forward_turn_the_pages_and_lose_nothing(held: Phone) -> None:
    page = to_the_places(held)
    page.fill("#places", TYPED)
    held.next()
    held.at("sharing")
    for step in ("places", "file", "age"):
        page.go_back()
        held.at(step)
    assert page.is_checked("input[value=adult]")
    for step in ("file", "places"):
        page.go_forward()
        held.at(step)
    assert page.input_value("#places") == TYPED
    assert page.url == f"{held.origin}/report/"


def test_what_was_answered_later_stays_when_an_earlier_answer_is_changed(held: Phone) -> None:
    page = to_the_places(held)
    page.fill("#places", TYPED)
    held.next()
    held.at("sharing")
    for step in ("places", "file", "age"):
        page.go_back()
        held.at(step)
    choose(held, "under_18", "file")
    assert page.is_checked("input[value=no]")
    held.next()
    held.at("places")
    assert page.input_value("#places") == TYPED


def test_two_quick_backs_go_back_two_questions(held: Phone) -> None:
    page = to_the_places(held)
    page.evaluate("history.back(); history.back()")
    held.at("age")
    choose(held, "adult", "file")


def test_the_pages_own_back_and_the_browsers_agree(held: Phone) -> None:
    page = to_the_places(held)
    length = page.evaluate("history.length")
    page.click("button[value=back]")
    held.at("file")
    assert page.evaluate("history.length") == length
    page.go_back()
    held.at("age")


def test_a_reload_begins_anew_says_so_and_sends_nothing(held: Phone) -> None:
    page = to_the_places(held)
    held.sent.clear()
    page.reload()
    held.at("situation")
    assert page.is_visible("[data-loaded-anew]")
    assert not page.is_checked("input[value=faked]")
    assert [r.method for r in held.sent if "/report/" in r.url] == ["GET"]


def test_without_a_connection_everything_typed_stays(held: Phone) -> None:
    page = to_the_places(held)
    page.fill("#places", TYPED)
    page.context.set_offline(True)
    held.next()
    page.wait_for_selector("[data-no-connection]:not([hidden])")
    assert page.input_value("#places") == TYPED
    page.context.set_offline(False)
    held.next()
    held.at("sharing")


def test_a_wrong_answer_is_named_and_reached_without_a_new_page(held: Phone) -> None:
    page = begin(held)
    held.next()
    page.wait_for_selector("[role=alert]:not([hidden])")
    assert "Choose one" in page.inner_text("main")
    choose(held, "posted", "age")
    page.go_back()
    held.at("situation")


def test_the_language_changes_in_place(held: Phone) -> None:
    page = to_the_places(held)
    page.fill("#places", TYPED)
    page.click("button[name=switch_to][value=ko]")
    page.wait_for_selector("html[lang=ko]")
    assert page.input_value("#places") == TYPED
    page.go_back()
    held.at("file")
    assert page.get_attribute("html", "lang") == "ko"
    assert "lang=ko" in (page.get_attribute("a[data-exit]", "href") or "")


def test_fingerprints_can_be_made_again_after_going_back(held: Phone) -> None:
    page = begin(held)
    choose(held, "faked", "age")
    choose(held, "adult", "file")
    page.check("#file")
    for number, name in enumerate(("coffee", "rocket"), 1):
        page.set_input_files(
            "input[type=file]",
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": encoded(photo(name))},
        )
        page.wait_for_function(
            "n => document.querySelector('#fingerprints').value.match(/^.+$/gm)?.length === n",
            arg=number,
        )
        held.next()
        held.at("places")
        page.go_back()
        held.at("file")
    assert len(page.input_value("#fingerprints").split("\n")) == 2
    assert held.complaints == []


def contents(folder: Path) -> dict[Path, bytes]:
    """What each file below a folder holds. A browser may still remove some as it ends."""
    found: dict[Path, bytes] = {}
    for path in (Path(here, name) for here, _, names in os.walk(folder) for name in names):
        with suppress(OSError):
            if path.is_file():
                found[path] = path.read_bytes()
    return found


def test_nothing_typed_is_left_in_the_browsers_files(
    browser: Browser, origin: str, tmp_path: Path
) -> None:
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS
    )
    context.set_default_timeout(PATIENCE_MS)
    at = Phone(origin=origin, page=context.new_page())
    page = to_the_places(at)
    page.fill("#places", TYPED)
    at.next()
    at.at("sharing")
    context.close()

    files = contents(tmp_path)
    assert len(files) > 20
    spellings = [TYPED.encode(), "quietlantern".encode("utf-16-le"), b"quietlantern"]
    assert [path for path, held in files.items() if any(word in held for word in spellings)] == []


def test_without_scripts_sending_a_question_again_shows_the_same_page(plain: Phone) -> None:
    page = to_the_places(plain)
    page.fill("#places", TYPED)
    plain.next()
    plain.at("sharing")
    page.reload()  # the browser's question whether to send again, answered with yes
    plain.at("sharing")
    page.click("button[value=back]")
    plain.at("places")
    assert page.input_value("#places") == TYPED
    assert page.url == f"{plain.origin}/report/"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_last_page_fits_and_each_answer_can_be_changed(held: Phone, width: int) -> None:
    held.page.set_viewport_size({"width": width, "height": 740})
    page = to_the_places(held)
    page.fill("#places", f"{TYPED}/{'long-name/' * 20}")
    held.next()
    held.at("sharing")
    choose(held, "centre", "contact")
    page.click("button[value=skip]")
    held.at("words")
    held.next()
    held.at("review")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("button[name=change][value=age]")
    held.at("age")
    choose(held, "not_sure", "review")
    page.go_back()
    held.at("age")
    page.go_forward()
    held.at("review")
    assert "I am not sure" in page.inner_text("main")


@pytest.mark.parametrize(
    "link", ["main a[href*='/help/']", "footer a[href*='/help/']", "ul.lines a[href^='https:']"]
)
def test_what_is_opened_from_a_question_opens_beside_it(held: Phone, link: str) -> None:
    page = begin(held)
    choose(held, "threatened", "first_aid")
    page.context.route("https://**", lambda route: route.fulfill(body="A helpline's own page"))
    with page.context.expect_page() as beside:
        page.locator(link).filter(visible=True).first.click()
    beside.value.close()
    held.next()
    held.at("age")
    page.go_back()
    held.at("first_aid")
