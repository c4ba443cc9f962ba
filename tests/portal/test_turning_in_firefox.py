"""The browser's own Back, Forward and Reload while reporting, in Debian's Firefox."""

from collections.abc import Iterator

import pytest

from tests.firefox import Firefox
from tests.kept_browsers import firefox
from tests.portal.test_in_a_browser import origin

__all__ = ["origin"]
_AT = "step => document.querySelector('#step [name=step]')?.value === step"
_ANSWER = "value => document.querySelector(`input[value=${value}]`).click()"


@pytest.fixture(scope="module")
def running() -> Iterator[Firefox]:
    with firefox() as started:
        yield started


def at(page: Firefox, step: str) -> None:
    page.order("until", code=_AT, argument=step)


def choose(page: Firefox, value: str, then: str) -> None:
    page.order("evaluate", code=_ANSWER, argument=value)
    page.order("click", selector="button[value=next]")
    at(page, then)


@pytest.fixture
def places(running: Firefox, origin: str) -> Firefox:
    """A page that has come to the question where it is."""
    running.order("open", url=f"{origin}/report/")
    choose(running, "faked", "age")
    choose(running, "adult", "file")
    choose(running, "no", "places")
    return running


def test_back_and_forward_turn_the_pages_and_keep_the_answers(places: Firefox) -> None:
    for way, step in (("back", "file"), ("back", "age"), ("forward", "file")):
        places.order("evaluate", code=f"() => {{ history.{way}(); }}")
        at(places, step)
    checked = "() => document.querySelector('input[name=file]:checked')?.value"
    assert places.order("evaluate", code=checked) == "no"
    path = "() => location.pathname + location.search + location.hash"
    assert places.order("evaluate", code=path) == "/report/"
    assert places.order("complaints") == []


def test_a_reload_begins_anew(places: Firefox) -> None:
    places.order("evaluate", code="() => { setTimeout(() => location.reload()); }")
    at(places, "situation")
    chosen = "() => document.querySelectorAll('input:checked').length"
    assert places.order("evaluate", code=chosen) == 0
