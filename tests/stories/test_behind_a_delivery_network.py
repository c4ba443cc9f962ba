"""A site behind Cloudflare: asked by its interface, unseen by the site, and then its host.

The interface is a stand-in built from what Cloudflare publishes; the mail is real.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from pytest_django import Settings

from jikimi.cases.rules import read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    ask_registries_about,
    confirm_contact,
    dispatch_ready,
    enter_contact,
    escalate_due,
    record_reply,
    take_up_new_places,
)
from jikimi.takedown.actions.found_contacts import TypedContact
from jikimi.takedown.channels import channels
from jikimi.takedown.models import Notice
from jikimi.takedown.rdap import RegistryContact
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.trail.lookups import entries_of
from jikimi.venues.pack_files import SHIPPED
from tests.contracts.interfaces import Interface
from tests.contracts.other_sides import write_keys
from tests.contracts.rdap_registry import SITE, RememberedRegistries
from tests.contracts.recipients_interfaces import cloudflare
from tests.reports import a_report
from tests.takedown.conftest import photo, platform, staff

__all__ = ["photo", "platform", "staff"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def network(platform: StandinPlatform, settings: Settings, tmp_path: Path) -> Iterator[Interface]:
    """Cloudflare's entry as it ships, its interface on this machine."""
    settings.CENTRE_COUNTRY = "US"
    entry = yaml.safe_load((SHIPPED / "recipients" / "cloudflare.yaml").read_text("utf-8"))
    with cloudflare() as side:
        there = entry["routes"][0]["address"].removeprefix("https://api.cloudflare.com")
        entry["routes"][0]["address"] = side.base + there
        entry["domains_allowed"].append(f"127.0.0.1:{side.port}")
        entry["status"] = "stand_in"
        file = tmp_path / "packs" / "recipients" / "cloudflare.yaml"
        file.write_text(yaml.safe_dump(entry, allow_unicode=True), "utf-8")
        settings.STAND_IN_PORTS = settings.STAND_IN_PORTS | {side.port}
        write_keys(tmp_path, settings)
        yield side


def test_the_network_is_asked_without_telling_the_site_and_its_answer_leads_to_the_host(
    network: Interface, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    colleague = Staff.objects.create_staff(email="two@centre.example", password="long enough")
    place = read_place(f"https://{SITE}/pictures/1")
    case = receive_report(a_report(places=(place,)), now=now).case
    take_up_new_places(case.pk, now=now)
    sighting = case.sightings.get()
    named = RegistryContact(
        kind="host",
        name="Cloudflare, Inc.",
        email="abuse@cloudflare.com",
        source="https://registry.example/ip/192.0.2.7",
    )
    ask_registries_about(sighting.pk, RememberedRegistries(named), now=now)

    to_network = Notice.objects.get()
    approve_notice(to_network.pk, staff=staff, now=now)
    dispatch_ready(channels()["cloudflare"], lambda: now)
    (report,) = [one for one in network.requests if one.method == "POST"]
    form = report.json()
    assert isinstance(form, dict)
    assert (form["host_notification"], form["owner_notification"]) == ("send-anon", "none")

    answer = ReportedReply(state=NoticeState.REFUSED, words="we only pass it on; ask its host")
    record_reply(to_network.pk, answer, staff=staff, now=now)
    escalate_due(now)
    search = Notice.objects.get(rung="search")
    assert "the host, which Cloudflare hides and names in its answer" in search.because
    host = TypedContact(
        kind="host",
        name="Example Hosting",
        email="abuse@hoster.example",
        source="Cloudflare's answer",
    )
    entered = enter_contact(sighting.pk, host, staff=staff, now=now)
    confirm_contact(entered.pk, sighting.pk, staff=colleague, now=now)
    to_host = Notice.objects.get(rung="host")
    approve_notice(to_host.pk, staff=staff, now=now)
    dispatch_ready(channels()["xarf"], lambda: now)

    (mail,) = platform.mails()
    assert mail.recipients == ("abuse@hoster.example",)
    events = [entry.payload["event"] for entry in entries_of(case.pk)]
    order = ["registries asked", "notice refused", "contact entered", "contact confirmed"]
    assert [events.index(name) for name in order] == sorted(events.index(name) for name in order)
