"""Who runs a host: what the registries gave out and what colleagues entered, and what follows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.db.models.signals import post_init
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from jikimi.aftercare.actions import go_on
from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import AgeGroup, Authority, Ground, Relation, read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report, withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    ask_registries_about,
    ask_registries_again,
    cancel_notice,
    confirm_authority,
    confirm_contact,
    deny_contact,
    dispatch_ready,
    draft_for_sighting,
    enter_contact,
    escalate_due,
    take_up_new_places,
)
from jikimi.takedown.actions.found_contacts import TypedContact
from jikimi.takedown.actions.jobs import Job
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.contacts import packs_for
from jikimi.takedown.errors import (
    AnEntrysAddress,
    ContactRefused,
    MayNotSend,
    NeedsAnother,
    UnknownContact,
)
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rdap import ContactKind, RegistryContact
from jikimi.takedown.rdap.again import ask_again_at
from jikimi.takedown.rdap.models import FoundContact
from jikimi.takedown.rules.notice import NoticeState
from jikimi.trail.lookups import entries_of
from tests.contracts.other_sides import write_keys
from tests.contracts.rdap_registry import (
    HOSTER,
    QUIET_SITE,
    REGISTRAR,
    SITE,
    RememberedRegistries,
)
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


# --- An address that a caseworker found out herself


@pytest.fixture
def colleague(db: None) -> Staff:
    return Staff.objects.create_staff(email="second@centre.example", password="long enough a word")


OPERATOR = TypedContact(
    kind="site_operator",
    name="Pictures Ltd",
    email="Abuse@Operator.example",
    source="https://operator.example/imprint",
)


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


# --- Asking again


def asked_by_the_sweep(lookup: RememberedRegistries, now: datetime) -> int:
    """What the sweep asks for at this time, and a worker then does."""
    before = len(lookup.asked)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    ask_registries_again(now)
    for job in ProcrastinateJob.objects.filter(task_name=Job.ASK_REGISTRIES.value):
        ask_registries_about(UUID(job.args["sighting_id"]), lookup, now=now)
    return len(lookup.asked) - before


def test_after_trouble_they_are_asked_again_ever_more_rarely_until_they_answer(
    report: Callable[..., Sighting], now: datetime
) -> None:
    sighting, lookup = report(), RememberedRegistries()
    lookup.is_silent, lookup.contacts = True, ()
    ask_registries_about(sighting.pk, lookup, now=now)
    assert [notice.rung for notice in Notice.objects.all()] == ["search"]
    assert asked_by_the_sweep(lookup, now + timedelta(minutes=59)) == 0
    assert asked_by_the_sweep(lookup, now + timedelta(hours=1)) == 1
    assert asked_by_the_sweep(lookup, now + timedelta(hours=4)) == 0
    assert asked_by_the_sweep(lookup, now + timedelta(hours=5)) == 1

    lookup.is_silent, lookup.contacts = False, (HOSTER, REGISTRAR)
    assert asked_by_the_sweep(lookup, now + timedelta(hours=21)) == 1
    assert {notice.rung for notice in Notice.objects.all()} == {"search", "host"}
    assert asked_by_the_sweep(lookup, now + timedelta(days=179)) == 0


def test_news_of_the_registries_passes_over_no_claim(
    report: Callable[..., Sighting], now: datetime
) -> None:
    sighting, lookup = report(), RememberedRegistries()
    lookup.is_silent, lookup.contacts = True, ()
    ask_registries_about(sighting.pk, lookup, now=now)
    Notice.objects.update(state=NoticeState.OVERDUE, sent_at=now, escalated_at=now)
    Sighting.objects.update(claimed_gone_at=now)

    lookup.is_silent, lookup.contacts = False, (HOSTER, REGISTRAR)
    later = now + timedelta(hours=1)
    assert asked_by_the_sweep(lookup, later) == 1
    assert Sighting.objects.get().claimed_gone_at == now
    assert {notice.rung for notice in Notice.objects.all()} == {"search"}
    assert escalate_due(later) == 0
    Sighting.objects.update(claimed_gone_at=None)
    assert escalate_due(later) == 1
    assert {notice.rung for notice in Notice.objects.all()} == {"search", "host"}


@given(st.integers(1, 500))
def test_the_pause_after_trouble_grows_from_an_hour_to_a_week(troubles: int) -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    pause = ask_again_at(at, troubles) - at
    assert timedelta(hours=1) <= pause <= timedelta(days=7)
    assert ask_again_at(at, troubles + 1) - at >= pause


def test_what_one_registry_said_is_used_while_another_is_silent(
    report: Callable[..., Sighting], now: datetime
) -> None:
    sighting, lookup = report(), RememberedRegistries(REGISTRAR)
    lookup.is_silent = True
    ask_registries_about(sighting.pk, lookup, now=now)
    assert Notice.objects.get().rung == "registrar"

    lookup.is_silent, lookup.contacts = False, (HOSTER, REGISTRAR)
    asked_by_the_sweep(lookup, now + timedelta(hours=1))
    assert set(Notice.objects.values_list("rung", flat=True)) == {"registrar", "host"}


def test_a_yes_that_is_too_old_is_renewed_once_the_registries_have_said_it_again(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    sighting, lookup = report(), RememberedRegistries()
    ask_registries_about(sighting.pk, lookup, now=now)
    contact = FoundContact.objects.get(kind="host")
    confirm_contact(contact.pk, sighting.pk, staff=staff, now=now)
    notice, later = Notice.objects.get(), now + timedelta(days=181)
    assert asked_by_the_sweep(lookup, later) == 1
    with pytest.raises(MayNotSend, match="expired"):
        approve_notice(notice.pk, staff=staff, now=later)

    confirm_contact(contact.pk, sighting.pk, staff=staff, now=later)
    approve_notice(notice.pk, staff=staff, now=later)


def test_an_address_that_they_give_out_no_more_is_written_to_no_more(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    sighting, lookup = report(), RememberedRegistries()
    ask_registries_about(sighting.pk, lookup, now=now)
    old = FoundContact.objects.get(kind="host")
    confirm_contact(old.pk, sighting.pk, staff=staff, now=now)
    lookup.contacts = (replace(HOSTER, email="new@hoster.example"), REGISTRAR)
    later = now + timedelta(days=181)
    asked_by_the_sweep(lookup, later)

    drafted = Notice.objects.get(address="new@hoster.example")
    assert drafted.why_not
    outdated = Notice.objects.get(recipient_id=old.recipient_id)
    assert (outdated.state, outdated.replaced) == (NoticeState.CANCELLED, True)
    with pytest.raises(UnknownContact):
        confirm_contact(old.pk, sighting.pk, staff=staff, now=later)


def test_a_network_that_a_site_has_left_is_asked_for_nothing_more(
    report: Callable[..., Sighting], now: datetime
) -> None:
    lookup = host_at("abuse@cloudflare.com")
    ask_registries_about(report().pk, lookup, now=now)
    lookup.contacts = (HOSTER,)
    later = now + timedelta(days=181)
    asked_by_the_sweep(lookup, later)

    draft_for_sighting((new := report()).pk, now=later)
    assert {notice.rung for notice in Notice.objects.filter(sighting=new)} == {"host"}
    assert not Notice.objects.filter(sighting=new, recipient_id="cloudflare").exists()


def test_nobody_asks_again_for_cases_that_are_not_open(
    report: Callable[..., Sighting], now: datetime
) -> None:
    sighting, lookup = report(), RememberedRegistries()
    lookup.is_silent = True
    ask_registries_about(sighting.pk, lookup, now=now)
    withdraw_report(sighting.case, now=now)
    assert asked_by_the_sweep(lookup, now + timedelta(hours=1)) == 0
    assert report().host == SITE
    assert asked_by_the_sweep(lookup, now + timedelta(hours=2)) == 0
    assert asked_by_the_sweep(lookup, now + timedelta(hours=25)) == 1


def test_of_many_places_on_a_host_one_is_read_for_all_whose_cases_allow_the_same(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    ended, lookup = report(), RememberedRegistries()
    lookup.is_silent = True
    ask_registries_about(ended.pk, lookup, now=now)
    withdraw_report(ended.case, now=now)
    report(age_group=AgeGroup.UNDER_18)
    helped = [report(helper=Relation.FRIEND, authority=Authority.NOT_ASKED) for _ in range(3)]
    assert asked_by_the_sweep(lookup, now + timedelta(hours=1)) == 0
    confirm_authority(helped[1].case_id, Ground.SHE_AGREES, staff=staff, now=now)

    def note(**_: object) -> None:
        read.append(1)

    read: list[int] = []
    post_init.connect(note, sender=Sighting)
    try:
        assert ask_registries_again(now + timedelta(days=2)) == 1
    finally:
        post_init.disconnect(note, sender=Sighting)
    assert len(read) == 2
    job = ProcrastinateJob.objects.get(queueing_lock__contains=str(helped[1].pk))
    assert job.task_name == Job.ASK_REGISTRIES


def test_two_places_on_one_host_are_asked_for_once_and_both_drafted(
    report: Callable[..., Sighting], now: datetime
) -> None:
    one, other, lookup = report(), report(), RememberedRegistries()
    for sighting in (one, other):
        ask_registries_about(sighting.pk, lookup, now=now)
    assert lookup.asked == [SITE]
    assert {notice.sighting_id for notice in Notice.objects.all()} == {one.pk, other.pk}


def what_is_queued(lookup: RememberedRegistries, now: datetime) -> None:
    """What a worker does with the questions that wait."""
    for job in ProcrastinateJob.objects.filter(task_name=Job.ASK_REGISTRIES.value):
        ask_registries_about(UUID(job.args["sighting_id"]), lookup, now=now)


def rungs_by_place() -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    for place, rung in Notice.objects.values_list("sighting_id", "rung"):
        found.setdefault(place, set()).add(rung)
    return found


def test_what_they_say_after_their_silence_helps_every_place_on_the_host(
    report: Callable[..., Sighting], now: datetime
) -> None:
    one, other, lookup = report(), report(), RememberedRegistries()
    lookup.is_silent, lookup.contacts = True, ()
    what_is_queued(lookup, now)
    assert rungs_by_place() == {one.pk: {"search"}, other.pk: {"search"}}

    lookup.is_silent, lookup.contacts = False, (HOSTER, REGISTRAR)
    later = now + timedelta(hours=1)
    assert asked_by_the_sweep(lookup, later) == 1
    for _ in range(2):
        what_is_queued(lookup, later)

    both = {"search", "host"}
    assert rungs_by_place() == {one.pk: both, other.pk: both}
    assert Notice.objects.count() == 4


@pytest.mark.parametrize("host", [SITE, "a2b3c4d5e6f7.onion"])
def test_a_confirmed_address_helps_every_place_on_its_host_and_none_elsewhere(
    host: str, report: Callable[..., Sighting], staff: Staff, colleague: Staff, now: datetime
) -> None:
    one, other = report(host), report(host)
    elsewhere, paused, ended = report(QUIET_SITE), report(host), report(host)
    contact = enter_contact(one.pk, OPERATOR, staff=staff, now=now)
    Case.objects.filter(pk=paused.case_id).update(paused_at=now)
    withdraw_report(ended.case, now=now)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    confirm_contact(contact.pk, one.pk, staff=colleague, now=now)
    what_is_queued(RememberedRegistries(), now)

    told = Notice.objects.filter(recipient_id=contact.recipient_id)
    assert {notice.sighting_id for notice in told} == {one.pk, other.pk}
    assert not Notice.objects.filter(sighting__in=[elsewhere, paused, ended]).exists()

    go_on(paused.case_id, now=now)
    what_is_queued(RememberedRegistries(), now)
    assert told.filter(sighting=paused).exists()


def test_news_of_a_host_passes_over_no_claim_that_a_picture_there_is_gone(
    report: Callable[..., Sighting], staff: Staff, colleague: Staff, now: datetime
) -> None:
    one, other = report(), report()
    contact = enter_contact(one.pk, OPERATOR, staff=staff, now=now)
    Sighting.objects.filter(pk=other.pk).update(claimed_gone_at=now)

    confirm_contact(contact.pk, one.pk, staff=colleague, now=now)
    what_is_queued(RememberedRegistries(), now)

    other.refresh_from_db()
    assert other.claimed_gone_at == now
    assert not other.notices.exists()


def test_a_place_where_an_authority_is_asked_beside_it_goes_on_with_the_others(
    report: Callable[..., Sighting], settings: Settings, now: datetime
) -> None:
    settings.CENTRE_COUNTRY = "AU"
    one, other = report(), report()
    what_is_queued(RememberedRegistries(), now)
    both = {"regulator", "host"}
    assert rungs_by_place() == {one.pk: both, other.pk: both}


def test_what_a_caseworker_cancelled_is_not_drafted_by_a_question_asked_twice(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    sighting, lookup = report(), RememberedRegistries()
    ask_registries_about(sighting.pk, lookup, now=now)
    cancel_notice(Notice.objects.get().pk, staff=staff, now=now)
    ask_registries_about(sighting.pk, lookup, now=now)
    assert Notice.objects.count() == 1


# --- An address that is not theirs


def test_what_waits_for_an_address_that_is_not_theirs_makes_room_at_every_place_of_the_host(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    one, other, lookup = report(), report(), RememberedRegistries()
    for sighting in (one, other):
        ask_registries_about(sighting.pk, lookup, now=now)
    contact = FoundContact.objects.get(kind="host")
    confirm_contact(contact.pk, one.pk, staff=staff, now=now)
    for notice in Notice.objects.all():
        approve_notice(notice.pk, staff=staff, now=now)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    deny_contact(contact.pk, one.pk, staff=staff, now=now)
    assert dispatch_ready(EmailChannel(), lambda: now) == 0
    what_is_queued(lookup, now)

    old = Notice.objects.filter(recipient_id=contact.recipient_id)
    assert {(notice.state, notice.replaced) for notice in old} == {(NoticeState.CANCELLED, True)}
    assert rungs_by_place() == {one.pk: {"host", "registrar"}, other.pk: {"host", "registrar"}}
    assert set(Notice.objects.filter(rung="registrar").values_list("state", flat=True)) == {"draft"}
    assert set(OutboundLetter.objects.values_list("state", "sealed")) == {("stopped", None)}
    events = [entry.payload["event"] for entry in entries_of(one.case_id)]
    assert events.index("contact confirmed") < events.index("contact denied")


def test_the_registries_do_not_bring_back_what_a_person_has_denied_but_a_person_does(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    sighting, lookup = report(), RememberedRegistries(HOSTER)
    ask_registries_about(sighting.pk, lookup, now=now)
    contact = FoundContact.objects.get()
    deny_contact(contact.pk, sighting.pk, staff=staff, now=now)
    later = now + timedelta(days=181)
    assert asked_by_the_sweep(lookup, later) == 1
    told = Notice.objects.filter(recipient_id=contact.recipient_id)
    assert told.get().state == NoticeState.CANCELLED

    confirm_contact(contact.pk, sighting.pk, staff=staff, now=later)
    again = told.get(state=NoticeState.DRAFT)
    approve_notice(again.pk, staff=staff, now=later)


def test_an_address_that_is_not_theirs_is_nobodys_under_any_name(
    report: Callable[..., Sighting], staff: Staff, colleague: Staff, now: datetime
) -> None:
    sighting = report()
    as_operator = enter_contact(sighting.pk, OPERATOR, staff=staff, now=now)
    as_host = enter_contact(sighting.pk, replace(OPERATOR, kind="host"), staff=staff, now=now)
    confirm_contact(as_host.pk, sighting.pk, staff=colleague, now=now)
    deny_contact(as_operator.pk, sighting.pk, staff=staff, now=now)
    as_host.refresh_from_db()
    assert (as_host.denied_at, as_host.confirmed_at) == (now, None)
    waiting = Notice.objects.exclude(state=NoticeState.CANCELLED)
    assert not waiting.filter(recipient_id=as_host.recipient_id).exists()


def test_what_has_left_keeps_its_clock_when_its_address_is_denied(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    sighting, lookup = report(), RememberedRegistries()
    ask_registries_about(sighting.pk, lookup, now=now)
    due = now + timedelta(days=3)
    Notice.objects.update(state=NoticeState.SENT, sent_at=now, due_at=due)
    deny_contact(FoundContact.objects.get(kind="host").pk, sighting.pk, staff=staff, now=now)
    notice = Notice.objects.get()
    assert (notice.state, notice.due_at) == (NoticeState.SENT, due)


def test_a_no_to_what_a_colleague_entered_needs_no_yes_before(
    report: Callable[..., Sighting], staff: Staff, colleague: Staff, now: datetime
) -> None:
    sighting = report()
    contact = enter_contact(sighting.pk, OPERATOR, staff=staff, now=now)
    deny_contact(contact.pk, sighting.pk, staff=staff, now=now)
    draft_for_sighting(sighting.pk, now=now)
    assert not Notice.objects.filter(recipient_id=contact.recipient_id).exists()
    with pytest.raises(ContactRefused, match="known"):
        enter_contact(sighting.pk, OPERATOR, staff=staff, now=now)
    with pytest.raises(NeedsAnother):
        confirm_contact(contact.pk, sighting.pk, staff=staff, now=now)
    confirm_contact(contact.pk, sighting.pk, staff=colleague, now=now)
    assert Notice.objects.filter(recipient_id=contact.recipient_id).exists()


def test_a_no_passes_over_no_claim_that_the_picture_is_gone(
    report: Callable[..., Sighting], staff: Staff, now: datetime
) -> None:
    sighting, lookup = report(), RememberedRegistries()
    ask_registries_about(sighting.pk, lookup, now=now)
    Sighting.objects.update(claimed_gone_at=now)
    deny_contact(FoundContact.objects.get(kind="host").pk, sighting.pk, staff=staff, now=now)
    notice = Notice.objects.get()
    assert notice.state == NoticeState.DRAFT
    with pytest.raises(MayNotSend):
        approve_notice(notice.pk, staff=staff, now=now)
