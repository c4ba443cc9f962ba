"""The portal with the keyboard alone: everything is reached, focus is seen, nothing holds it."""

from typing import TypedDict

import pytest
from playwright.sync_api import Page

from tests.kept_browsers import chromium
from tests.portal.house_pages import SAVED, pages_by_name
from tests.portal.shown import screen

pytestmark = pytest.mark.django_db

SMALL_PHONE = {"width": 360, "height": 560}

# Everything that takes part in an order of Tab, as one label each; of a group of radios one.
_TO_BE_REACHED = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')];
  const groups = new Set();
  window.reachable = all.filter((one) => {
    if (one.type === 'hidden' || one.disabled) return false;
    if (!one.checkVisibility({ visibilityProperty: true })) return false;
    if (one.type !== 'radio') return true;
    if (groups.has(one.name)) return false;
    return groups.add(one.name);
  });
  return reachable.length;
}"""

# Writes down what gets the focus: which of them, whether that can be seen or the top bar covers it.
_WATCH = """() => {
  const bar = document.querySelector('.top');
  window.stops = [];
  addEventListener('focusin', ({ target: here }) => {
    const same = (one) => one === here || (one.type === 'radio' && one.name === here.name);
    const ringed = [here, here.closest('.option, .pick')].filter(Boolean).some((one) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    });
    const seen = bar.contains(here) || here.matches('.skip')
      || here.getBoundingClientRect().bottom > bar.getBoundingClientRect().bottom;
    stops.push({ at: reachable.findIndex(same), ringed, seen, what: here.outerHTML.slice(0, 100) });
  });
}"""


class Focused(TypedDict):
    """Where the focus is among what can be reached (-1: nowhere), and how it shows."""

    at: int
    ringed: bool
    seen: bool
    what: str


def tab_through(screen: Page) -> list[Focused]:
    """Every stop of Tab from the top of the page, as many as there are things to be reached."""
    number = screen.evaluate(_TO_BE_REACHED)
    screen.evaluate(_WATCH)
    for _ in range(number):
        screen.keyboard.press("Tab")
    stops: list[Focused] = screen.evaluate("stops")
    return stops


def test_tab_reaches_everything_on_every_page_in_its_order_and_is_seen() -> None:
    pages = {name: html for name, html in pages_by_name("en").items() if name != SAVED}
    faults = []
    with chromium() as browser, screen(browser, **SMALL_PHONE) as shown:
        for name, html in pages.items():
            # From the top; where a page itself puts the focus is asked in the whole report.
            shown.show(html.replace(" autofocus", ""), unfolded=False)
            stops = tab_through(shown.page)
            number = shown.page.evaluate("reachable.length")
            if [stop["at"] for stop in stops] != list(range(number)):
                faults.append((name, str([stop["at"] for stop in stops])))
            faults += [(name, str(one)) for one in stops if not (one["ringed"] and one["seen"])]
    assert not faults, "\n".join(map(str, faults))
