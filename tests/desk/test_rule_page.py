"""What goes by itself, on the desk: two people in two browsers, and what each switch would do."""

import pytest
from django.test import Client

from jikimi.people.models import Staff
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.by_rule import Switch
from jikimi.takedown.switches.lookups import switched_on
from jikimi.takedown.switches.models import SwitchChange
from tests.desk.conftest import PASSWORD, Report, connect_app, type_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
LINK = "https://t.me/some_channel/12"


@pytest.fixture
def colleague() -> Client:
    """Another caseworker in another browser."""
    browser = Client()
    jun = Staff.objects.create_staff(email="jun@centre.example", password=PASSWORD)
    type_password(browser, jun)
    connect_app(browser)
    return browser


def press(browser: Client, tail: str, **typed: str) -> str:
    answer = browser.post(f"/desk/by-itself/{tail}", typed, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def wish() -> int:
    return SwitchChange.objects.get(state="proposed").pk


def test_the_page_says_what_never_goes_and_what_a_switch_would_do(
    desk: Client, report: Report
) -> None:
    report(LINK)
    page = " ".join(desk.get("/desk/by-itself/").content.decode().split())
    assert "a minor’s case, copyright" in page
    assert page.count("waits for a yes</span>") == len(Switch)
    assert "Drafts that wait now and would have gone: 1." in page


def test_one_proposes_and_another_switches_on(
    desk: Client, colleague: Client, report: Report
) -> None:
    for switch in ("platform", "first_notice"):
        assert "Somebody else has to confirm" in press(desk, f"{switch}/on/", why="Always alike.")
        assert "It is on" in press(colleague, f"change/{wish()}/yes/")
    assert switched_on() == {Switch.PLATFORM, Switch.FIRST_NOTICE}
    case = report(LINK)
    notice = Notice.objects.get(sighting__case=case)
    assert (notice.state, notice.approved_by_rule) == ("approved", "rung platform")
    page = desk.get(f"/desk/case/{case.nickname}/").content.decode()
    assert "by itself (rung platform)" in page
    assert "rule: rung platform" in page
    assert (
        "Gone by this rule in the last 30 days: 1." in desk.get("/desk/by-itself/").content.decode()
    )


def test_who_proposed_it_cannot_confirm_it_even_by_a_forged_press(desk: Client) -> None:
    press(desk, "host/on/", why="Always alike.")
    assert "Somebody else has to confirm it" in press(desk, f"change/{wish()}/yes/")
    assert switched_on() == frozenset()
    assert "Refused. Nothing was changed." in press(desk, f"change/{wish()}/no/")


def test_the_other_may_refuse(desk: Client, colleague: Client) -> None:
    press(desk, "host/on/", why="Always <b>alike</b>.")
    page = colleague.get("/desk/by-itself/").content.decode()
    assert "Always &lt;b&gt;alike&lt;/b&gt;." in page
    press(colleague, f"change/{wish()}/no/")
    assert switched_on() == frozenset()


def test_one_person_switches_off_at_once(desk: Client, colleague: Client, report: Report) -> None:
    for switch in ("platform", "first_notice"):
        press(desk, f"{switch}/on/", why="Always alike.")
        press(colleague, f"change/{wish()}/yes/")
    assert "It is off." in press(desk, "platform/off/", why="Not so alike.")
    notice = Notice.objects.get(sighting__case=report(LINK))
    assert notice.state == "draft"


def test_a_switch_without_a_reason_or_that_does_not_exist_is_refused(desk: Client) -> None:
    assert "Say why" in press(desk, "host/on/", why=" ")
    assert desk.post("/desk/by-itself/police/on/", {"why": "x"}).status_code == 404
    assert "does not wait any more" in press(desk, "change/99/yes/")
    assert not SwitchChange.objects.exists()
