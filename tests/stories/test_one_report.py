"""One report, from a photo on a phone to a removal that was seen, with nothing pretended.

A real Chromium at phone size, the product as an operator starts it, a real mail server and a
stand-in platform on loopback.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from jikimi.cli.demo.processes import Product, product, standin
from jikimi.cli.demo.standin_platform import Doors
from jikimi.cli.demo.walk import one_time_code
from jikimi_core.fingerprint import pdq
from tests.fingerprint_page import CHROMIUM, CHROMIUM_ARGUMENTS, PATIENCE_MS
from tests.folders import reachable_folder
from tests.pictures import encoded, twelve_megapixels

PHONE = {"width": 360, "height": 740}
STATEMENT = "누군가 제 사진으로 가짜를 만들어 올렸어요. 동의한 적 없어요."
PASSWORD = "quiet lantern over north pier"
SEEN_GONE = "마지막으로 확인했을 때는 더 이상 없었어요."
MOST_BITS = 6
PATIENCE = 300  # seconds


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A benign photo of 12 megapixels, as a phone would take it."""
    path = tmp_path_factory.mktemp("phone") / "photo.jpg"
    path.write_bytes(encoded(twelve_megapixels(), quality=90))
    return path


@pytest.fixture(scope="module")
def doors(photo: Path) -> Iterator[Doors]:
    with standin(photo) as opened:
        yield opened


@pytest.fixture(scope="module")
def house(doors: Doors) -> Iterator[Product]:
    with reachable_folder() as folder, product(folder, doors) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, timeout=PATIENCE_MS
        )
        chromium.on("context", lambda made: made.set_default_timeout(PATIENCE_MS))
        yield chromium
        chromium.close()


@dataclass(kw_only=True)
class Traffic:
    """Every request a browser made."""

    requests: list[Request] = field(default_factory=list)
    broken_rules: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, context: BrowserContext) -> "Traffic":
        traffic = cls()
        context.on("request", lambda made: traffic.requests.append(made))  # noqa: PLW0108
        context.on(
            "console",
            lambda said: (
                traffic.broken_rules.append(said.text)
                if "Content Security Policy" in said.text
                else None
            ),
        )
        return traffic

    def bodies(self) -> bytes:
        return b"\n".join(request.post_data_buffer or b"" for request in self.requests)


def answer(page: Page, **chosen: str) -> None:
    """Choose answers by their values and go on."""
    for name, value in chosen.items():
        page.locator(f"input[name={name}][value={value}]").check()
    page.locator("button[name=go][value=next]").click()


def until(found: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < deadline, what
        time.sleep(0.3)


def asked(address: str) -> httpx.Response:
    return httpx.get(address, timeout=PATIENCE)


def report_in_korean(page: Page, photo: Path, doors: Doors, house: Product) -> str:
    """Walk the survivor's way; return the receipt as it is shown."""
    page.goto(f"{house.origin}/?lang=ko")
    assert page.locator("html").get_attribute("lang") == "ko"
    page.locator("main a.primary").click()
    page.locator("main form button.primary").first.click()
    page.locator("input[name=situation]").first.wait_for(state="attached")
    page.wait_for_load_state()
    answer(page, situation="faked")
    answer(page, age_group="adult")
    page.locator("input[type=file]").wait_for(state="attached")
    page.context.set_offline(True)
    page.locator("input[type=file]").set_input_files(photo)
    until(lambda: page.locator("#fingerprints").input_value() != "", "the fingerprint is made")
    page.context.set_offline(False)
    made = page.locator("#fingerprints").input_value().split()
    assert pdq.distance(bytes.fromhex(made[0]), pdq.from_file(photo).hash) <= MOST_BITS
    assert "photo.jpg" not in page.content()
    answer(page, file="yes")
    page.locator("textarea[name=places]").fill(doors.page)
    answer(page)
    for scope in ("centre", "platforms"):
        page.locator(f"input[name=share][value={scope}]").check()
    answer(page)
    answer(page, contact="no")
    page.locator("input[name=declared]").check()
    page.locator("textarea[name=statement]").fill(STATEMENT)
    answer(page)
    page.locator("main").get_by_text(doors.page).wait_for()
    assert page.context.cookies() == []
    answer(page)
    return page.locator("#code").inner_text()


def sign_in(page: Page, house: Product) -> None:
    """Make the first account and connect its authenticator app."""
    page.goto(house.setup_link)
    page.locator("input[name=email]").fill("case@centre.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=again]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("button.go").click()
    page.goto(f"{house.origin}/desk/")
    assert "/account/app/" in page.url, "the desk opens only with a second factor"
    secret = page.locator("code.key").inner_text()
    page.locator("input[name=code]").fill(one_time_code(secret))
    with page.expect_navigation():
        page.locator("button.go").click()
    page.goto(f"{house.origin}/desk/")


def open_the_case(page: Page) -> str:
    """The one case of the queue, once its notice is drafted."""

    def drafted() -> bool:
        page.reload()
        return page.get_by_text("draft ready").count() > 0

    until(drafted, "a draft is ready")
    row = page.locator("[data-row]").first
    nickname = row.locator(".nick").inner_text()
    row.click()
    page.get_by_role("heading", name=nickname).wait_for()
    return nickname


def read_status(page: Page, house: Product, receipt: str) -> str:
    """The status page, opened with the code, or still open from before."""
    page.goto(f"{house.origin}/status/?lang=ko")
    if page.locator("input[name=code]").count():
        page.locator("input[name=code]").fill(receipt)
        page.locator("main button.primary").click()
        page.locator("section.place").wait_for()
        page.wait_for_load_state()
    return page.locator("main").inner_text()


def test_a_report_becomes_a_removal_that_was_seen(
    browser: Browser, photo: Path, doors: Doors, house: Product, tmp_path: Path
) -> None:
    phone = browser.new_context(viewport=PHONE, locale="ko-KR", has_touch=True)
    traffic = Traffic.of(phone)
    survivor = phone.new_page()
    receipt = report_in_korean(survivor, photo, doors, house)

    # Not one byte of the picture left the phone, and nothing went anywhere else.
    picture = photo.read_bytes()
    sent = traffic.bodies()
    assert len(sent) < 20_000
    assert all(picture[at : at + 48] not in sent for at in range(0, len(picture) - 48, 4096))
    assert "multipart" not in "".join(str(r.headers.get("content-type")) for r in traffic.requests)
    assert {r.url.split("/")[2] for r in traffic.requests} == {house.origin.split("/")[2]}

    until(
        lambda: "Stand-in platform" in read_status(survivor, house, receipt),
        "the recipient is named once the notice is drafted",
    )
    assert SEEN_GONE not in read_status(survivor, house, receipt)

    desk = browser.new_context(viewport={"width": 1280, "height": 760})
    caseworker = desk.new_page()
    sign_in(caseworker, house)
    case = open_the_case(caseworker)
    shown = caseworker.locator("main").inner_text()
    assert STATEMENT not in shown
    caseworker.get_by_role("button", name="Open it: statement in her own words").click()
    caseworker.locator("main").get_by_text(STATEMENT).wait_for()
    assert caseworker.locator("main img, main video, main canvas").count() == 0

    caseworker.goto(f"{house.origin}/desk/case/{case}/")
    caseworker.get_by_role("button", name="Approve and send").click()
    caseworker.get_by_role("button", name="Yes, send it").click()
    mails = f"http://127.0.0.1:{doors.http_port}/_standin/mails"
    until(lambda: bool(asked(mails).json()), "the notice arrives")
    (mail,) = asked(mails).json()
    assert mail["json"]["links"] == [doors.page]
    assert case not in mail["text"]
    assert STATEMENT not in mail["text"]
    until(lambda: asked(doors.page).status_code == 410, "the platform removes it")

    def seen_gone() -> bool:
        caseworker.goto(f"{house.origin}/desk/case/{case}/")
        return "looked: gone" in caseworker.locator("main").inner_text()

    with caseworker.expect_response(lambda told: told.request.method == "POST"):
        caseworker.get_by_role("button", name="Look now").click()
    until(seen_gone, "the look finds it gone")

    after = read_status(survivor, house, receipt)
    assert SEEN_GONE in after
    assert traffic.broken_rules == []

    trail = exported_trail(house, case, tmp_path)
    for event in (
        "report received",
        "consent given",
        "notice drafted",
        "sealed text opened",
        "notice approved",
        "notice sending",
        "notice sent",
        "looked: gone",
        "notice removed",
        "case closed",
    ):
        assert event in trail


def exported_trail(house: Product, case: str, folder: Path) -> list[str]:
    """The events of a case, from an export that verifies offline."""
    jikimi = [sys.executable, "-m", "jikimi.cli", "trail"]
    exported = subprocess.run(
        [*jikimi, "export", case, "--data", str(house.data)],
        env=without_the_tests_database(),
        capture_output=True,
        text=True,
        check=True,
    )
    file = folder / "trail.json"
    file.write_text(exported.stdout)
    subprocess.run([*jikimi, "verify", str(file)], check=True, capture_output=True)
    return [entry["payload"]["event"] for entry in json.loads(exported.stdout)["entries"]]


def without_the_tests_database() -> dict[str, str]:

    return {
        name: value
        for name, value in os.environ.items()
        if name != "DATABASE_URL" and not name.startswith("JIKIMI_")
    }
