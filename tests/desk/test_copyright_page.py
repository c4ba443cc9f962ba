"""The desk asks whether the pictures are her own work, with the warning first."""

import pytest
from django.test import Client

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup, Situation
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import LawId
from tests.desk.conftest import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
LINK = "https://t.me/some_channel/12"
BOTH = {"made_by_her": "on", "warned": "on"}


def page_of(desk: Client, case: Case) -> str:
    return " ".join(desk.get(f"/desk/case/{case.nickname}/").content.decode().split())


def press(desk: Client, case: Case, tail: str, **ticked: str) -> str:
    answer = desk.post(f"/desk/case/{case.nickname}/copyright/{tail}", ticked, follow=True)
    return " ".join(answer.content.decode().split())


def test_the_warning_is_read_before_anything_is_noted(desk: Client, report: Report) -> None:
    page = page_of(desk, report(LINK, situation=Situation.POSTED))
    law = packs_in_use().laws[LawId("us-dmca-512")]
    assert law.false_statement is not None
    assert " ".join(law.false_statement["en"].split()) in page
    assert "may pass the notice on to the person who posted the picture" in page
    assert "may publish it" in page
    assert "names an owner or agent" in page


@pytest.mark.parametrize("missing", sorted(BOTH))
def test_both_have_to_be_ticked(desk: Client, report: Report, missing: str) -> None:
    case = report(LINK, situation=Situation.POSTED)
    ticked = {name: on for name, on in BOTH.items() if name != missing}
    assert "Not noted" in press(desk, case, "", **ticked)
    case.refresh_from_db()
    assert case.copyright_confirmed_at is None


def test_her_word_is_noted_shown_and_taken_back(desk: Client, report: Report) -> None:
    case = report(LINK, situation=Situation.POSTED)
    page = press(desk, case, "", **BOTH)
    assert "Copyright may be a basis" in page
    assert "She takes it back" in page
    assert "copyright confirmed" in page
    page = press(desk, case, "back/")
    assert "Taken back." in page
    assert "She takes it back" not in page


def test_a_minors_page_does_not_speak_of_copyright_and_takes_none(
    desk: Client, report: Report
) -> None:
    case = report(LINK, situation=Situation.POSTED, age_group=AgeGroup.NOT_SURE)
    assert "opyright" not in page_of(desk, case)
    assert "never a basis" in press(desk, case, "", **BOTH)


def test_for_a_fake_there_is_nothing_to_ask(desk: Client, report: Report) -> None:
    page = page_of(desk, report(LINK))
    assert "nothing to ask her" in page
    assert "made_by_her" not in page


def test_an_unknown_case_and_a_stranger_get_nothing(desk: Client) -> None:
    assert desk.post("/desk/case/no-such-1/copyright/", BOTH).status_code == 404
    assert desk.get("/desk/case/no-such-1/copyright/").status_code == 405
    assert Client().post("/desk/case/no-such-1/copyright/", BOTH).status_code == 302
