"""What goes by itself: only what two people switched on, and never what nobody may."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from jikimi.cases.actions import NewFingerprint
from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup, Authority, Relation, read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    ask_registries_about,
    cancel_notice,
    confirm_contact,
    confirm_switch,
    dispatch_ready,
    escalate_due,
    propose_switch,
    record_reply,
    refuse_switch,
    sweep_clocks,
    switch_off,
    take_up_new_places,
)
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.errors import NotSwitched
from jikimi.takedown.models import Notice
from jikimi.takedown.rdap.models import FoundContact
from jikimi.takedown.rules.by_rule import Goes, Switch, by_rule
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.takedown.rules.route import ChosenRoute
from jikimi.takedown.switches.lookups import all_switches, switched_on
from jikimi.takedown.switches.models import SwitchChange
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import EntryContent
from jikimi.venues.packs import LawId
from jikimi_core.fingerprint import pdq
from tests.contracts.rdap_registry import SITE, RememberedRegistries
from tests.reports import a_report
from tests.takedown.drafts import Draft
from tests.takedown.routing import PACKS, route

RUNGS = ("platform", "operator", "cdn", "host", "registrar", "search", "regulator")
ROUTE = route()
some_route = st.builds(
    lambda rung, law, may_send, complaint: replace(
        ROUTE,
        rung=rung,
        law_id=law,
        may_send=may_send,
        why_not=None if may_send else "Not to be sent yet: it is unverified.",
        complaint=complaint and law is None,
    ),
    st.sampled_from([*RUNGS, "police", "partner"]),
    st.sampled_from([None, *PACKS.laws]),
    st.booleans(),
    st.booleans(),
)
some_switches = st.frozensets(st.sampled_from(Switch))


@given(some_route, some_switches, st.booleans(), st.booleans())
def test_nothing_goes_but_what_every_promise_allows(
    route: ChosenRoute, on: frozenset[Switch], minor: bool, first: bool
) -> None:
    law = PACKS.laws[route.law_id] if route.law_id else None
    verdict = by_rule(route, law, minor=minor, first=first, on=on)

    if not isinstance(verdict, Goes):
        assert verdict.because
        return
    assert not minor
    assert route.may_send
    assert not (law and law.asks_for_ownership)
    assert route.rung in {switch.value for switch in on}
    assert not first or Switch.FIRST_NOTICE in on
    assert not route.complaint or Switch.COMPLAINT in on
    assert law or route.complaint
    assert verdict.rule == f"rung {route.rung}"


@given(some_route, some_switches, st.sampled_from(Switch), st.booleans(), st.booleans())
def test_one_more_switch_never_holds_anything_back(
    route: ChosenRoute, on: frozenset[Switch], more: Switch, minor: bool, first: bool
) -> None:
    law = PACKS.laws[route.law_id] if route.law_id else None
    before = by_rule(route, law, minor=minor, first=first, on=on)
    after = by_rule(route, law, minor=minor, first=first, on=on | {more})

    assert isinstance(before, Goes) <= isinstance(after, Goes)
    everything = by_rule(route, law, minor=minor, first=first, on=frozenset(Switch))
    assert not (minor and isinstance(everything, Goes))


# --- Through the door

SwitchOn = Callable[..., None]


@pytest.fixture
def turn_on(staff: Staff, colleague: Staff, now: datetime) -> SwitchOn:
    """Two people switch something on."""

    def on(*switches: Switch) -> None:
        for switch in switches:
            wish = propose_switch(switch, why="It is always the same.", staff=staff, now=now)
            confirm_switch(wish.pk, staff=colleague, now=now)

    return on


def dispatch(now: datetime) -> int:
    return dispatch_ready(EmailChannel(), lambda: now)


def said(case: Case) -> list[tuple[str, str]]:
    return [(one.payload["event"], one.payload["actor"]) for one in entries_of(case.pk)]


@pytest.mark.django_db
def test_a_first_notice_goes_by_itself_only_with_both_switches(
    draft: Draft, turn_on: SwitchOn, platform: StandinPlatform, now: datetime
) -> None:
    assert draft().state == NoticeState.DRAFT
    turn_on(Switch.PLATFORM)
    assert draft().state == NoticeState.DRAFT
    turn_on(Switch.FIRST_NOTICE)
    notice = draft()
    assert notice.state == NoticeState.APPROVED
    assert (notice.approved_by, notice.approved_by_rule) == (None, "rung platform")
    assert ("notice approved", "rule: rung platform") in said(notice.sighting.case)
    assert dispatch(now) == 1
    assert len(platform.mails()) == 1


@pytest.mark.django_db
def test_the_next_rung_goes_by_itself_once_the_clock_has_run_out(
    draft: Draft, turn_on: SwitchOn, platform: StandinPlatform, now: datetime
) -> None:
    turn_on(Switch.PLATFORM, Switch.FIRST_NOTICE)
    first = draft()
    dispatch(now)
    later = now + timedelta(hours=73)
    sweep_clocks(later)
    assert escalate_due(later) == 1
    following = Notice.objects.exclude(pk=first.pk).get()
    assert (following.state, following.law_id) == (NoticeState.APPROVED, "us-take-it-down")
    assert dispatch(later) == 1
    assert first.reference in platform.mails()[1].text


@pytest.mark.django_db
def test_a_rung_that_is_off_waits_for_a_person(
    draft: Draft, turn_on: SwitchOn, staff: Staff, now: datetime
) -> None:
    turn_on(Switch.PLATFORM, Switch.FIRST_NOTICE)
    notice = draft()
    dispatch(now)
    switch_off(Switch.PLATFORM, why="It refuses all of them.", staff=staff, now=now)
    refusal = ReportedReply(state=NoticeState.REFUSED, words="no")
    record_reply(notice.pk, refusal, staff=staff, now=now)
    assert escalate_due(now) == 1
    assert Notice.objects.exclude(pk=notice.pk).get().state == NoticeState.DRAFT


@pytest.mark.django_db
@pytest.mark.parametrize("age", [AgeGroup.UNDER_18, AgeGroup.NOT_SURE, AgeGroup.MIXED])
def test_with_every_switch_on_a_minors_case_still_waits(
    draft: Draft, turn_on: SwitchOn, age: AgeGroup, now: datetime
) -> None:
    turn_on(*Switch)
    assert draft(age_group=age).state == NoticeState.DRAFT
    assert dispatch(now) == 0


@pytest.mark.django_db
def test_with_every_switch_on_a_helpers_report_still_waits(
    draft: Draft, turn_on: SwitchOn, now: datetime
) -> None:
    turn_on(*Switch)
    helped = draft(helper=Relation.LAWYER, authority=Authority.MANDATE)
    assert helped.state == NoticeState.DRAFT
    assert dispatch(now) == 0


@pytest.mark.django_db
def test_a_place_that_somebody_reported_as_a_minors_waits_in_an_adults_case(
    draft: Draft, turn_on: SwitchOn, platform: StandinPlatform, now: datetime
) -> None:
    turn_on(*Switch)
    theirs = (read_place(f"{platform.doors.page}#again"),)
    receive_report(a_report(age_group=AgeGroup.UNDER_18, places=theirs, fingerprints=()), now=now)
    assert draft().state == NoticeState.DRAFT
    assert dispatch(now) == 0


@pytest.mark.django_db
def test_a_picture_that_somebody_reported_as_a_minors_waits_in_an_adults_case(
    draft: Draft, turn_on: SwitchOn, photo: Path, now: datetime
) -> None:
    turn_on(*Switch)
    made = pdq.from_file(photo)
    theirs = (NewFingerprint(pdq=made.hash, quality=made.quality),)
    receive_report(a_report(age_group=AgeGroup.MIXED, places=(), fingerprints=theirs), now=now)
    assert draft().state == NoticeState.DRAFT
    assert dispatch(now) == 0


@pytest.mark.django_db
def test_a_wish_of_somebody_who_has_left_is_not_confirmed(
    staff: Staff, colleague: Staff, now: datetime
) -> None:
    wish = propose_switch(Switch.HOST, why="It is always the same.", staff=staff, now=now)
    Staff.objects.filter(pk=staff.pk).update(is_active=False)
    with pytest.raises(NotSwitched, match="no account"):
        confirm_switch(wish.pk, staff=colleague, now=now)


@pytest.mark.django_db
def test_a_found_address_that_nobody_confirmed_is_never_written_to(
    platform: StandinPlatform, turn_on: SwitchOn, staff: Staff, now: datetime
) -> None:
    turn_on(*Switch)
    case = receive_report(a_report(places=(read_place(f"https://{SITE}/a"),)), now=now).case
    take_up_new_places(case.pk, now=now)
    sighting = case.sightings.get()
    ask_registries_about(sighting.pk, RememberedRegistries(), now=now)
    notice = Notice.objects.get()
    assert (notice.rung, notice.state) == ("host", NoticeState.DRAFT)
    confirm_contact(FoundContact.objects.get(kind="host").pk, sighting.pk, staff=staff, now=now)
    notice.refresh_from_db()
    # Whoever confirms it is looking at the case, and says yes to the notice as well.
    assert notice.state == NoticeState.DRAFT


@pytest.mark.django_db
def test_what_is_drafted_beside_an_authority_goes_by_itself_too(
    platform: StandinPlatform,
    turn_on: SwitchOn,
    staff: Staff,
    settings: Settings,
    now: datetime,
) -> None:
    """On a host without an entry the authority of her country comes first, and waits for a hand."""
    settings.CENTRE_COUNTRY = "AU"

    def at(path: str) -> Case:
        places = (read_place(f"https://{SITE}/{path}"),)
        case = receive_report(a_report(places=places), now=now).case
        take_up_new_places(case.pk, now=now)
        return case

    known = at("a").sightings.get()
    ask_registries_about(known.pk, RememberedRegistries(), now=now)
    confirm_contact(FoundContact.objects.get(kind="host").pk, known.pk, staff=staff, now=now)
    turn_on(*Switch)

    both = Notice.objects.filter(sighting__case=at("b"))

    assert both.get(rung="regulator").state == NoticeState.DRAFT
    assert both.get(rung="host").state == NoticeState.APPROVED


@pytest.mark.django_db
def test_an_incomplete_letter_and_an_unverified_entry_wait(
    draft: Draft, turn_on: SwitchOn, now: datetime
) -> None:
    turn_on(*Switch)
    assert draft(declared_no_consent=False).state == NoticeState.DRAFT


@pytest.mark.django_db
def test_what_a_caseworker_has_cancelled_is_not_sent_behind_her_back(
    draft: Draft, turn_on: SwitchOn, staff: Staff, now: datetime
) -> None:
    notice = draft()
    turn_on(*Switch)
    cancel_notice(notice.pk, staff=staff, now=now)
    assert escalate_due(now) == 0
    assert take_up_new_places(notice.sighting.case_id, now=now) == 0
    assert dispatch(now) == 0


@pytest.mark.django_db
def test_drafts_from_before_the_switch_stay_a_persons(
    draft: Draft, turn_on: SwitchOn, now: datetime
) -> None:
    notice = draft()
    turn_on(*Switch)
    take_up_new_places(notice.sighting.case_id, now=now)
    escalate_due(now)
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT


# --- Two people


@pytest.mark.django_db
def test_nobody_switches_anything_on_alone(staff: Staff, colleague: Staff, now: datetime) -> None:
    wish = propose_switch(Switch.HOST, why="Hosts answer.", staff=staff, now=now)
    with pytest.raises(NotSwitched, match="Somebody else"):
        confirm_switch(wish.pk, staff=staff, now=now)
    assert switched_on() == frozenset()
    with pytest.raises(IntegrityError, match="takes_two"), transaction.atomic():
        SwitchChange.objects.filter(pk=wish.pk).update(
            state="confirmed", decided_at=now, decided_by=staff
        )
    confirm_switch(wish.pk, staff=colleague, now=now)
    assert switched_on() == {Switch.HOST}
    with pytest.raises(NotSwitched, match="does not wait"):
        confirm_switch(wish.pk, staff=colleague, now=now)
    with pytest.raises(NotSwitched, match="on already"):
        propose_switch(Switch.HOST, why="Again.", staff=staff, now=now)


@pytest.mark.django_db
def test_one_wish_at_a_time_and_either_may_refuse_it(
    staff: Staff, colleague: Staff, now: datetime
) -> None:
    for refuser in (staff, colleague):
        wish = propose_switch(Switch.CDN, why="They answer.", staff=staff, now=now)
        with pytest.raises(NotSwitched, match="proposed this already"):
            propose_switch(Switch.CDN, why="They answer.", staff=colleague, now=now)
        refuse_switch(wish.pk, staff=refuser, now=now)
    assert switched_on() == frozenset()


@pytest.mark.django_db
def test_anybody_switches_off_at_once(
    turn_on: SwitchOn, staff: Staff, colleague: Staff, now: datetime
) -> None:
    turn_on(Switch.SEARCH)
    switch_off(Switch.SEARCH, why="Too many refusals.", staff=colleague, now=now)
    assert switched_on() == frozenset()
    wish = propose_switch(Switch.SEARCH, why="Better now.", staff=staff, now=now)
    with pytest.raises(NotSwitched, match="off already"):
        switch_off(Switch.SEARCH, why="No.", staff=colleague, now=now)
    refuse_switch(wish.pk, staff=colleague, now=now)
    turn_on(Switch.SEARCH)
    assert switched_on() == {Switch.SEARCH}


@pytest.mark.django_db
def test_each_step_is_on_the_trail_by_whom(
    turn_on: SwitchOn, staff: Staff, colleague: Staff, now: datetime
) -> None:
    turn_on(Switch.HOST)
    switch_off(Switch.HOST, why="Enough.", staff=colleague, now=now)
    steps = [
        (one.payload["event"], one.payload["actor"], one.payload["switch"])
        for one in EntryContent.objects.order_by("entry_id")
        if "switch" in one.payload
    ]
    assert steps == [
        ("switch proposed", f"staff {staff.pk}", "host"),
        ("switched on", f"staff {colleague.pk}", "host"),
        ("switched off", f"staff {colleague.pk}", "host"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["", "  ", "x" * 301])
def test_a_switch_needs_a_reason(why: str, staff: Staff, now: datetime) -> None:
    with pytest.raises(NotSwitched, match="Say why"):
        propose_switch(Switch.HOST, why=why, staff=staff, now=now)


@pytest.mark.django_db
def test_the_desk_is_told_what_a_switch_would_do(
    draft: Draft, turn_on: SwitchOn, platform: StandinPlatform, now: datetime
) -> None:
    draft()
    theirs = (read_place(f"{platform.doors.page}?another"),)
    minors = a_report(age_group=AgeGroup.NOT_SURE, places=theirs, fingerprints=())
    take_up_new_places(receive_report(minors, now=now).case.pk, now=now)
    views = {one.switch: one for one in all_switches(now)}
    assert (views[Switch.PLATFORM].would_go, views[Switch.FIRST_NOTICE].would_go) == (1, 1)
    assert views[Switch.HOST].would_go == 0
    turn_on(Switch.PLATFORM, Switch.FIRST_NOTICE)
    draft()
    views = {one.switch: one for one in all_switches(now)}
    assert (views[Switch.PLATFORM].is_on, views[Switch.PLATFORM].went) == (True, 1)
    assert views[Switch.HOST].latest is None


@pytest.mark.django_db
def test_a_notice_is_never_approved_by_a_person_and_a_rule(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft()
    with pytest.raises(IntegrityError, match="a_person_or_a_rule"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(
            approved_at=now, approved_by=staff, approved_by_rule="rung host"
        )


def test_copyright_never_goes_by_itself() -> None:
    law = PACKS.laws[LawId("us-dmca-512")]
    route = replace(ROUTE, law_id=law.id)
    assert not isinstance(by_rule(route, law, minor=False, first=False, on=frozenset(Switch)), Goes)
