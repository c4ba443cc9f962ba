"""The queue in a real browser: keys, answers in place, and all of it without scripts."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from playwright.sync_api import expect

from jikimi.cases.models import Case
from jikimi.takedown.models import Notice

from .browser import Desk, desk_in_browser
from .conftest import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
Opened = Callable[..., AbstractContextManager[Desk]]
# So quick that the browser has neither told that it was closed nor taken the focus out of it.
ASKED_AGAIN_AT_ONCE = """() => {
  const pressed = () => new KeyboardEvent('keydown', { key: 'a', bubbles: true });
  document.activeElement.dispatchEvent(pressed());
  document.querySelector('#ask').close();
  document.activeElement.dispatchEvent(pressed());
}"""


@pytest.fixture
def opened(desk: Client) -> Opened:
    """Open an address of the desk in a browser."""
    return lambda path, **how: desk_in_browser(desk, path, **how)


@pytest.fixture
def cases(report: Report) -> list[Case]:
    """Three cases, in the order of the queue: their clocks and times are the same."""
    made = [report(f"https://t.me/some_channel/{number}") for number in range(3)]
    return sorted(made, key=lambda case: case.pk)


def state_of(case: Case) -> str:
    return Notice.objects.get(sighting__case=case).state


def test_enter_opens_a_case_beside_the_list_and_j_goes_on(
    opened: Opened, cases: list[Case]
) -> None:
    with opened("/desk/") as desk:
        desk.press("j", "j", "Enter")
        desk.page.wait_for_selector(f"#case[data-case={cases[1].nickname}]")
        assert desk.page.url == f"{desk.origin}/desk/case/{cases[1].nickname}/"
        assert desk.page.title() == f"{cases[1].nickname} – Jikimi"
        assert desk.page.locator("[data-row]:visible").count() == 3
        assert desk.page.get_attribute("[aria-current=true]", "id") == f"row-{cases[1].nickname}"
        desk.press("j")
        assert desk.focused() == f"/desk/case/{cases[2].nickname}/"
        assert desk.complaints == []


def test_a_asks_once_with_the_letter_and_the_row_says_what_became_of_it(
    opened: Opened, cases: list[Case]
) -> None:
    with opened(f"/desk/case/{cases[0].nickname}/?show=approve") as desk:
        desk.press("a")
        asked = desk.page.locator("#ask[open]")
        expect(asked).to_contain_text("Send this letter to Telegram, abuse@telegram.org?")
        expect(asked).to_contain_text("Test centre")
        desk.press("Escape")
        expect(asked).to_have_count(0)
        assert (desk.posted, state_of(cases[0])) == ([], "draft")
        desk.page.evaluate(ASKED_AGAIN_AT_ONCE)
        desk.page.get_by_role("button", name="Yes, send it").click()
        said = desk.page.locator("#case .messages")
        expect(said).to_contain_text("The notice to Telegram goes out now.")
        assert state_of(cases[0]) == "approved"
        expect(desk.page.locator(f"#row-{cases[0].nickname}")).to_contain_text("on its way")
        assert desk.page.inner_text("#parts li:nth-child(3)").split()[-1] == "2"
        assert desk.page.url.endswith("?show=approve")
        assert len(desk.posted) == 1
        assert desk.complaints == []


def test_the_way_back_keeps_part_and_search_and_the_browser_keeps_no_page(
    opened: Opened, cases: list[Case]
) -> None:
    with opened("/desk/?show=approve&q=t.me") as desk:
        desk.press("j", "Enter")
        desk.page.wait_for_selector("#case[data-case]")
        assert desk.page.url.endswith("/?show=approve&q=t.me")
        desk.page.go_back()
        desk.page.wait_for_selector("#case:not([data-case])", state="attached")
        assert desk.page.url == f"{desk.origin}/desk/?show=approve&q=t.me"
        kept = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"
        assert "<" not in desk.page.evaluate(kept)


def test_the_desk_works_without_scripts(opened: Opened, cases: list[Case]) -> None:
    with opened("/desk/?show=approve", scripts=False) as desk:
        desk.page.click(f"#row-{cases[0].nickname}")
        desk.page.get_by_role("button", name="Approve and send").click()
        expect(desk.page.locator("main")).to_contain_text("The notice to Telegram goes out now.")
        assert state_of(cases[0]) == "approved"
        expect(desk.page.locator("#parts [aria-current]")).to_contain_text("To approve")
