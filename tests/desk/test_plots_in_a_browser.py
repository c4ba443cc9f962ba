"""The pictures in a real browser: one of two widths is seen, has a name, and obeys the policy."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from playwright.sync_api import expect

from jikimi.takedown.models import Notice
from jikimi.takedown.outcomes import forget_effects
from tests.desk.conftest import Report
from tests.desk.past_notices import past_notice
from tests.desk.test_in_a_browser import shown

pytestmark = pytest.mark.django_db
BOARD, TELEGRAM = "/desk/recipients/", "/desk/recipients/telegram/"
Pages = dict[str, tuple[str, str]]


@pytest.fixture(autouse=True)
def _own_figures() -> Iterator[None]:
    forget_effects()
    yield
    forget_effects()


@pytest.fixture
def paths() -> list[str]:
    """Filled by `pages`: the case, its notice, the board, a recipient."""
    return []


@pytest.fixture
def pages(desk: Client, report: Report, at_noon: datetime, paths: list[str]) -> Pages:
    case = report("https://t.me/some_channel/12", "https://x.com/somebody/1")
    notice = Notice.objects.get(sighting__host="t.me")
    for days in (20, 21, 22, 23, 24, 25, 26):
        past_notice(case, at_noon - timedelta(days=days), 10 + days)
    forget_effects()
    paths += [f"/desk/case/{case.nickname}/", f"/desk/notice/{notice.pk}/", BOARD, TELEGRAM]
    answers = {path: desk.get(path) for path in paths}
    return {
        path: (answer.content.decode(), answer["Content-Security-Policy"])
        for path, answer in answers.items()
    }


@pytest.mark.parametrize("width", [360, 1280])
def test_each_picture_has_a_name_fits_its_page_and_breaks_no_policy(
    pages: Pages, paths: list[str], width: int
) -> None:
    case, notice, board, recipient = paths
    for path, count in ((case, 1), (notice, 1), (board, 2), (recipient, 2)):
        with shown(pages, path, width=width) as seen:
            pictures = seen.page.get_by_role("img")
            assert pictures.count() == count
            for picture in pictures.all():
                assert len(picture.get_attribute("aria-label") or "") > 30
                box = picture.bounding_box()
                assert box is not None
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= width
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
            assert seen.complaints == []


def test_no_two_words_of_a_lane_lie_over_each_other(pages: Pages, paths: list[str]) -> None:
    for width in (360, 1280):
        with shown(pages, paths[0], width=width) as seen:
            touching = seen.page.evaluate(
                """() => [...document.querySelectorAll("svg.drawing g")].flatMap((lane) => {
                  const boxes = [...lane.querySelectorAll("text")]
                    .map((words) => words.getBoundingClientRect())
                    .filter((box) => box.width > 0);
                  return boxes.flatMap((one, i) => boxes.slice(i + 1).filter((other) =>
                    one.left < other.right && other.left < one.right &&
                    one.top + 3 < other.bottom && other.top + 3 < one.bottom));
                }).length"""
            )
            assert touching == 0


def test_the_table_behind_a_picture_opens_without_a_script(pages: Pages, paths: list[str]) -> None:
    with shown(pages, paths[0]) as seen:
        table = seen.page.get_by_role("region", name="Timeline as a table")
        expect(table).to_be_hidden()
        seen.page.get_by_text("The same as a table").click()
        expect(table).to_be_visible()
        assert seen.posted == []
