"""At the desk: where she lives and how the picture came about, once she has said so."""

import pytest
from django.test import Client

from jikimi.cases.models import Case
from jikimi.cases.rules import Situation
from jikimi.takedown.models import Notice
from tests.desk.conftest import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
LINK = "https://t.me/some_channel/12"


def page_of(desk: Client, case: Case) -> str:
    return " ".join(desk.get(f"/desk/case/{case.nickname}/").content.decode().split())


def press(desk: Client, case: Case, what: str, **said: str) -> str:
    answer = desk.post(f"/desk/case/{case.nickname}/{what}/", said, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_her_country_is_assumed_until_she_has_said_it(desk: Client, report: Report) -> None:
    case = report(LINK)
    page = page_of(desk, case)
    assert "Where she lives is not said: KR is assumed" in page
    assert "Laws or hotlines here ask about AU, " in page
    page = press(desk, case, "country", country="au")
    assert "Noted that she lives in AU. What has not left is chosen anew" in page
    assert "· lives in AU ·" in page
    assert "Notice to eSafety Commissioner" in page
    assert "country noted" in page
    page = press(desk, case, "country", country="")
    assert "Noted that she has not said where." in page
    assert "KR is assumed" in page


@pytest.mark.parametrize("country", ["AUS", "A", "ＡＵ", "1A", "A\n"])
def test_what_is_no_country_is_not_noted(desk: Client, report: Report, country: str) -> None:
    case = report(LINK)
    assert "a country is two letters" in press(desk, case, "country", country=country)
    assert Case.objects.get().country == ""


def test_a_country_of_which_no_pack_knows_is_fine(desk: Client, report: Report) -> None:
    case = report(LINK)
    assert "lives in ZM" in press(desk, case, "country", country="ZM")
    assert Notice.objects.get().recipient_id == "telegram"


def test_how_the_picture_came_about_is_noted_and_taken_back(desk: Client, report: Report) -> None:
    case = report(LINK, situation=Situation.POSTED)
    assert "Is it a fake or a recording?" in page_of(desk, case)
    page = press(desk, case, "origin", origin="recording")
    assert "recorded or shared without consent" in page
    assert "Is it a fake or a recording?" not in page
    assert "without saying how it came about" in press(desk, case, "origin", origin="")
    assert "choose what she said" in press(desk, case, "origin", origin="art")


def test_a_case_that_has_ended_is_not_asked_about(desk: Client, report: Report, at_noon) -> None:
    case = report(LINK)
    Case.objects.update(status="closed", closed_at=at_noon)
    assert "Where she lives" not in page_of(desk, case)
    assert "This case is not open" in press(desk, case, "country", country="AU")


def test_an_unknown_case_and_a_stranger_get_nothing(desk: Client, report: Report) -> None:
    assert desk.post("/desk/case/no-such-1/country/", {"country": "AU"}).status_code == 404
    assert desk.get("/desk/case/no-such-1/origin/").status_code == 405
    case = report(LINK)
    for what in ("country", "origin"):
        answer = Client().post(f"/desk/case/{case.nickname}/{what}/", {what: ""})
        assert answer.status_code == 302
        assert "login" in answer["Location"]


def test_who_reported_a_fake_is_not_asked_again(desk: Client, report: Report) -> None:
    page = page_of(desk, report(LINK, situation=Situation.FAKED))
    assert "Is it a fake or a recording?" not in page
    assert "A real recording, made or shared without consent" in page
