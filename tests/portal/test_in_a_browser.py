"""The portal in a real browser: Exit, the fingerprint on the page, and no JavaScript at all.

A server on loopback answers under the product's own headers. Exit leads to a page on
loopback here, as no test reaches the internet.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from jikimi.web.portal import leaving
from tests.pictures import encoded, photo
from tests.served import browser_beside_the_database, served


@dataclass(kw_only=True)
class Phone:
    """A browser's page, what it sent, and what it complained about."""

    origin: str
    page: Page
    sent: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def next(self) -> None:
        self.page.click("button[value=next]")

    def at(self, step: str) -> None:
        """Wait until a question is on the page, and with it the scripts of the page, if any."""
        self.page.wait_for_selector(f"input[name=step][value={step}]", state="attached")
        self.page.wait_for_load_state()

    def to_the_file(self) -> None:
        self.page.goto(f"{self.origin}/?lang=ko")
        self.page.click("a.primary")
        self.page.click("form .primary")
        self.at("situation")
        self.page.check("input[value=faked]")
        self.next()
        self.at("age")
        self.page.check("input[value=adult]")
        self.next()
        self.at("file")


@pytest.fixture
def origin(db: None) -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture
def neutral(origin: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where Exit leads."""
    monkeypatch.setitem(leaving.NEUTRAL_PLACES, "ko", f"{origin}/healthz")
    return f"{origin}/healthz"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_beside_the_database() as running:
        yield running


@pytest.fixture
def held(browser: Browser, origin: str) -> Iterator[Phone]:
    with phone(browser, origin, scripts=True) as opened:
        yield opened


@pytest.fixture
def plain(browser: Browser, origin: str) -> Iterator[Phone]:
    """A browser that runs no scripts."""
    with phone(browser, origin, scripts=False) as opened:
        yield opened


@contextmanager
def phone(browser: Browser, origin: str, *, scripts: bool) -> Iterator[Phone]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=scripts
    )
    opened = Phone(origin=origin, page=context.new_page())
    opened.page.on("request", lambda request: opened.sent.append(request))  # noqa: PLW0108
    opened.page.on("console", lambda said: opened.complaints.append(said.text))
    yield opened
    context.close()


def test_shift_three_times_leaves_and_shift_while_typing_does_not(
    held: Phone, neutral: str
) -> None:
    held.to_the_file()
    held.page.check("input[value=no]")
    held.next()
    held.at("places")
    held.page.focus("#places")
    for key in ("Shift+A", "Shift+B", "Shift+C", "Shift+D"):
        held.page.keyboard.press(key)
    expect(held.page.locator("#places")).to_have_value("ABCD")

    for _ in range(3):
        held.page.keyboard.press("Shift")
    held.page.wait_for_url(neutral)


def test_a_picture_leaves_a_fingerprint_in_the_form_and_nothing_else_anywhere(held: Phone) -> None:
    picture = encoded(photo("coffee"), quality=90)
    held.to_the_file()
    held.page.check("#file")
    held.page.set_input_files(
        "input[type=file]",
        {"name": "very-private.jpg", "mimeType": "image/jpeg", "buffer": picture},
    )
    held.page.wait_for_selector("[data-made] li >> text=지문을 만들었어요")
    assert "보낸 사진 0장" in held.page.inner_text("main")
    assert "very-private" not in held.page.content()
    assert held.page.evaluate("document.querySelectorAll('img, canvas, video').length") == 0
    assert held.page.evaluate("document.querySelector('[type=file]').files.length") == 0
    held.next()
    held.at("places")

    posted = [r.post_data_buffer or b"" for r in held.sent if r.method == "POST"]
    line = parse_qs(posted[-1].decode())["fingerprints"][0]
    assert len(line.split()[0]) == 64
    assert all(picture[100:140] not in body and b"very-private" not in body for body in posted)
    assert max(map(len, posted)) < 4_000
    assert held.complaints == []


def test_what_is_no_picture_gets_a_sentence_and_the_way_goes_on(held: Phone) -> None:
    held.to_the_file()
    held.page.check("#file")
    held.page.set_input_files(
        "input[type=file]",
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": json.dumps({}).encode() * 50},
    )
    refused = "이 브라우저가 읽을 수 있는 사진이나 영상이 아니에요"
    held.page.wait_for_selector(f"[data-made] >> text={refused}")
    held.next()
    held.at("places")


def test_a_removed_fingerprint_is_out_of_the_form(held: Phone) -> None:
    held.to_the_file()
    held.page.check("#file")
    held.page.set_input_files(
        "input[type=file]",
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": encoded(photo("coffee"))},
    )
    held.page.wait_for_selector("[data-made] li >> text=지문을 만들었어요")
    held.page.click("[data-made] button")
    expect(held.page.locator("#fingerprints")).to_have_value("")


def test_without_scripts_the_page_says_so_and_offers_the_link(plain: Phone) -> None:
    plain.to_the_file()
    plain.page.check("#file")
    assert "자바스크립트가 꺼져 있거나" in plain.page.inner_text("main")
    assert plain.page.locator("input[type=file]").count() == 0
    plain.next()
    plain.at("places")


def test_without_scripts_exit_is_a_link(plain: Phone, neutral: str) -> None:
    plain.page.goto(f"{plain.origin}/?lang=ko")
    assert "Shift" not in plain.page.inner_text("main")
    plain.page.click("a.exit")
    plain.page.wait_for_url(neutral)


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_is_wider_than_the_screen(held: Phone, width: int) -> None:
    held.page.set_viewport_size({"width": width, "height": 740})
    held.to_the_file()
    for step, answer in (
        ("file", "input[value=no]"),
        ("places", None),
        ("little_known", None),
        ("sharing", "input[value=centre]"),
        ("contact", "input[value=yes]"),
        ("reach", "input[value=message]"),
    ):
        held.at(step)
        assert held.page.evaluate("document.documentElement.scrollWidth") <= width
        if answer:
            held.page.check(answer)
        if step == "reach":
            held.page.fill("#contact_how", "x" * 60)
        held.next()
    held.at("words")
    held.next()
    held.at("review")
    assert held.page.evaluate("document.documentElement.scrollWidth") <= width
