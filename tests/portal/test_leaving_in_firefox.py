"""Exit in Debian's Firefox, with scripts, and as near to Tor Browser's safest level as it comes.

The second is a stand-in: see `LIKE_TOR_BROWSER_AT_ITS_SAFEST`.
"""

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import TypedDict, cast

import pytest
from django.utils import timezone
from playwright.sync_api import Error as PlaywrightError

from jikimi.intake.actions import receive_report
from jikimi.web.cookies import LEFT
from tests.firefox import LIKE_TOR_BROWSER_AT_ITS_SAFEST, Firefox, FirefoxFailed
from tests.kept_browsers import firefox
from tests.portal.test_leaving_at_once import _exit_leads_to_it, origin, weather
from tests.reports import a_report
from tests.tabs import FirefoxTab, Tab

__all__ = ["_exit_leads_to_it", "origin", "weather"]

PRESS = "selector => { document.querySelector(selector).click(); }"
GO = "address => { location.href = address; }"
_TITLE = "() => document.title"
BACK = "() => { history.back(); }"
_OURS = "() => document.querySelector('#main')?.checkVisibility() ?? false"
_NUMBERS = count(1)


class _Sent(TypedDict):
    url: str
    headers: dict[str, str]


@pytest.fixture(
    scope="module",
    params=[{}, LIKE_TOR_BROWSER_AT_ITS_SAFEST],
    ids=["scripts", "a stand-in for Tor Browser at its safest"],
)
def running(request: pytest.FixtureRequest) -> Iterator[Firefox]:
    with firefox(request.param) as started:
        yield started


def opened(running: Firefox, address: str) -> FirefoxTab:
    running.order("open", url=address)
    return FirefoxTab(firefox=running)


def is_kept(page: Tab) -> bool:
    """Whether the page on the screen is one that was left before, alive as it was."""
    return bool(page.evaluate("() => 'seen' in document.documentElement.dataset"))


# While a page gives way to an error of the browser's own, there may be nothing to mark yet.
_MARKED = """number => {
  const root = document.documentElement;
  if (root) root.dataset.seen = number;
  return Boolean(root);
}"""


# A page of ours that is shown again after Exit is blank, and gives way to the next one by itself.
# So does the empty page that Firefox holds in a fresh process until the next one begins.
_ELSEWHERE = """number => {
  const { classList, dataset } = document.documentElement;
  return document.readyState !== 'loading' && location.href !== 'about:blank'
    && dataset.seen !== String(number) && !classList.contains('gone');
}"""


def tell(page: Tab, code: str, argument: object = None) -> None:
    """Do what leads away: the page may be gone before it can say that it was told."""
    with suppress(PlaywrightError, FirefoxFailed):
        page.evaluate(code, argument)


def elsewhere(page: Tab, code: str, argument: object = None) -> None:
    """Do what leads to another page, or to the same one anew, and wait until it is there.

    A page that the browser kept bears an older number, one of its own errors none.
    """
    number = next(_NUMBERS)
    page.until(_MARKED, number)
    tell(page, code, argument)
    page.until(_ELSEWHERE, number)


def to_the_places(page: FirefoxTab) -> None:
    """Three questions on, from the page before the report."""
    elsewhere(page, PRESS, "main form .primary")
    for value, then in (("faked", "age"), ("adult", "file"), ("no", "places")):
        page.evaluate(PRESS, f"input[value={value}]")
        page.evaluate(PRESS, "button[value=next]")
        page.until("step => document.querySelector('[name=step]')?.value === step", then)


def open_report(page: FirefoxTab) -> None:
    code = receive_report(a_report(), now=timezone.now()).code.spelled()
    page.evaluate("code => { document.querySelector('#code').value = code; }", code)
    elsewhere(page, PRESS, "#step .primary")
    assert page.evaluate("() => document.querySelector('h1').textContent") == "Your report"


def cookies_sent(running: Firefox, url: str) -> str:
    """What the browser sent with its last request for an address."""
    sent = cast(list[_Sent], running.order("sent"))
    return [one["headers"] for one in sent if one["url"] == url][-1].get("cookie", "")


def leave(page: Tab) -> None:
    tell(page, PRESS, "a.exit")
    page.until("() => document.title === 'Weather'")


def nothing_of_ours_in_the_history(page: Tab) -> bool:
    """Back to the beginning of the tab, and forward again; some steps only lead to an error."""
    steps = int(str(page.evaluate("() => history.length"))) - 1
    for way in [*["back"] * steps, *["forward"] * steps]:
        elsewhere(page, f"() => {{ history.{way}(); }}")
        if page.evaluate(_OURS):
            return False
    return True


def test_back_and_forward_show_nothing_of_ours_after_exit(running: Firefox, origin: str) -> None:
    page = opened(running, f"{origin}/before/?lang=en")
    to_the_places(page)
    leave(page)
    assert nothing_of_ours_in_the_history(page)


def test_an_open_report_does_not_come_back_and_its_cookies_are_gone(
    running: Firefox, origin: str
) -> None:
    page = opened(running, f"{origin}/status/?lang=en")
    open_report(page)
    leave(page)
    assert nothing_of_ours_in_the_history(page)
    elsewhere(page, GO, f"{origin}/status/?lang=en")
    assert page.evaluate(_TITLE) == "Weather"
    assert cookies_sent(running, f"{origin}/status/?lang=en") == f"{LEFT}=1"


def test_shift_three_times_leaves(running: Firefox, origin: str) -> None:
    page = opened(running, f"{origin}/before/?lang=en")
    if not page.evaluate("() => !document.querySelector('[data-needs-script]').hidden"):
        return  # the page does not promise it either
    for _ in range(3):
        with suppress(FirefoxFailed):  # at the last one the page may be gone before it is let go
            page.press("Shift")
    page.until("() => document.title === 'Weather'")
    assert nothing_of_ours_in_the_history(page)


def test_this_firefox_keeps_pages_for_back_but_none_of_ours(
    running: Firefox, origin: str, weather: str
) -> None:
    for address, kept in ((f"{weather}?", True), (f"{origin}/?lang=en", False)):
        page = opened(running, address)
        elsewhere(page, GO, f"{address}&elsewhere")
        elsewhere(page, BACK)
        assert is_kept(page) == kept
