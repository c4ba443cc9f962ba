"""The desk in a real browser, served over HTTP by the application in the test's own transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from tests.served import browser_beside_the_database, served


@dataclass(kw_only=True)
class Desk:
    """A page of the desk, what it posted, and what the browser complained about."""

    context: BrowserContext
    origin: str
    posted: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open a page and listen to it."""
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "request", lambda asked: asked.method == "POST" and self.posted.append(asked.url)
        )

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def focused(self) -> str:
        """The address of the link that has the focus."""
        return str(self.page.evaluate("document.activeElement.getAttribute('href')"))


@contextmanager
def desk_in_browser(
    client: Client,
    path: str,
    *,
    width: int = 1280,
    scripts: bool = True,
    dark: bool = False,
) -> Iterator[Desk]:
    """Open an address of the desk as the client's caseworker; `scripts` off: no JavaScript."""
    with browser_beside_the_database() as browser, served() as origin:
        context = _signed_in(browser, client, origin, width, scripts=scripts, dark=dark)
        desk = Desk(context=context, origin=origin)
        desk.page.goto(origin + path)
        yield desk
        context.close()


def _signed_in(
    browser: Browser, client: Client, origin: str, width: int, *, scripts: bool, dark: bool
) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": width, "height": 760},
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
    )
    context.add_cookies(
        [
            {"name": name, "value": cookie.value, "url": origin}
            for name, cookie in client.cookies.items()
        ]
    )
    return context
