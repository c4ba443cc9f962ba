"""Exit where Chromium keeps pages alive for Back, ours among them, although they say no-store.

Automation switches that off; here it is on, as on every phone.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.portal.test_leaving_at_once import _exit_leads_to_it, origin, weather
from tests.portal.test_leaving_in_firefox import (
    BACK,
    GO,
    PRESS,
    elsewhere,
    is_kept,
    leave,
    nothing_of_ours_in_the_history,
    tell,
)
from tests.served import browser_beside_the_database
from tests.tabs import ChromiumTab

__all__ = ["_exit_leads_to_it", "origin", "weather"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_beside_the_database(keeps_pages=True) as running:
        yield running


@pytest.mark.parametrize("scripts", [True, False])
def test_a_page_that_chromium_kept_shows_nothing_after_exit(
    browser: Browser, origin: str, *, scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    tab = ChromiumTab(page=context.new_page())
    with tab.page.expect_navigation(wait_until="networkidle"):  # one that loads is not kept
        # In the place of the empty page that the tab begins with.
        tell(tab, "address => { location.replace(address); }", f"{origin}/?lang=en")
    elsewhere(tab, GO, f"{origin}/help/?lang=en")
    elsewhere(tab, BACK)
    assert is_kept(tab), "what is tried here is not there"
    elsewhere(tab, PRESS, "a.primary")
    leave(tab)
    assert nothing_of_ours_in_the_history(tab)
    context.close()
