"""The tip door in a real browser: on a narrow phone, without scripts, and in a flood."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from jikimi.intake.tips.models import Tip
from jikimi.web.portal.tip_gate import gate
from tests.served import browser_beside_the_database, served


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where the door stands, and a browser."""

    origin: str
    browser: Browser

    @contextmanager
    def opened(
        self, *, width: int = 360, scripts: bool = True, dark: bool = False
    ) -> Iterator[Page]:
        context = self.browser.new_context(
            viewport={"width": width, "height": 740},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
        )
        yield context.new_page()
        context.close()

    def fill_in(self, page: Page, where: str, language: str = "ko") -> None:
        page.goto(f"{self.origin}/tip/?lang={language}")
        page.fill("#place", where)
        page.select_option("#kind", "room")
        page.select_option("#level", "middle")


@pytest.fixture
def door(db: None) -> Iterator[Door]:
    """The application in this test's own transaction, with full lanes."""
    gate.start_anew()
    with browser_beside_the_database() as browser, served() as origin:
        yield Door(origin=origin, browser=browser)
    gate.start_anew()


def send(page: Page) -> None:
    """Send the form, and wait for the page that comes then."""
    with page.expect_navigation():
        page.click("button[form=tip]")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_tip_is_sent_and_gives_a_code(door: Door, scripts: bool) -> None:
    with door.opened(scripts=scripts) as page:
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        door.fill_in(page, "t.me/room_one")
        send(page)
        expect(page.locator("#code span")).to_have_count(4)
        assert complaints == []
    assert Tip.objects.get().level == "middle"


def test_in_a_flood_the_page_does_its_sum_and_sends_itself(door: Door, settings: object) -> None:
    settings.TIPS_A_MINUTE = 1
    gate.start_anew()
    with door.opened() as page, door.opened(scripts=False) as others:
        door.fill_in(page, "t.me/honest")  # served before anybody else came
        for number in range(5):
            door.fill_in(others, f"t.me/flood{number}")
            send(others)
        send(page)
        page.wait_for_selector("#code")
    assert Tip.objects.filter(address="https://t.me/honest").count() == 1


@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_page_of_it_is_wider_than_the_screen(
    door: Door, language: str, settings: object
) -> None:
    settings.TIPS_A_MINUTE = 1
    long = "https://example.com/" + "long" * 40
    for width in (320, 360, 1280):
        gate.start_anew()
        with door.opened(width=width, scripts=False, dark=width == 360) as page:
            page.goto(f"{door.origin}/tip/?lang={language}")
            widths = [seen(page, f"form-{language}")]
            send(page)
            widths.append(seen(page, f"problem-{language}"))
            for number in range(6):
                door.fill_in(page, f"{long}{number}", language)
                send(page)
            widths.append(seen(page, f"later-{language}"))
            gate.start_anew()
            send(page)
            widths.append(seen(page, f"done-{language}"))
            page.goto(f"{door.origin}/tip/answer/?lang={language}")
            widths.append(seen(page, f"answer-{language}"))
        assert max(widths) <= width


def seen(page: Page, name: str) -> int:
    """How wide the page is. Where JIKIMI_SCREENSHOTS names a folder, a picture is put there."""
    if folder := os.environ.get("JIKIMI_SCREENSHOTS"):
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(folder) / f"tip-{name}-{width}.png", full_page=True)
    return int(page.evaluate("document.documentElement.scrollWidth"))
