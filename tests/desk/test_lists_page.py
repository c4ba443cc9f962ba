"""Lists at the desk: which there are, what rests, and what others saw on a case's page."""

from datetime import datetime

import pytest
from django.test import Client

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup
from jikimi.exchange.actions import (
    import_prints,
    keep_in_step,
    let_floods_rest,
    open_partners_list,
)
from jikimi.exchange.lookups import resting_now
from jikimi.exchange.minors_models import KeptOff
from jikimi.exchange.models import (
    Entry,
    FoundByPartner,
    ListedElsewhere,
    PrintList,
    RestStep,
)
from jikimi.exchange.rules.flood import LEAST_FOR_REST
from jikimi.exchange.rules.lists import Audience
from jikimi.people.models import Partner, Staff
from jikimi.trail.models import ConsentScope
from tests.reports import PDQ

from .conftest import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(report: Report, at_noon: datetime) -> Case:
    """A case whose fingerprint is listed."""
    made = report("https://t.me/some_channel/12", consents=frozenset(ConsentScope))
    keep_in_step(made.pk, now=at_noon)
    return made


def found(now: datetime, times: int) -> FoundByPartner:
    """A platform asked so often about something near the case's entry."""
    entry = Entry.objects.get(list__origin="own")
    partner, _ = Partner.objects.get_or_create(
        name="A platform", kind="platform", defaults={"made_at": now}
    )
    return FoundByPartner.objects.create(
        partner=partner,
        entry_ref=entry.pk,
        list=entry.list,
        day=now.date(),
        times=times,
        nearest=4,
        first_at=now,
        last_at=now,
    )


@pytest.fixture
def resting(case: Case, at_noon: datetime) -> int:
    """The id of the case's entry, which floods."""
    found(at_noon, LEAST_FOR_REST)
    (entry,) = let_floods_rest(now=at_noon)
    return entry


def text(desk: Client, address: str) -> str:
    return desk.get(address).content.decode()


def test_without_a_list_it_is_said_how_one_begins(desk: Client) -> None:
    assert "There is no list yet" in text(desk, "/desk/lists/")


def test_a_partners_list_is_shown_with_who_hands_it_in(desk: Client, at_noon: datetime) -> None:
    Partner.objects.create(name="A <platform>", kind="platform", made_at=at_noon)
    open_partners_list("A <platform>", now=at_noon)
    assert "handed in by A &lt;platform&gt;" in text(desk, "/desk/lists/")


def test_every_list_is_shown_with_its_owner_size_and_last_change(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    prints = (number.to_bytes(32) for number in range(1_234))
    import_prints("known", prints, audience=Audience.HOTLINES, now=at_noon)
    shown = text(desk, "/desk/lists/")
    assert "own-reports" in shown
    assert "reports to this centre" in shown
    assert "1,234" in shown
    assert "read in by the operator" in shown
    assert "under a minute ago" in shown
    assert "Release" not in shown


def test_what_rests_is_told_on_every_page_and_released_there(
    desk: Client, case: Case, resting: int, staff: Staff
) -> None:
    assert 'Lists <span class="pill tone-warn">1</span>' in text(desk, "/desk/")
    shown = text(desk, "/desk/lists/")
    assert f"{resting:016x}" in shown
    assert case.nickname in shown
    assert str(LEAST_FOR_REST) in shown
    assert "still matches" in shown
    answer = desk.post(f"/desk/lists/{resting}/rest/", follow=True)
    assert "It rests." in answer.content.decode()
    assert resting_now() == {resting}
    answer = desk.post(f"/desk/lists/{resting}/release/", follow=True)
    assert "Released." in answer.content.decode()
    assert not resting_now()
    assert RestStep.objects.latest("pk").staff == staff


def test_what_does_not_rest_cannot_be_released(desk: Client, case: Case) -> None:
    entry = Entry.objects.get()
    assert desk.post(f"/desk/lists/{entry.pk}/release/").status_code == 404
    assert desk.post(f"/desk/lists/{entry.pk}/rest/").status_code == 404


def test_what_is_kept_off_for_a_minors_sake_waits_until_somebody_has_seen_it(
    desk: Client, case: Case, report: Report, at_noon: datetime, staff: Staff
) -> None:
    report("https://t.me/some_channel/13", age_group=AgeGroup.UNDER_18)
    keep_in_step(case.pk, now=at_noon)
    assert 'Lists <span class="pill tone-warn">1</span>' in text(desk, "/desk/")
    shown = text(desk, "/desk/lists/")
    assert "Kept off because of a minor’s report" in shown
    assert case.nickname in shown
    answer = desk.post(f"/desk/lists/kept-off/{case.nickname}/seen/", follow=True)
    assert "Noted." in answer.content.decode()
    assert "Kept off because" not in text(desk, "/desk/lists/")
    assert KeptOff.objects.get().seen_by == staff


def test_what_a_minors_report_holds_back_waits_for_a_decision_and_says_whose_it_was(
    desk: Client, report: Report, at_noon: datetime, staff: Staff
) -> None:
    minor = report("https://t.me/some_channel/13", age_group=AgeGroup.UNDER_18)
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=at_noon)
    assert 'Lists <span class="pill tone-warn">1</span>' in text(desk, "/desk/")
    shown = text(desk, "/desk/lists/")
    assert "Held back because of a minor’s report" in shown
    assert minor.nickname in shown
    assert "waits for a decision" in shown
    address = f"/desk/lists/held-back/{minor.nickname}"
    kept = desk.post(f"{address}/out/", follow=True).content.decode()
    assert "It stays out" in kept
    assert f"stays out, decided by {staff.email}" in kept
    assert 'Lists <span class="pill tone-warn">' not in kept
    returned = desk.post(f"{address}/return/", follow=True).content.decode()
    assert f"listed again, decided by {staff.email}" in returned
    assert Entry.objects.get().list.name == "known"
    assert desk.post("/desk/lists/held-back/nobody/out/").status_code == 404
    assert desk.get(f"{address}/return/").status_code == 405


def test_a_case_says_what_others_saw_and_that_it_is_no_proof(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    assert "asked about something similar" not in text(desk, f"/desk/case/{case.nickname}/")
    found(at_noon, 3)
    import_prints("known", [bytes(32)], now=at_noon)
    ListedElsewhere.objects.create(
        entry_ref=Entry.objects.get(list__origin="own").pk,
        list=PrintList.objects.get(name="known"),
        distance=7,
        found_at=at_noon,
    )
    shown = text(desk, f"/desk/case/{case.nickname}/")
    assert "A platform asked about something similar 3 times" in shown
    assert "distance 4 at the nearest" in shown
    assert "The list known holds something similar, distance 7" in shown
    assert "A match is a hint and not a proof" in shown
