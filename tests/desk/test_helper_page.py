"""The desk says who reported for her, and takes what a caseworker has found out."""

import pytest
from django.test import Client

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup, Authority, Relation
from tests.desk.conftest import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
LINK = "https://t.me/some_channel/12"


def page_of(desk: Client, case: Case) -> str:
    return " ".join(desk.get(f"/desk/case/{case.nickname}/").content.decode().split())


def press(desk: Client, case: Case, tail: str = "", **ticked: str) -> str:
    answer = desk.post(f"/desk/case/{case.nickname}/authority/{tail}", ticked, follow=True)
    return " ".join(answer.content.decode().split())


def helped(report: Report, **changes: object) -> Case:
    said = {"helper": Relation.FRIEND, "authority": Authority.NOT_ASKED}
    return report(LINK, **said | changes)


def test_her_own_report_says_nothing_of_it(desk: Client, report: Report) -> None:
    assert "Reported by" not in page_of(desk, report(LINK))


def test_a_friends_report_says_that_nothing_goes_out_and_why(desk: Client, report: Report) -> None:
    page = page_of(desk, helped(report))
    assert "Reported by a friend" in page
    assert "nothing goes out" in page
    assert "She does not know of it yet, or has not agreed." in page
    assert "it is not known that she agrees, nobody is written to" in page


def test_what_was_found_out_is_noted_shown_and_taken_back(desk: Client, report: Report) -> None:
    case = helped(report)
    assert "Not noted" in press(desk, case)
    page = press(desk, case, ground="she_agrees")
    assert "Confirmed here: She knows and agrees" in page
    assert "authority confirmed" in page
    page = press(desk, case, "back/")
    assert "nothing goes out" in page
    assert "authority taken back" in page


@pytest.mark.parametrize("ground", ["carer_agrees", "duty"])
def test_a_carers_word_and_a_duty_are_offered_for_a_minor_only(
    desk: Client, report: Report, ground: str
) -> None:
    adult = helped(report)
    assert f'value="{ground}"' not in page_of(desk, adult)
    assert "only her own word counts" in press(desk, adult, ground=ground)
    child = helped(report, age_group=AgeGroup.NOT_SURE)
    assert f'value="{ground}"' in page_of(desk, child)
    assert "may go out" in press(desk, child, ground=ground)


def test_an_unknown_case_and_a_stranger_get_nothing(desk: Client, report: Report) -> None:
    assert desk.post("/desk/case/no-such-1/authority/").status_code == 404
    assert desk.post("/desk/case/no-such-1/authority/back/").status_code == 404
    case = helped(report)
    assert desk.get(f"/desk/case/{case.nickname}/authority/").status_code == 405
    Client().post(f"/desk/case/{case.nickname}/authority/", {"ground": "she_agrees"})
    case.refresh_from_db()
    assert not case.may_be_acted_on
