"""Exit in a real browser: nothing of ours comes back, with scripts, without, and from any page.

The place that Exit leads to is a page of another site on loopback.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Error, Route
from pytest_django import Settings

from jikimi.intake.actions import receive_report
from jikimi.web.cookies import LEFT, ONLY_THIS_HOST
from jikimi.web.portal.door import FORM_TYPE
from jikimi.web.portal.leaving import QUIET_FOR
from tests.portal.messages import PORTAL
from tests.portal.test_in_a_browser import Phone, phone
from tests.reports import a_report
from tests.served import browser_beside_the_database, served

WEATHER = "Sunny, 21 degrees"
OURS = "#main"


class _Weather(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<!doctype html><title>Weather</title><p>{WEATHER}".encode())

    def log_message(self, *_arguments: object) -> None:
        """Keep the output free of the access log."""


@pytest.fixture(scope="module")
def weather() -> Iterator[str]:
    """The address of a page of another site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Weather)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def origin(db: None) -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture(autouse=True)
def _exit_leads_to_it(weather: str, settings: Settings) -> None:
    settings.EXIT_TO = weather


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_beside_the_database() as running:
        yield running


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def held(request: pytest.FixtureRequest, browser: Browser, origin: str) -> Iterator[Phone]:
    with phone(browser, origin, scripts=request.param) as opened:
        yield opened


@pytest.fixture
def plain(browser: Browser, origin: str) -> Iterator[Phone]:
    with phone(browser, origin, scripts=False) as opened:
        yield opened


@pytest.fixture
def scripted(browser: Browser, origin: str) -> Iterator[Phone]:
    with phone(browser, origin, scripts=True) as opened:
        yield opened


def leave(held: Phone) -> None:
    held.page.click("a.exit")
    held.page.wait_for_url("http://localhost:*/")


def step_in_history(held: Phone, step: str) -> None:
    """Back, forward or reload. A browser's own page that asks to send a form again is an error."""
    ways = {"back": held.page.go_back, "forward": held.page.go_forward, "reload": held.page.reload}
    with suppress(Error):
        ways[step]()
    held.page.wait_for_load_state()


def nothing_comes_back(held: Phone, *steps: str) -> bool:
    """Whether no step in the tab's history shows a page of ours."""
    for step in steps:
        step_in_history(held, step)
        if held.page.locator(OURS).count():
            return False
    return True


def questions(held: Phone, pages: int) -> None:
    """Go to and fro between two questions, so that the tab has that many pages behind it."""
    held.to_the_file()
    for _ in range(pages // 2):
        held.page.check("input[value=no]")
        held.next()
        held.at("places")
        held.page.click("button[value=back]")
        held.at("file")


def test_back_forward_and_reload_show_nothing_after_twenty_pages(held: Phone) -> None:
    questions(held, 20)
    leave(held)
    assert nothing_comes_back(held, *["back", "reload"] * 10, *["back"] * 14, *["forward"] * 3)


def test_what_lay_ahead_in_the_history_shows_nothing_either(held: Phone) -> None:
    held.page.goto(f"{held.origin}/?lang=en")
    held.page.goto(f"{held.origin}/before/?lang=en")
    held.page.goto(f"{held.origin}/status/?lang=en")
    held.page.go_back()
    leave(held)
    assert nothing_comes_back(held, "forward", "reload", "back", "back", "back", "forward")


@pytest.mark.parametrize("page", ["/status/", "/status/stop/"])
def test_her_reports_page_does_not_come_back(held: Phone, page: str) -> None:
    open_report(held)
    held.page.goto(f"{held.origin}{page}?lang=en")
    kept = held.page.context.storage_state()
    leave(held)
    assert nothing_comes_back(held, "back", "reload", "back", "reload", "back", "forward")

    thief = browser_of(held).new_context(storage_state=kept)
    answer = thief.request.get(f"{held.origin}/status/?lang=en")
    assert 'name="code"' in answer.text()
    thief.close()


def test_the_receipt_does_not_come_back(held: Phone) -> None:
    send_a_report(held)
    leave(held)
    assert nothing_comes_back(held, "back", "reload", "back", "forward", "reload")


def test_the_code_does_not_come_back_with_a_page_that_the_browser_kept(scripted: Phone) -> None:
    page = scripted.page
    send_a_report(scripted)
    code, words = page.locator("#code"), page.locator(".words")
    assert len(code.inner_text().split("-")) == 6
    assert len((words.text_content() or "").split()) == 7
    # As the browser tells a page that it is left; this one stays in memory as if kept for Back.
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert code.text_content() == ""
    assert words.text_content() == ""

    page.goto(f"{scripted.origin}/status/?lang=en")
    page.fill("#code", "what she types")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert page.input_value("#code") == ""


def test_an_unsent_form_stays_closed_when_the_mark_is_gone(plain: Phone) -> None:
    plain.to_the_file()
    plain.page.check("input[value=no]")
    plain.next()
    plain.at("places")
    asked = [request.post_data or "" for request in plain.sent if request.method == "POST"]
    leave(plain)
    three_minutes_later = browser_of(plain).new_context()
    again = three_minutes_later.request.post(
        f"{plain.origin}/report/", data=asked[-1], headers={"Content-Type": FORM_TYPE}
    )
    assert 'name="situation"' in again.text()
    assert "checked" not in again.text()
    three_minutes_later.close()


def test_a_server_that_never_answers_keeps_nobody_on_the_page(scripted: Phone) -> None:
    scripted.to_the_file()
    scripted.page.context.route(f"{scripted.origin}/**", never_answer)
    leave(scripted)
    assert nothing_comes_back(scripted, "reload")


def test_the_page_is_blank_before_anything_answers(scripted: Phone) -> None:
    scripted.to_the_file()
    shown = scripted.page.evaluate(
        """() => { document.querySelector('a[data-exit]').click();
        return getComputedStyle(document.body).display; }"""
    )
    assert shown == "none"


def test_another_tab_of_ours_turns_away_too(scripted: Phone) -> None:
    scripted.to_the_file()
    other = scripted.page.context.new_page()
    other.goto(f"{scripted.origin}/?lang=en")
    other.click("a.exit")
    other.wait_for_url("http://localhost:*/")
    scripted.page.wait_for_url("http://localhost:*/")  # unseen, and before the mark is gone


def test_a_page_that_the_browser_kept_turns_away_as_it_is_shown(scripted: Phone) -> None:
    scripted.to_the_file()
    mark = {"name": "w", "value": "1", "url": scripted.origin}
    scripted.page.context.add_cookies([mark])  # type: ignore[list-item]
    scripted.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    scripted.page.wait_for_url("http://localhost:*/")


def test_exit_takes_the_pages_place_in_the_history(scripted: Phone) -> None:
    scripted.to_the_file()
    before = scripted.page.evaluate("history.length")
    leave(scripted)
    assert scripted.page.evaluate("history.length") == before


def test_the_mark_says_nothing_and_is_the_only_thing_left(held: Phone) -> None:
    open_report(held)
    leave(held)
    anew = held.page.context.new_page()
    anew.goto(f"{held.origin}/status/?lang=en")
    assert anew.title() == "Weather"
    left = held.page.context.cookies()
    assert [(cookie["name"], cookie["value"]) for cookie in left] == [(LEFT, "1")]


def test_the_script_and_the_server_set_the_same_mark() -> None:
    script = (PORTAL / "static/portal/exit.js").read_text()
    assert f"MARK = `${{ONLY_THIS_HOST}}{LEFT}=1`" in script
    assert f"'https:' ? '{ONLY_THIS_HOST}' : ''" in script
    assert f"Max-Age={QUIET_FOR.seconds};" in script


def open_report(held: Phone) -> None:
    code = receive_report(a_report(), now=timezone.now()).code.spelled()
    held.page.goto(f"{held.origin}/status/?lang=en")
    held.page.fill("input[name=code]", code)
    held.page.click("form .primary")
    held.page.get_by_role("heading", name="Your report", exact=True).wait_for()


def send_a_report(held: Phone, look: Callable[[], None] = lambda: None) -> None:
    """The whole link path, which needs no script; `look` is called on each page."""
    held.to_the_file()
    for step, answer in (
        ("file", "input[value=no]"),
        ("places", ""),
        ("sharing", "input[value=centre]"),
        ("contact", "input[value=no]"),
        ("words", "input[name=declared]"),
        ("review", ""),
    ):
        held.at(step)
        look()
        if step == "places":
            held.page.fill("#places", "https://example.com/a")
        if answer:
            held.page.check(answer)
        held.next()
    held.page.wait_for_selector("#code")
    held.page.wait_for_load_state()


def browser_of(held: Phone) -> Browser:
    running = held.page.context.browser
    assert running is not None
    return running


def never_answer(_route: Route) -> None:
    """Leave the request without an answer."""
