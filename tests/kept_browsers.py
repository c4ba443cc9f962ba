"""One Chromium and one Firefox for all tests of a process: to start one takes longer than most
tests do. What a block opened in it is closed when the block is left.

Playwright drives Chromium from an event loop that stands still between two calls. While nobody has
the browser that loop is out of sight, so that Django's test client, which may not be used beside
one that runs, works as ever.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress

from playwright.sync_api import Browser, Error

from tests import fingerprint_page
from tests import firefox as firefoxes
from tests.firefox import Firefox, FirefoxFailed


class _KeptChromium:
    """Started for the first who asks, and anew for whoever finds that it answers no more."""

    def __init__(self) -> None:
        self._ends = ExitStack()
        self._running: tuple[Browser, asyncio.AbstractEventLoop] | None = None

    def take(self) -> Browser:
        """The browser, its loop in sight."""
        assert asyncio._get_running_loop() is None, "somebody has a browser already"
        if self._running is not None:
            browser, loop = self._running
            asyncio._set_running_loop(loop)
            if _answers(browser):
                return browser
            self.end()
        browser = self._ends.enter_context(fingerprint_page.chromium())
        self._running = browser, asyncio.get_running_loop()
        return browser

    def put_back(self, browser: Browser) -> None:
        """Close what is open in it, as far as it still answers."""
        try:
            with suppress(Error):
                for context in browser.contexts:
                    context.close()
        finally:
            asyncio._set_running_loop(None)

    def end(self) -> None:
        if self._running is None:
            return
        asyncio._set_running_loop(self._running[1])
        self._running = None
        try:
            with suppress(Error):
                self._ends.close()
        finally:
            asyncio._set_running_loop(None)


class _KeptFirefox:
    """As the Chromium, without a loop: a process of its own drives it."""

    def __init__(self) -> None:
        self._ends = ExitStack()
        self._running: Firefox | None = None

    def take(self) -> Firefox:
        if self._running is None or self._running.driver.poll() is not None:
            self.end()
            self._running = self._ends.enter_context(firefoxes.firefox())
        return self._running

    def put_back(self, browser: Firefox) -> None:
        """Close its page; one that cannot do so is not given to anybody again."""
        try:
            browser.order("rest")
        except (FirefoxFailed, OSError):
            browser.driver.terminate()
            self.end()

    def end(self) -> None:
        self._running = None
        with suppress(OSError):  # it may be gone already
            self._ends.close()


_chromium = _KeptChromium()
_firefox = _KeptFirefox()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of this process, with nothing open in it."""
    browser = _chromium.take()
    try:
        yield browser
    finally:
        _chromium.put_back(browser)


@contextmanager
def firefox(preferences: Mapping[str, bool] | None = None) -> Iterator[Firefox]:
    """The Firefox of this process, with nothing open in it; with `preferences` one of its own."""
    if preferences:
        with firefoxes.firefox(preferences) as browser:
            yield browser
        return
    browser = _firefox.take()
    try:
        yield browser
    finally:
        _firefox.put_back(browser)


def end_browsers() -> None:
    """Nobody takes them any more."""
    _chromium.end()
    _firefox.end()


def _answers(browser: Browser) -> bool:
    """Whether it is still there. It is asked: what ended meanwhile has told nobody."""
    try:
        browser.new_browser_cdp_session().detach()
    except Error:
        return False
    return True
