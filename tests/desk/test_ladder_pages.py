"""The desk shows who is next and why, and whom a registry named."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client

from jikimi.cases.models import Case
from jikimi.people.models import Staff
from jikimi.takedown.actions import ask_registries_about, remind_of_clocks
from jikimi.takedown.models import Notice
from jikimi.takedown.outcomes import forget_effects
from jikimi.takedown.rdap import RegistryContact
from jikimi.takedown.rdap.models import FoundContact
from jikimi.takedown.rules.notice import NoticeState
from tests.contracts.rdap_registry import SITE, RememberedRegistries
from tests.desk.conftest import Report

LINK = "https://t.me/some_channel/12"


@pytest.fixture(autouse=True)
def _own_figures() -> Iterator[None]:
    forget_effects()
    yield
    forget_effects()


def page_of(desk: Client, case: Case) -> str:
    return desk.get(f"/desk/case/{case.nickname}/").content.decode()


def sent(case: Case, at: datetime) -> Notice:
    notice = Notice.objects.get(sighting__case=case)
    due = at + timedelta(hours=72)
    Notice.objects.filter(pk=notice.pk).update(
        state=NoticeState.SENT, sent_at=at, due_at=due, remind_at=at + timedelta(hours=54)
    )
    return notice


def test_a_notice_under_way_says_who_is_next_and_why(
    desk: Client, report: Report, at_noon: datetime
) -> None:
    case = report(LINK)
    assert "Next, if this leads nowhere" not in page_of(desk, case)
    sent(case, at_noon)
    page = page_of(desk, case)
    assert "Next, if this leads nowhere: a notice to Telegram." in page
    assert "TAKE IT DOWN Act" in page.partition("Next, if this leads nowhere")[2]


def test_at_the_top_of_the_ladder_the_page_says_so(
    desk: Client, report: Report, at_noon: datetime
) -> None:
    case = report(LINK, consents=frozenset())
    place = case.sightings.get()
    Notice.objects.create(
        sighting=place,
        recipient_id="telegram",
        recipient_name="Telegram",
        law_id="eu-dsa-16",
        route_type="email",
        because="Because.",
        state=NoticeState.OVERDUE,
        drafted_at=at_noon,
        sent_at=at_noon,
        due_at=at_noon,
    )
    assert "No notice follows by itself if this leads nowhere." in page_of(desk, case)


def test_a_reminder_is_said_on_the_card_and_in_the_queue(
    desk: Client, report: Report, at_noon: datetime
) -> None:
    case = report(LINK)
    sent(case, at_noon - timedelta(hours=60))
    assert "three quarters" not in page_of(desk, case)
    remind_of_clocks(at_noon)
    assert "three quarters of the time are over" in page_of(desk, case)
    assert "runs out in 12 h" in desk.get("/desk/").content.decode()


def test_a_found_address_is_shown_with_its_source_and_confirmed_by_a_person(
    desk: Client, report: Report, at_noon: datetime
) -> None:
    case = report(f"https://{SITE}/her-name")
    place = case.sightings.get()
    assert "registries are asked" in page_of(desk, case)
    ask_registries_about(place.pk, RememberedRegistries(), now=at_noon)
    page = page_of(desk, case)
    assert "abuse@hoster.example" in page
    assert "https://registry.example/ip/192.0.2.7" in page
    assert "to its host" in page
    assert "Approve and send" not in page

    contact = FoundContact.objects.get(kind="host")
    answer = desk.post(f"/desk/sighting/{place.pk}/contact/{contact.pk}/", follow=True)
    assert "Notices to Example Hosting may be approved" in answer.content.decode()
    assert "Approve and send" in page_of(desk, case)
    contact.refresh_from_db()
    assert contact.confirmed_by is not None


def test_an_address_that_is_not_theirs_is_said_so_and_the_next_step_drafted(
    desk: Client, report: Report, at_noon: datetime
) -> None:
    case = report(f"https://{SITE}/her-name")
    place = case.sightings.get()
    ask_registries_about(place.pk, RememberedRegistries(), now=at_noon)
    contact = FoundContact.objects.get(kind="host")
    address = f"/desk/sighting/{place.pk}/contact/{contact.pk}/"
    desk.post(address)
    assert "Nothing goes to abuse@hoster.example any more" in page_of(desk, case)

    answer = desk.post(f"{address}deny/", follow=True)
    page = answer.content.decode()
    assert "Nothing is sent to abuse@hoster.example any more" in page
    assert "not theirs" in page
    assert "to its registrar" in page
    assert f'action="{address}deny/' not in page
    assert f'action="{address}"' in page
    unknown = desk.post(f"/desk/sighting/{place.pk}/contact/{place.pk}/deny/", follow=True)
    assert "not, or no longer, among those" in unknown.content.decode()


def test_an_address_that_nobody_found_is_not_confirmed(desk: Client, report: Report) -> None:
    place = report(LINK).sightings.get()
    answer = desk.post(f"/desk/sighting/{place.pk}/contact/{place.pk}/", follow=True)
    assert "not, or no longer, among those" in answer.content.decode()


def test_an_address_that_an_entry_stands_for_is_shown_so_and_not_confirmed(
    desk: Client, report: Report, at_noon: datetime
) -> None:
    case = report(f"https://{SITE}/her-name")
    registry = RegistryContact(
        kind="host", name="A Network", email="abuse@cloudflare.com", source="https://r.example/ip/1"
    )
    ask_registries_about(case.sightings.get().pk, RememberedRegistries(registry), now=at_noon)
    page = page_of(desk, case)
    assert "Cloudflare stands for it" in page
    assert "This is their address for abuse" not in page


def test_an_address_is_entered_by_one_and_confirmed_by_another(
    desk: Client, report: Report, at_noon: datetime
) -> None:
    case = report(f"https://{SITE}/her-name")
    place = case.sightings.get()
    page = page_of(desk, case)
    address = f"/desk/sighting/{place.pk}/contact/"
    assert f'href="{address}' in page
    assert "Who runs" in desk.get(address).content.decode()

    typed = {
        "kind": "site_operator",
        "name": "Pictures Ltd",
        "email": "abuse@cloudflare.com",
        "source": "https://operator.example/imprint",
    }
    refused = desk.post(f"{address}keep/", typed)
    assert refused.status_code == 422
    assert "domain of Cloudflare, whose entry stands for it" in refused.content.decode()
    kept = desk.post(f"{address}keep/", typed | {"email": "abuse@operator.example"}, follow=True)
    page = kept.content.decode()
    assert "It counts once somebody else has confirmed it" in page
    assert "abuse@operator.example" in page
    assert "This is their address for abuse" not in page

    contact = FoundContact.objects.get()
    answer = desk.post(f"{address}{contact.pk}/", follow=True)
    assert "Somebody else of the staff has to say yes" in answer.content.decode()
    other = Staff.objects.create_staff(email="second@centre.example", password="long enough")
    FoundContact.objects.update(entered_by=other)
    assert "This is their address for abuse" in page_of(desk, case)
    answer = desk.post(f"{address}{contact.pk}/", follow=True)
    assert "Notices to Pictures Ltd may be approved" in answer.content.decode()
    assert Notice.objects.get().rung == "operator"


def test_no_address_is_entered_for_a_platform_that_answers_itself(
    desk: Client, report: Report
) -> None:
    case = report(LINK)
    assert "Enter another address" not in page_of(desk, case)
    assert desk.get(f"/desk/sighting/{case.sightings.get().pk}/contact/").status_code == 404
