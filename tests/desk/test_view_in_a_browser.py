"""The page of a view in a real browser, its clock moved by the test: the picture goes in time.

Pages and picture are made first and then served to the browser as they are, so that no database
is touched while it runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route, expect

from tests.kept_browsers import chromium

from .viewing import Posted, Viewer

pytestmark = pytest.mark.django_db
ORIGIN = "http://desk.example"
TYPES = {".css": "text/css", ".js": "text/javascript"}
A_DAY_LATER = 86_400  # seconds
HIDE = """
    Object.defineProperty(document, "hidden", { value: true });
    document.dispatchEvent(new Event("visibilitychange"));
"""


@dataclass(kw_only=True)
class Served:
    """The page before and after the picture was given out, and the picture."""

    path: str
    policy: str
    before: bytes
    after: bytes
    picture: bytes
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        asked = route.request.url.removeprefix(ORIGIN)
        self.asked.append(asked)
        pictures = self.asked.count(f"{self.path}picture/")
        if asked == self.path:
            headers = {"Content-Security-Policy": self.policy, "Content-Type": "text/html"}
            route.fulfill(body=self.after if pictures else self.before, headers=headers)
        elif asked == f"{self.path}picture/":
            given = self.picture if pictures == 1 else b""
            route.fulfill(status=200 if given else 404, body=given, content_type="image/png")
        else:
            file = Path(str(finders.find(asked.removeprefix("/static/"))))
            route.fulfill(body=file.read_text(), content_type=TYPES[file.suffix])


@pytest.fixture
def served(viewer: Viewer, posted: Posted) -> Served:
    browser = viewer.browser
    path = viewer.asks(posted().sightings.get())
    before = browser.get(path)
    picture = browser.get(f"{path}picture/").content
    return Served(
        path=path,
        policy=before["Content-Security-Policy"],
        before=before.content,
        after=browser.get(path).content,
        picture=picture,
    )


@contextmanager
def opened(served: Served, *, with_script: bool = True) -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_page(java_script_enabled=with_script)
        page.on("console", lambda said: served.complaints.append(said.text))
        page.on("pageerror", lambda error: served.complaints.append(str(error)))
        page.route("**/*", served.answer)
        if with_script:  # from here on time passes only where a test lets it
            page.clock.install(time=0)
            page.clock.pause_at(A_DAY_LATER)
        page.goto(ORIGIN + served.path)
        yield page


def is_over(page: Page) -> None:
    page.wait_for_selector("text=It was shown, and is gone from here")
    expect(page.locator("img")).to_have_count(0)


def test_the_picture_is_there_for_twenty_seconds_and_no_longer(served: Served) -> None:
    with opened(served) as page:
        page.wait_for_selector(".frame img")
        assert page.eval_on_selector(".frame img", "img => img.naturalWidth") == 240
        page.clock.run_for(19_000)
        assert page.locator(".frame img").count() == 1
        assert page.inner_text("[data-says]") == "1 s left."
        page.clock.run_for(1_000)
        is_over(page)
    assert served.asked.count(f"{served.path}picture/") == 1
    assert served.complaints == []


def test_it_goes_at_once_on_escape_or_at_a_press(served: Served) -> None:
    with opened(served) as page:
        page.wait_for_selector(".frame img")
        assert page.evaluate("document.activeElement.hasAttribute('data-away')")
        page.keyboard.press("Escape")
        is_over(page)


def test_it_goes_when_nobody_looks_at_the_page(served: Served) -> None:
    with opened(served) as page:
        page.wait_for_selector(".frame img")
        page.evaluate(HIDE)
        is_over(page)


def test_when_nothing_came_the_page_says_so(served: Served) -> None:
    served.picture = b""
    with opened(served) as page:
        page.clock.resume()
        is_over(page)


def test_the_way_to_a_clearer_one_is_there_while_it_is_shown(served: Served) -> None:
    with opened(served) as page:
        page.wait_for_selector(".frame img")
        assert page.locator("[data-clearer] button").is_visible()


def test_without_a_script_that_takes_it_away_it_is_not_even_asked_for(served: Served) -> None:
    with opened(served, with_script=False) as page:
        assert "It needs JavaScript" in page.inner_text("main")
    assert f"{served.path}picture/" not in served.asked
