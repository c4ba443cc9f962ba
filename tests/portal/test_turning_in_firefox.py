"""The browser's own Back, Forward and Reload while reporting, in Debian's Firefox."""

from collections.abc import Iterator

import pytest

from tests.firefox import Firefox
from tests.kept_browsers import firefox
from tests.portal.test_in_a_browser import origin
from tests.tabs import FirefoxTab

__all__ = ["origin"]
_AT = "step => document.querySelector('#step [name=step]')?.value === step"
_LOADED = "() => document.readyState === 'complete'"
_PRESS = "selector => { document.querySelector(selector).click(); }"


@pytest.fixture(scope="module")
def running() -> Iterator[Firefox]:
    with firefox() as started:
        yield started


def choose(page: FirefoxTab, value: str, then: str) -> None:
    page.evaluate(_PRESS, f"input[value={value}]")
    page.evaluate(_PRESS, "button[value=next]")
    page.until(_AT, then)


@pytest.fixture
def places(running: Firefox, origin: str) -> FirefoxTab:
    """A page that has come to the question where it is."""
    running.order("open", url=f"{origin}/report/")
    page = FirefoxTab(firefox=running)
    choose(page, "faked", "age")
    choose(page, "adult", "file")
    choose(page, "no", "places")
    return page


def test_back_and_forward_turn_the_pages_and_keep_the_answers(places: FirefoxTab) -> None:
    for way, step in (("back", "file"), ("back", "age"), ("forward", "file")):
        places.evaluate(f"() => {{ history.{way}(); }}")
        places.until(_AT, step)
    checked = "() => document.querySelector('input[name=file]:checked')?.value"
    assert places.evaluate(checked) == "no"
    path = "() => location.pathname + location.search + location.hash"
    assert places.evaluate(path) == "/report/"
    assert places.complaints == []


def test_a_reload_begins_anew(places: FirefoxTab) -> None:
    places.evaluate("() => { setTimeout(() => location.reload()); }")
    places.until(_AT, "situation")
    places.until(_LOADED)
    chosen = "() => document.querySelectorAll('input:checked').length"
    assert places.evaluate(chosen) == 0
