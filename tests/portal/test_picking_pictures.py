"""Choosing pictures on the portal's own page, in Chromium and in Firefox."""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import cast

import pytest
from playwright.sync_api import Browser

from jikimi_core.fingerprint import pdq
from tests.firefox import Firefox
from tests.kept_browsers import firefox
from tests.pictures import chart, encoded, photo
from tests.portal.gate import AT_THE_GATE, GATE, OPEN, SHUT
from tests.portal.walking import to_the_file
from tests.served import browser_beside_the_database, served
from tests.tabs import Tab, tab

INPUT = "input[type=file]"
ROWS = """() => [...document.querySelectorAll('[data-made] li')].map((row) => [
  row.querySelector('strong').textContent, row.querySelector('span').textContent,
])"""
SETTLED = "(n) => document.querySelectorAll('[data-made] li progress[hidden]').length === n"
HELD = "() => document.querySelector('#fingerprints').value.split('\\n').filter(Boolean)"
SPOKEN = "() => document.querySelector('[role=status]').textContent"
FOCUSED = """(what) => {
  const { activeElement: here } = document;
  return (here.getAttribute('aria-label') || here.type) === what;
}"""
CANCEL = "[data-made] li:nth-child({}) button"


@pytest.fixture(scope="module", params=[browser_beside_the_database, firefox])
def browser(request: pytest.FixtureRequest) -> Iterator[Browser | Firefox]:
    start = cast(Callable[[], AbstractContextManager[Browser | Firefox]], request.param)
    with start() as running:
        yield running


@pytest.fixture
def page(db: None, browser: Browser | Firefox) -> Iterator[Tab]:
    with served() as origin, tab(browser, f"{origin}/?lang=en", before=GATE) as opened:
        to_the_file(opened)
        yield opened


def rows(page: Tab) -> list[tuple[str, str]]:
    return [(name, words) for name, words in cast(list[list[str]], page.evaluate(ROWS))]


def held(page: Tab) -> list[str]:
    return cast(list[str], page.evaluate(HELD))


def small(seed: int) -> bytes:
    return encoded(chart(seed, width=200, height=150))


def test_several_pictures_each_get_a_row_an_end_and_a_line_in_the_form(page: Tab) -> None:
    files = [small(1), b"no picture", small(2)]
    page.choose(INPUT, *files)
    page.until(SETTLED, 3)
    assert [name for name, _ in rows(page)] == ["Picture 1", "Picture 2", "Picture 3"]
    words = [words for _, words in rows(page)]
    assert words[0] == words[2] == "The fingerprint is made"
    assert "A link is enough" in words[1]
    made = [pdq.from_file(io.BytesIO(file)) for file in (files[0], files[2])]
    assert held(page) == [f"{one.hex} {one.quality}" for one in made]


def test_what_became_of_each_is_spoken_and_the_sum_at_the_end(page: Tab) -> None:
    page.choose(INPUT, small(1), b"no picture")
    page.until(SETTLED, 2)
    page.until("() => document.querySelector('[data-in-all]').hidden")
    spoken = str(page.evaluate(SPOKEN))
    assert spoken.startswith("Picture 2: ")
    assert "A link is enough" in spoken
    assert spoken.endswith("Fingerprints made: 1. The pictures stayed on this device.")


def test_one_that_waits_and_the_one_under_way_are_cancelled_and_the_other_is_made(
    page: Tab,
) -> None:
    page.evaluate(SHUT)
    page.choose(INPUT, small(1), small(2), small(3))
    page.until(AT_THE_GATE, 1)
    page.click(CANCEL.format(2))
    page.until(SETTLED, 1)
    assert rows(page)[1][1].startswith("Stopped.")
    page.click(CANCEL.format(1))
    page.until(AT_THE_GATE, 2)
    page.evaluate(OPEN)
    page.until(SETTLED, 3)
    assert [words.split(".")[0] for _, words in rows(page)] == [
        "Stopped",
        "Stopped",
        "The fingerprint is made",
    ]
    made = pdq.from_file(io.BytesIO(small(3)))
    assert held(page) == [f"{made.hex} {made.quality}"]


def test_all_are_cancelled_at_once_and_choosing_is_at_hand_again(page: Tab) -> None:
    page.evaluate(SHUT)
    page.choose(INPUT, small(1), small(2))
    page.until(AT_THE_GATE, 1)
    page.click("[data-cancel]")
    page.until(SETTLED, 2)
    page.evaluate(OPEN)
    assert all(words.startswith("Stopped.") for _, words in rows(page))
    assert held(page) == []
    page.until(FOCUSED, "file")
    page.choose(INPUT, small(3))
    page.until(SETTLED, 3)
    assert len(held(page)) == 1


def test_by_keyboard_a_picture_is_removed_and_the_focus_goes_back_to_choosing(page: Tab) -> None:
    page.choose(INPUT, small(1))
    page.until(SETTLED, 1)
    page.evaluate("() => document.querySelector('input[type=file]').focus()")
    page.press("Tab")
    page.until(FOCUSED, "Remove: Picture 1")
    page.press("Enter")
    page.until(FOCUSED, "file")
    assert rows(page) == []
    assert held(page) == []
    assert page.evaluate(SPOKEN) == "Picture 1: Removed"


def test_too_little_detail_is_explained_with_the_way_on(page: Tab) -> None:
    page.choose(INPUT, encoded(photo("coffee") // 64 + 40, "PNG"))
    page.until(SETTLED, 1)
    assert "too little detail" in rows(page)[0][1]
    assert len(held(page)) == 1
    page.until("() => !document.querySelector('[data-go-on]').hidden")


def test_the_same_picture_counts_once(page: Tab) -> None:
    page.choose(INPUT, small(1), small(1))
    page.until(SETTLED, 2)
    assert rows(page)[1][1] == "This picture already has its fingerprint."
    assert len(held(page)) == 1
    assert page.evaluate("() => document.querySelector('[data-go-on]').hidden")
