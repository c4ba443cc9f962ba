"""What becomes known of a host later: asked again, and heeded at every place on it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models.signals import post_init
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from jikimi.aftercare.actions import go_on
from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import AgeGroup, Authority, Ground, Relation
from jikimi.intake.actions import withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    ask_registries_about,
    ask_registries_again,
    cancel_notice,
    confirm_authority,
    confirm_contact,
    draft_for_sighting,
    enter_contact,
    escalate_due,
)
from jikimi.takedown.actions.jobs import Job
from jikimi.takedown.errors import MayNotSend, UnknownContact
from jikimi.takedown.models import Notice
from jikimi.takedown.rdap.again import ask_again_at
from jikimi.takedown.rdap.models import FoundContact
from jikimi.takedown.rules.notice import NoticeState
from tests.contracts.rdap_registry import HOSTER, QUIET_SITE, REGISTRAR, SITE, RememberedRegistries
from tests.takedown.found_hosts import (
    OPERATOR,
    _abroad,
    asked_by_the_sweep,
    host_at,
    report,
    rungs_by_place,
    what_is_queued,
)

__all__ = ["_abroad", "report"]
pytestmark = pytest.mark.django_db


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
