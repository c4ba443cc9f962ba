"""Who runs a host: what the registries gave out and what colleagues entered, and what follows."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    ask_registries_about,
    confirm_contact,
    take_up_new_places,
)
from jikimi.takedown.contacts import packs_for
from jikimi.takedown.errors import AnEntrysAddress
from jikimi.takedown.models import Notice
from jikimi.takedown.rdap import RegistryContact
from jikimi.takedown.rdap.models import FoundContact
from tests.contracts.other_sides import write_keys
from tests.contracts.rdap_registry import SITE, RememberedRegistries
from tests.reports import a_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _abroad(platform: StandinPlatform, settings: Settings) -> None:
    """A centre whose country has no authority that is asked beside others."""
    settings.CENTRE_COUNTRY = "US"


@pytest.fixture
def report(now: datetime) -> Callable[..., Sighting]:
    """A report about a link that no entry answers for: its place."""

    def receive(host: str = SITE, **changes: object) -> Sighting:
        place = read_place(f"https://{host}/pictures/1")
        case: Case = receive_report(a_report(places=(place,), **changes), now=now).case
        take_up_new_places(case.pk, now=now)
        return case.sightings.get()

    return receive


def host_at(email: str) -> RememberedRegistries:
    contact = RegistryContact(
        kind="host", name="A Network", email=email, source="https://registry.example/ip/192.0.2.7"
    )
    return RememberedRegistries(contact)


# --- An address that an entry stands for


@pytest.mark.parametrize(
    ("email", "recipient", "rung"),
    [
        ("abuse@cloudflare.com", "cloudflare", "cdn"),
        ("abuse@mail.cloudflare.com", "cloudflare", "cdn"),
        ("abuse@amazonaws.com", "aws", "host"),
        ("trustandsafety@support.aws.com", "aws", "host"),
    ],
)
def test_an_entry_stands_for_a_found_address_in_its_domains_and_nothing_is_mailed_there(
    email: str,
    recipient: str,
    rung: str,
    report: Callable[..., Sighting],
    tmp_path: Path,
    settings: Settings,
    now: datetime,
) -> None:
    write_keys(tmp_path, settings)
    sighting = report()

    ask_registries_about(sighting.pk, host_at(email), now=now)

    notice = Notice.objects.get()
    assert (notice.recipient_id, notice.rung) == (recipient, rung)
    assert (notice.route_type, notice.channel) == ("api", recipient)
    known = packs_for(sighting).recipients.values()
    assert email not in {route.address for one in known for route in one.routes}


def test_a_look_alike_of_an_entrys_domain_is_a_contact_of_its_own(
    report: Callable[..., Sighting], now: datetime
) -> None:
    ask_registries_about(report().pk, host_at("abuse@evil-cloudflare.com"), now=now)

    notice = Notice.objects.get()
    assert (notice.rung, notice.address) == ("host", "abuse@evil-cloudflare.com")
    assert notice.why_not


def test_an_address_that_an_entry_stands_for_is_not_confirmed(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    sighting = report()
    ask_registries_about(sighting.pk, host_at("abuse@cloudflare.com"), now=now)

    with pytest.raises(AnEntrysAddress, match="Cloudflare"):
        confirm_contact(FoundContact.objects.get().pk, sighting.pk, staff=staff, now=now)
