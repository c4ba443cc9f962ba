"""Who runs a host: what an entry stands for, and what colleagues entered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from jikimi.cases.models import Sighting
from jikimi.cases.rules import AgeGroup
from jikimi.intake.actions import withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    ask_registries_about,
    confirm_contact,
    draft_for_sighting,
    enter_contact,
)
from jikimi.takedown.contacts import packs_for
from jikimi.takedown.errors import AnEntrysAddress, ContactRefused, NeedsAnother
from jikimi.takedown.models import Notice
from jikimi.takedown.rdap import ContactKind
from jikimi.takedown.rdap.models import FoundContact
from jikimi.takedown.rules.notice import NoticeState
from jikimi.trail.lookups import entries_of
from tests.contracts.other_sides import write_keys
from tests.contracts.rdap_registry import QUIET_SITE, SITE, RememberedRegistries
from tests.takedown.found_hosts import OPERATOR, _abroad, host_at, report

__all__ = ["_abroad", "report"]
pytestmark = pytest.mark.django_db


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


def test_who_operates_a_site_hears_nothing_of_a_minor(
    report: Callable[..., Sighting], staff: Staff, colleague: Staff, now: datetime
) -> None:
    sighting = report(QUIET_SITE, age_group=AgeGroup.UNDER_18)
    contact = enter_contact(sighting.pk, OPERATOR, staff=staff, now=now)
    confirm_contact(contact.pk, sighting.pk, staff=colleague, now=now)
    Notice.objects.update(state=NoticeState.SENT, sent_at=now, due_at=now)
    draft_for_sighting(sighting.pk, now=now)

    assert not Notice.objects.filter(recipient_id=contact.recipient_id).exists()


def test_a_small_host_with_its_mailbox_at_a_platform_is_not_taken_for_the_platform(
    report: Callable[..., Sighting], now: datetime
) -> None:
    ask_registries_about(report().pk, host_at("small.host@naver.com"), now=now)

    notice = Notice.objects.get()
    assert (notice.rung, notice.address) == ("host", "small.host@naver.com")
    assert notice.why_not


def test_an_address_that_an_entry_stands_for_is_not_confirmed(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    sighting = report()
    ask_registries_about(sighting.pk, host_at("abuse@cloudflare.com"), now=now)

    with pytest.raises(AnEntrysAddress, match="Cloudflare"):
        confirm_contact(FoundContact.objects.get().pk, sighting.pk, staff=staff, now=now)


def test_an_entered_address_counts_once_somebody_else_has_confirmed_it(
    report: Callable[..., Sighting], staff: Staff, colleague: Staff, now: datetime
) -> None:
    sighting = report()
    contact = enter_contact(sighting.pk, OPERATOR, staff=staff, now=now)
    draft_for_sighting(sighting.pk, now=now)
    assert not Notice.objects.exists()
    with pytest.raises(NeedsAnother):
        confirm_contact(contact.pk, sighting.pk, staff=staff, now=now)

    confirm_contact(contact.pk, sighting.pk, staff=colleague, now=now)

    notice = Notice.objects.get()
    assert (notice.rung, notice.address) == ("operator", "abuse@operator.example")
    assert (notice.channel, notice.why_not) == ("email", "")
    approve_notice(notice.pk, staff=staff, now=now)
    events = [entry.payload["event"] for entry in entries_of(sighting.case_id)]
    assert events.index("contact entered") < events.index("contact confirmed")


@pytest.mark.parametrize(
    ("kind", "rung"),
    [("host", "host"), ("registrar", "registrar"), ("registry", "registrar")],
)
def test_an_entered_address_is_written_to_as_its_rung(
    kind: ContactKind,
    rung: str,
    report: Callable[..., Sighting],
    staff: Staff,
    colleague: Staff,
    now: datetime,
) -> None:
    sighting = report(QUIET_SITE)
    ask_registries_about(sighting.pk, RememberedRegistries(), now=now)
    typed = replace(OPERATOR, kind=kind)
    contact = enter_contact(sighting.pk, typed, staff=staff, now=now)
    confirm_contact(contact.pk, sighting.pk, staff=colleague, now=now)

    assert Notice.objects.get(recipient_id=contact.recipient_id).rung == rung


def test_the_host_that_a_delivery_networks_answer_named_comes_after_it(
    report: Callable[..., Sighting], staff: Staff, colleague: Staff, now: datetime
) -> None:
    sighting = report()
    ask_registries_about(sighting.pk, host_at("abuse@cloudflare.com"), now=now)
    Notice.objects.update(state=NoticeState.REFUSED, sent_at=now, ended_at=now)
    typed = replace(OPERATOR, kind="host", source="Cloudflare's answer of today")
    contact = enter_contact(sighting.pk, typed, staff=staff, now=now)
    confirm_contact(contact.pk, sighting.pk, staff=colleague, now=now)

    notice = Notice.objects.get(state=NoticeState.DRAFT)
    assert (notice.rung, notice.recipient_id) == ("host", contact.recipient_id)


@pytest.mark.parametrize(
    ("email", "because"),
    [
        ("abuse@operator.example\r\nBcc: all@operator.example", "no mail address"),
        ("abuse@operator.example,b@operator.example", "no mail address"),
        ('"a b"@operator.example', "no mail address"),
        ("-oQ/tmp@operator.example", "no mail address"),
        ("abuse@[192.0.2.1]", "no mail address"),
        ("abuse\x00@operator.example", "no mail address"),
        ("abuse@mail.internal", "no domain"),
        ("abuse@cloudflare.com", "Cloudflare, whose entry stands for it"),
        ("abuse@sub.support.aws.com", "Amazon Web Services, whose entry stands for it"),
    ],
)
def test_an_address_that_is_none_or_an_entrys_is_refused_with_the_reason(
    email: str, because: str, report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    with pytest.raises((ContactRefused, AnEntrysAddress), match=because):
        enter_contact(report().pk, replace(OPERATOR, email=email), staff=staff, now=now)
    assert not FoundContact.objects.exists()


def test_what_is_entered_is_one_line_each_and_known_once(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    sighting = report()
    typed = replace(OPERATOR, name="Pictures\r\nSubject: \u202eLtd", source="the\nimprint")
    contact = enter_contact(sighting.pk, typed, staff=staff, now=now)
    assert (contact.name, contact.source) == ("Pictures Subject: Ltd", "the imprint")
    with pytest.raises(ContactRefused, match="known"):
        enter_contact(sighting.pk, OPERATOR, staff=staff, now=now)
    with pytest.raises(ContactRefused, match="whose address"):
        enter_contact(sighting.pk, replace(OPERATOR, name=" ", kind="host"), staff=staff, now=now)


def test_nobody_is_entered_for_a_platform_whose_ladder_asks_no_host_or_a_case_that_ended(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    with pytest.raises(ContactRefused, match="its platform"):
        enter_contact(report("t.me").pk, OPERATOR, staff=staff, now=now)
    ended = report()
    withdraw_report(ended.case, now=now)
    with pytest.raises(ContactRefused, match="not open"):
        enter_contact(ended.pk, OPERATOR, staff=staff, now=now)


def test_an_entered_address_does_not_keep_the_registries_from_being_asked(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    sighting, lookup = report(), RememberedRegistries()
    enter_contact(sighting.pk, OPERATOR, staff=staff, now=now)
    ask_registries_about(sighting.pk, lookup, now=now)
    assert lookup.asked == [SITE]
