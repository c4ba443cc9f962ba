"""Another route than the rules' first: only what they would come to, and never before a hotline."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup
from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notices, hand_over_notices
from jikimi.takedown.letters import other_routes_of, preview_letter
from jikimi.takedown.models import Notice
from jikimi.trail.actions import record_consents
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import ConsentScope

from .browser import desk_in_browser
from .conftest import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
DISCORD = "https://discord.com/channels/1/2"


def draft_of(case: Case) -> Notice:
    return Notice.objects.get(sighting__case=case, state="draft")


def choose(desk: Client, notice: Notice, to: str, law: str) -> str:
    address = reverse("desk_choose_route", args=[notice.pk])
    answer = desk.post(address, {"to": to, "law": law}, follow=True)
    return " ".join(answer.content.decode().split())


def test_what_the_rules_would_come_to_may_be_chosen_and_is_drafted_instead(
    desk: Client, report: Report, staff: Staff, now
) -> None:
    case = report(DISCORD)
    first = draft_of(case)
    route = other_routes_of(first, now)[0]
    assert "The letter is in" in route.because
    page = desk.get(reverse("desk_other_routes", args=[first.pk])).content.decode()
    assert "Draft this instead" in page
    words = choose(desk, first, route.recipient_id, route.law_id or "")
    assert "is drafted instead. It waits for your yes." in words
    first.refresh_from_db()
    second = draft_of(case)
    assert first.state == "cancelled"
    assert (second.recipient_id, second.law_id) == (route.recipient_id, route.law_id or "")
    assert second.chosen_by == staff
    assert second.because.startswith("Because a caseworker chose ")
    assert preview_letter(second, now).missing == ()
    chosen = [one.payload for one in entries_of(case.pk) if one.payload["event"] == "route chosen"]
    assert [one["notice"] for one in chosen] == [str(second.pk)]


def test_a_chosen_route_goes_out_like_any_other(desk: Client, report: Report, staff, now) -> None:
    case = report(DISCORD)
    open_now = [one for one in other_routes_of(draft_of(case), now) if one.may_send]
    assert open_now
    choose(desk, draft_of(case), open_now[0].recipient_id, open_now[0].law_id or "")
    second = draft_of(case)
    go = approve_notices if second.channel else hand_over_notices
    go([second.pk], staff=staff, now=now + timedelta(minutes=1))
    second.refresh_from_db()
    assert second.state in {"approved", "sent"}


def test_a_route_that_the_rules_would_never_take_is_refused(desk: Client, report: Report) -> None:
    case = report(DISCORD)
    for to, law in (("telegram", "eu-dsa-16"), ("nobody", ""), ("discord", "no-such-law")):
        assert "This route is not open any more" in choose(desk, draft_of(case), to, law)
    assert draft_of(case).recipient_id == "discord"


def test_in_a_minors_case_nobody_comes_before_the_hotline(
    desk: Client, report: Report, now
) -> None:
    notice = draft_of(report(DISCORD, age_group=AgeGroup.NOT_SURE))
    assert other_routes_of(notice, now) == ()
    page = desk.get(reverse("desk_other_routes", args=[notice.pk])).content.decode()
    assert "a hotline is told first" in page
    assert "This route is not open any more" in choose(desk, notice, "discord", "eu-dsa-16")


def test_without_her_consent_no_route_is_open(desk: Client, report: Report, now) -> None:
    case = report(DISCORD)
    record_consents(case.pk, [ConsentScope.PLATFORMS], granted=False, at=now, actor="reporter")
    assert other_routes_of(draft_of(case), now) == ()


def test_r_leads_to_the_other_routes_of_the_open_case(desk: Client, report: Report) -> None:
    case = report(DISCORD)
    with desk_in_browser(desk, f"/desk/case/{case.nickname}/?show=approve") as shown:
        shown.press("r")
        shown.page.wait_for_url("**/other/?show=approve")
        shown.page.get_by_role("button", name="Draft this instead").first.click()
        shown.page.wait_for_url(f"**/desk/case/{case.nickname}/?show=approve")
        expect(shown.page.locator("#case")).to_contain_text("is drafted instead.")
        assert shown.complaints == []
