"""One page in a real browser, whichever it is: what the same test asks of Chromium and Firefox."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol, TypedDict, cast

from playwright.sync_api import Browser, FilePayload, Page
from playwright.sync_api import Error as PlaywrightError

from tests.firefox import Firefox, FirefoxFailed

PATIENCE_SECONDS = 120
"""For whatever is waited for: no machine is so slow."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, as the server or the browser saw it."""

    method: str
    path: str
    body: bytes | None


class Tab(Protocol):
    """An open page."""

    @property
    def sent(self) -> tuple[Request, ...]:
        """Every request the page made; `path` is the whole address."""
        ...

    @property
    def complaints(self) -> list[str]:
        """What stands in the console."""
        ...

    def evaluate(self, code: str, argument: object = None) -> object:
        """Call a function of JavaScript in the page and wait for what it gives."""
        ...

    def choose(self, selector: str, *files: bytes, name: str = "IMG_{n:04}") -> None:
        """Choose files in a file input, as a person does."""
        ...

    def click(self, selector: str) -> None:
        """Click what is found first."""
        ...

    def press(self, key: str) -> None:
        """Press a key where the focus is."""
        ...

    def until(self, code: str, argument: object = None) -> None:
        """Wait for a function of JavaScript to hold, over page changes too."""
        ...

    def go_offline(self) -> None:
        """Cut the page's network. Firefox cannot be told to: end the server for it as well."""
        ...


@dataclass(frozen=True, kw_only=True)
class ChromiumTab:
    """A page of Chromium, driven over its own protocol."""

    page: Page
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def sent(self) -> tuple[Request, ...]:
        return tuple(self.requests)

    def evaluate(self, code: str, argument: object = None) -> object:
        return self.page.evaluate(code, argument)

    def click(self, selector: str) -> None:
        self.page.click(selector)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def until(self, code: str, argument: object = None) -> None:
        _wait_until(self, code, argument)

    def choose(self, selector: str, *files: bytes, name: str = "IMG_{n:04}") -> None:
        self.page.locator(selector).set_input_files(
            [
                FilePayload(name=name.format(n=n), mimeType="application/octet-stream", buffer=file)
                for n, file in enumerate(files, 1)
            ]
        )

    def go_offline(self) -> None:
        self.page.context.set_offline(True)


class _Sent(TypedDict):
    method: str
    url: str
    body: str | None


@dataclass(frozen=True, kw_only=True)
class FirefoxTab:
    """The page that Firefox has open, driven over WebDriver BiDi."""

    firefox: Firefox

    @property
    def sent(self) -> tuple[Request, ...]:
        return tuple(
            Request(
                method=one["method"],
                path=one["url"],
                body=None if one["body"] is None else one["body"].encode(),
            )
            for one in cast(list[_Sent], self.firefox.order("sent"))
        )

    @property
    def complaints(self) -> list[str]:
        return cast(list[str], self.firefox.order("complaints"))

    def evaluate(self, code: str, argument: object = None) -> object:
        return self.firefox.order("evaluate", code=code, argument=argument)

    def click(self, selector: str) -> None:
        self.firefox.order("click", selector=selector)

    def press(self, key: str) -> None:
        self.firefox.order("press", key=key)

    def until(self, code: str, argument: object = None) -> None:
        _wait_until(self, code, argument)

    def choose(self, selector: str, *files: bytes, name: str = "IMG_{n:04}") -> None:
        folder = tempfile.mkdtemp(dir=self.firefox.files)  # read when asked for: kept till the end
        paths = [Path(folder, name.format(n=n)) for n, _ in enumerate(files, 1)]
        for path, file in zip(paths, files, strict=True):
            path.write_bytes(file)
        # Files of the same names and sizes as those chosen would be taken for no change.
        self.evaluate("(selector) => { document.querySelector(selector).value = ''; }", selector)
        self.firefox.order("choose", selector=selector, paths=[str(path) for path in paths])

    def go_offline(self) -> None:
        pass


def _wait_until(tab: Tab, code: str, argument: object) -> None:
    """Asks again and again: what browsers offer for it evaluates text, which the portal's content
    policy forbids. While a page gives way to the next there is nobody to ask.
    """
    deadline = monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if tab.evaluate(code, argument):
                return
        except (FirefoxFailed, PlaywrightError):
            if monotonic() > deadline:
                raise
        if monotonic() > deadline:
            raise TimeoutError(f"never came true: {code}")
        sleep(0.03)


@contextmanager
def tab(browser: Browser | Firefox, url: str, *, before: str = "") -> Iterator[Tab]:
    """A fresh page without history or cookies. The script `before` runs ahead of its own."""
    if isinstance(browser, Firefox):
        browser.order("open", url=url, before=before)
        yield FirefoxTab(firefox=browser)
        return
    context = browser.new_context()
    try:
        yield _chromium_tab(context.new_page(), url, before)
    finally:
        context.close()


def _chromium_tab(page: Page, url: str, before: str) -> ChromiumTab:
    opened = ChromiumTab(page=page)
    if before:
        page.add_init_script(before)
    page.context.on(
        "request",
        lambda request: opened.requests.append(
            Request(method=request.method, path=request.url, body=request.post_data_buffer)
        ),
    )
    page.on("console", lambda message: opened.complaints.append(message.text))
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    page.goto(url)  # until it is loaded: its scripts are modules, and have run by then
    return opened
