"""The desk's pages in a real browser: single keys, narrow phones, nothing the policy refuses.

The pages are made first and then served to the browser as they are, so that no database is
touched while it runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from jikimi.cases.models import Case
from jikimi.takedown.models import Notice
from tests.kept_browsers import chromium

from .conftest import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
ORIGIN = "http://desk.example"
TYPES = {".css": "text/css", ".js": "text/javascript"}


@dataclass(kw_only=True)
class Shown:
    """A page in the browser, what it posted, and what the browser complained about."""

    page: Page
    posted: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.getAttribute('href')"))


@pytest.fixture
def case(report: Report) -> Case:
    return report("https://t.me/some_channel/12", f"https://x.com/{'long' * 60}")


@pytest.fixture
def pages(desk: Client, case: Case, report: Report) -> dict[str, tuple[str, str]]:
    """The queue of two cases and one of them: address to page and policy."""
    report("https://t.me/other/2")
    return {
        path: (answer.content.decode(), answer["Content-Security-Policy"])
        for path in ("/desk/", f"/desk/case/{case.nickname}/")
        if (answer := desk.get(path)).status_code == 200
    }


@contextmanager
def shown(pages: dict[str, tuple[str, str]], path: str, *, width: int = 1280) -> Iterator[Shown]:
    with chromium() as browser:
        seen = Shown(page=browser.new_page(viewport={"width": width, "height": 760}))
        seen.page.on("console", lambda said: seen.complaints.append(said.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))

        def answer(route: Route) -> None:
            asked = route.request.url.removeprefix(ORIGIN)
            if route.request.method == "POST":
                seen.posted.append(asked)
                route.fulfill(status=204)
            elif asked in pages:
                body, policy = pages[asked]
                headers = {"Content-Security-Policy": policy, "Content-Type": "text/html"}
                route.fulfill(body=body, headers=headers)
            else:
                file = Path(str(finders.find(asked.removeprefix("/static/"))))
                route.fulfill(body=file.read_text(), content_type=TYPES[file.suffix])

        seen.page.route("**/*", answer)
        seen.page.goto(ORIGIN + path)
        yield seen


def test_j_and_k_move_between_cases_and_enter_opens_one(
    pages: dict[str, tuple[str, str]], case: Case
) -> None:
    with shown(pages, "/desk/") as seen:
        addresses = seen.page.eval_on_selector_all(
            "[data-row]", "rows => rows.map(row => row.getAttribute('href'))"
        )
        assert len(addresses) == 2
        for key, where in (("j", 0), ("j", 1), ("j", 1), ("k", 0), ("k", 0)):
            seen.page.keyboard.press(key)
            assert seen.focused() == addresses[where]
        if addresses[0] != f"/desk/case/{case.nickname}/":
            seen.page.keyboard.press("j")
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_url(f"**/desk/case/{case.nickname}/")
        assert seen.complaints == []


def test_a_approves_once_however_often_it_is_pressed(
    pages: dict[str, tuple[str, str]], case: Case
) -> None:
    notice = Notice.objects.get(sighting__case=case, route_type="email")
    address = reverse("desk_approve", args=[notice.pk])
    with shown(pages, f"/desk/case/{case.nickname}/") as seen:
        for key in ("a", "a", "Enter", "Enter"):
            seen.page.keyboard.press(key)
        seen.page.evaluate("() => fetch('/desk/').then(() => true)")  # behind all that was sent
        assert seen.posted == [address]


def test_a_letter_is_a_letter_while_somebody_writes(
    pages: dict[str, tuple[str, str]], case: Case
) -> None:
    with shown(pages, f"/desk/case/{case.nickname}/") as seen:
        seen.page.keyboard.press("/")
        seen.page.keyboard.type("jaka?")
        assert seen.page.input_value("#q") == "jaka?"
        assert seen.posted == []


def test_single_keys_can_be_turned_off(pages: dict[str, tuple[str, str]], case: Case) -> None:
    with shown(pages, f"/desk/case/{case.nickname}/") as seen:
        seen.page.keyboard.press("?")
        seen.page.uncheck("[data-single-keys]")
        seen.page.keyboard.press("Escape")
        seen.page.locator("main h1").click()
        seen.page.keyboard.press("a")
        expect(seen.page.locator("#ask[open]")).to_have_count(0)
        seen.page.reload()
        seen.page.keyboard.press("a")
        expect(seen.page.locator("#ask[open]")).to_have_count(0)
        assert seen.posted == []


@pytest.mark.parametrize("width", [320, 800, 1280])
def test_no_page_is_wider_than_its_screen(pages: dict[str, tuple[str, str]], width: int) -> None:
    for path in pages:
        with shown(pages, path, width=width) as seen:
            assert seen.page.evaluate("document.documentElement.scrollWidth") == width
            assert seen.complaints == []


def test_every_page_stands_beside_the_rail_or_below_its_one_line(desk: Client, case: Case) -> None:
    notice = Notice.objects.get(sighting__case=case, route_type="email")
    paths = [f"/desk/notice/{notice.pk}/", f"/desk/notice/{notice.pk}/form/", "/desk/nowhere/"]
    paths += [f"/desk/{name}/" for name in ("alike", "overdue", "replies", "recipients", "sending")]
    paths += [f"/desk/{name}/" for name in ("packs", "watches", "by-itself", "wellbeing")]
    paths += ["/desk/recipients/telegram/", "/desk/packs/recipients/telegram/"]
    answers = {path: desk.get(path) for path in paths}
    pages = {
        path: (answer.content.decode(), answer["Content-Security-Policy"])
        for path, answer in answers.items()
    }
    with shown(pages, paths[0]) as seen:
        for path in paths:
            seen.page.goto(ORIGIN + path)
            box = seen.page.locator("main").bounding_box()
            assert box is not None
            assert (box["x"], box["y"]) == (208, 0), path
            assert box["width"] > 600, path
        way = seen.page.get_by_role("link", name="Overdue")
        assert way.is_visible()
        seen.page.set_viewport_size({"width": 360, "height": 740})
        expect(way).to_be_hidden()
        rail = seen.page.locator(".rail").bounding_box()
        assert rail is not None
        assert rail["height"] < 80
        seen.page.get_by_role("button", name="Menu").click()
        expect(way).to_be_visible()
