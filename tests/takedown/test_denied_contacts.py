"""An address that is not theirs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection

from jikimi.cases.models import Sighting
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    ask_registries_about,
    confirm_contact,
    deny_contact,
    dispatch_ready,
    draft_for_sighting,
    enter_contact,
)
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.errors import ContactRefused, MayNotSend, NeedsAnother
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rdap.models import FoundContact
from jikimi.takedown.rules.notice import NoticeState
from jikimi.trail.lookups import entries_of
from tests.contracts.rdap_registry import HOSTER, RememberedRegistries
from tests.takedown.found_hosts import (
    OPERATOR,
    _abroad,
    asked_by_the_sweep,
    report,
    rungs_by_place,
    what_is_queued,
)

__all__ = ["_abroad", "report"]
pytestmark = pytest.mark.django_db


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
