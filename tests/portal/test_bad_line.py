"""A bad line in a real browser: an answer lost after Send, and a page that closed meanwhile."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, Error, Page, expect

from jikimi.aftercare.lookups import messages_of
from jikimi.cases.models import Case
from jikimi.intake.actions import receive_report
from jikimi.intake.receipts import open_with
from jikimi.web.portal.sending import SENDING
from tests.portal.bad_line import Line, bad_line
from tests.portal.test_in_a_browser import Phone, phone
from tests.portal.test_turning_pages import TYPED, choose, to_the_places
from tests.reports import a_report
from tests.security.test_portal_attacks import full
from tests.served import browser_beside_the_database, served

SEND, WORDS = "button[value=next]", "quokka in the messages"
BROWSERS_OWN = "chrome-error://**"
"""Chromium's page about a fault, which takes its time to take the place of the last one."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_beside_the_database() as running:
        yield running


@pytest.fixture
def line(db: None) -> Iterator[tuple[str, Line]]:
    with served() as origin, bad_line(origin) as between:
        yield between


def to_the_last_page(held: Phone) -> None:
    page = to_the_places(held)
    page.fill("#places", TYPED)
    held.next()
    held.at("sharing")
    choose(held, "centre", "contact")
    page.click("button[value=skip]")
    held.at("words")
    held.next()
    held.at("review")


def back_and_send_again(page: Page) -> None:
    """The browser's own Back, which asks whether to send again, and is answered with yes."""
    try:
        page.go_back()
    except Error:
        page.wait_for_url(BROWSERS_OWN)
    page.reload()


def test_with_scripts_an_answer_that_never_comes_is_asked_for_again_and_brings_the_code(
    browser: Browser, line: tuple[str, Line]
) -> None:
    origin, between = line
    with phone(browser, origin, scripts=True) as held:
        page = held.page
        page.clock.install()
        to_the_last_page(held)
        between.loses(silently=False)
        page.click("button[value=code]")
        page.wait_for_selector("[data-no-connection]:not([hidden])")
        assert not page.is_visible("[data-may-have-arrived]")
        between.mend()
        with full(SENDING):
            page.click(SEND)
            page.wait_for_selector("[data-unsure]")
        assert page.evaluate("history.state") < 0
        between.loses(silently=True)
        page.click(SEND)
        between.wait_for_a_lost_answer()
        assert page.evaluate("history.state") < 0
        page.clock.fast_forward("01:01")
        page.wait_for_selector("[data-may-have-arrived]:not([hidden])")
        assert not page.is_visible("[data-no-connection]")
        assert "we do not know whether your report has arrived" in page.inner_text("main")
        held.at("review")
        between.mend()

        page.click(SEND)
        page.wait_for_selector("h1[data-final]")
        assert "nothing is doubled" in page.inner_text("main")
        assert page.evaluate("history.state") < 0
        code = page.inner_text("#code")
        assert open_with(code, now=timezone.now()).case == Case.objects.get()


def test_a_page_loaded_anew_while_a_report_is_on_its_way_does_not_say_that_nothing_was_sent(
    browser: Browser, line: tuple[str, Line]
) -> None:
    with phone(browser, line[0], scripts=True) as held:
        held.page.goto(f"{line[0]}/report/?lang=en")
        held.at("situation")
        held.page.evaluate("history.replaceState(-9, '')")
        for _ in range(2):
            held.page.reload()
            held.page.wait_for_selector("[data-left-sending]:not([hidden])")
            assert not held.page.is_visible("[data-loaded-anew]")
            assert held.page.is_visible("[data-left-sending] a[href*='/status/']")
        choose(held, "faked", "age")
        held.page.go_back()
        held.at("situation")
        held.page.reload()
        held.page.wait_for_selector("[data-loaded-anew]:not([hidden])")


def test_without_scripts_a_reload_or_back_brings_the_code_until_she_goes_on(
    browser: Browser, line: tuple[str, Line]
) -> None:
    origin, between = line
    with phone(browser, origin, scripts=False) as held:
        page = held.page
        to_the_last_page(held)
        between.loses(silently=False)
        with suppress(Error):
            page.click(SEND)
        between.wait_for_a_lost_answer()
        page.wait_for_url(BROWSERS_OWN)  # it may send again by itself before it gives up
        between.mend()

        page.reload()  # the browser's question whether to send again, answered with yes
        page.wait_for_selector("#code")
        code = page.inner_text("#code")
        back_and_send_again(page)
        expect(page.locator("#code")).to_have_text(code, use_inner_text=True)

        page.click("button[value=start]")
        page.wait_for_url("**/?lang=en")
        back_and_send_again(page)
        page.wait_for_selector("text=already here")
        assert code not in page.inner_text("body")
        assert Case.objects.count() == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_a_message_is_not_lost_when_its_page_closes(
    browser: Browser, line: tuple[str, Line], *, scripts: bool
) -> None:
    received = receive_report(a_report(), now=timezone.now())
    code = received.code.spelled()
    with phone(browser, line[0], scripts=scripts) as held:
        page = held.page
        if scripts:
            page.clock.install()
        page.goto(f"{line[0]}/status/?lang=en")
        page.fill("#code", code)
        page.click("main form .primary")
        page.click("a[href*='/status/messages/']")
        page.fill("#words", WORDS)
        page.wait_for_load_state()  # its style and its script are there
        Session.objects.all().delete()
        if scripts:
            page.clock.fast_forward("30:02")
        else:
            assert not page.is_visible("[data-closes]")
            page.evaluate("document.getAnimations().forEach((one) => one.finish())")
            expect(page.locator("#words")).to_be_hidden()
            page.click("[data-closes]")
        page.wait_for_selector("#code")
        assert "quokka" not in page.content()
        page.fill("#code", code)
        page.click("main form .primary")
        expect(page.locator("#words")).to_have_value(WORDS)
    assert not messages_of(received.case).exists()
