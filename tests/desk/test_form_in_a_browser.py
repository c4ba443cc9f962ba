"""The page of a notice handed over by hand, in a real browser."""

import pytest
from django.test import Client
from django.urls import reverse

from jikimi.takedown.models import Notice

from .conftest import Report
from .test_in_a_browser import shown
from .test_notice_acts import X

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
Pages = dict[str, tuple[str, str]]


@pytest.fixture
def path(report: Report) -> str:
    report(f"https://x.com/{'long' * 60}", X)
    notice = Notice.objects.filter(sighting__address=X).get()
    return reverse("desk_form", args=[notice.pk])


@pytest.fixture
def pages(desk: Client, path: str) -> Pages:
    answer = desk.get(path)
    return {path: (answer.content.decode(), answer["Content-Security-Policy"])}


def test_a_button_beside_each_field_gives_its_text_to_paste(pages: Pages, path: str) -> None:
    with shown(pages, path) as seen:
        button = seen.page.locator("[data-copy]").first
        button.click()
        wanted = seen.page.locator(f"#{button.get_attribute('data-copy')}").inner_text()
        assert wanted == X
        # This origin has no clipboard, so the text is selected for the hand that copies it.
        assert str(seen.page.evaluate("getSelection().toString()")).strip() == wanted
        assert seen.complaints == []


@pytest.mark.parametrize("width", [320, 360, 800, 1280])
def test_it_is_no_wider_than_its_screen(pages: Pages, path: str, width: int) -> None:
    with shown(pages, path, width=width) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") == width
        assert seen.complaints == []


def test_nothing_is_submitted_before_each_step_is_ticked(pages: Pages, path: str) -> None:
    with shown(pages, path) as seen:
        submit = seen.page.get_by_role("button", name="Submitted")
        submit.click()
        assert seen.page.evaluate("document.activeElement.name") == "step"
        for step in seen.page.locator("input[name=step]").all():
            step.check()
        assert seen.page.evaluate("document.getElementById('handed-over').checkValidity()")
