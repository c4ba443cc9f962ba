"""Reminders, the next rung, and addresses that the registries gave out."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from jikimi.aftercare.actions import erase_case, go_on, pause
from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import Liveness, page_mark, read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report, withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    ask_registries_about,
    confirm_contact,
    dispatch_ready,
    draft_for_sighting,
    escalate_due,
    hand_over_notices,
    record_reply,
    remind_of_clocks,
    sweep_clocks,
    take_up_new_places,
)
from jikimi.takedown.channels import channels
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.errors import LetterIncomplete, MayNotSend, UnknownContact
from jikimi.takedown.letters import preview_letter
from jikimi.takedown.models import Notice
from jikimi.takedown.outcomes import effects_at, forget_effects
from jikimi.takedown.queueing.reading import queue
from jikimi.takedown.rdap.models import FoundContact, RegistryAnswer
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.trail.lookups import entries_of
from jikimi.venues.packs import LawId, RecipientId
from tests.contracts.rdap_registry import BROKEN_SITE, QUIET_SITE, SITE, RememberedRegistries
from tests.reports import a_report
from tests.takedown.drafts import Draft

pytestmark = pytest.mark.django_db


def events_of(case: Case) -> list[str]:
    return [entry.payload["event"] for entry in entries_of(case.pk)]


@pytest.fixture
def sent(draft: Draft, staff: Staff, now: datetime) -> Notice:
    """A notice that the stand-in has; its own time of 72 hours runs."""
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    dispatch_ready(EmailChannel(), lambda: now)
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT
    return notice


def test_a_reminder_comes_once_after_three_quarters_of_the_time_and_changes_no_state(
    sent: Notice, now: datetime
) -> None:
    assert remind_of_clocks(now + timedelta(hours=53)) == 0
    assert remind_of_clocks(now + timedelta(hours=54)) == 1
    assert remind_of_clocks(now + timedelta(hours=55)) == 0
    sent.refresh_from_db()
    assert sent.state == NoticeState.SENT
    assert sent.reminded_at == now + timedelta(hours=54)
    assert events_of(sent.sighting.case)[-1] == "clock runs out soon"


def test_a_reminder_marks_the_case_in_the_queue(sent: Notice, now: datetime) -> None:
    later = now + timedelta(hours=54)
    assert queue(later).rows[0].headline == "18 h left"
    remind_of_clocks(later)
    assert queue(later).rows[0].headline == "runs out in 18 h"
    assert queue(later).rows[0].tone == "warn"


def test_nobody_is_reminded_of_a_clock_that_has_run_out_or_an_answer_that_came(
    sent: Notice, staff: Staff, now: datetime
) -> None:
    assert remind_of_clocks(now + timedelta(hours=73)) == 0
    refusal = ReportedReply(state=NoticeState.REFUSED, words="no")
    record_reply(sent.pk, refusal, staff=staff, now=now + timedelta(hours=1))
    assert remind_of_clocks(now + timedelta(hours=60)) == 0


def test_a_clock_that_ran_out_leads_to_the_next_notice_which_waits_for_a_yes(
    sent: Notice, platform: StandinPlatform, now: datetime
) -> None:
    later = now + timedelta(hours=73)
    sweep_clocks(later)
    assert escalate_due(later) == 1
    assert escalate_due(later) == 0

    following = Notice.objects.exclude(pk=sent.pk).get()
    assert following.state == NoticeState.DRAFT
    assert (following.recipient_id, following.law_id) == ("standin", "us-take-it-down")
    assert dispatch_ready(EmailChannel(), lambda: later) == 0
    assert len(platform.mails()) == 1
    assert events_of(sent.sighting.case)[-3:] == [
        "notice overdue",
        "notice drafted",
        "next rung drafted",
    ]


def test_a_turn_that_is_over_leaves_the_rest_for_the_next(sent: Notice, now: datetime) -> None:
    later = now + timedelta(hours=73)
    sweep_clocks(later)
    assert escalate_due(later, is_over=lambda: True) == 0
    assert escalate_due(later, from_the_end=True) == 1


def test_a_refusal_leads_on_as_well(sent: Notice, staff: Staff, now: datetime) -> None:
    refusal = ReportedReply(state=NoticeState.REFUSED, words="not our rules")
    record_reply(sent.pk, refusal, staff=staff, now=now)
    assert escalate_due(now) == 1


def test_withdrawn_closed_and_down_cases_climb_no_further(
    sent: Notice, draft: Draft, now: datetime
) -> None:
    later = now + timedelta(hours=73)
    sweep_clocks(later)
    case = sent.sighting.case
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED, closed_at=later)
    assert escalate_due(later) == 0
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.OPEN, closed_at=None)
    Sighting.objects.update(liveness=Liveness.GONE)
    assert escalate_due(later) == 0
    assert events_of(case)[-1] == "no next rung"

    Notice.objects.update(escalated_at=None)
    Sighting.objects.update(liveness=Liveness.STILL_THERE)
    withdraw_report(Case.objects.get(pk=case.pk), now=later)
    assert escalate_due(later) == 0
    assert not Notice.objects.exclude(pk=sent.pk).exists()


def test_a_paused_case_climbs_once_she_goes_on(sent: Notice, now: datetime) -> None:
    later = now + timedelta(hours=73)
    sweep_clocks(later)
    pause(sent.sighting.case_id, now=later)
    assert escalate_due(later) == 0
    go_on(sent.sighting.case_id, now=later)
    assert escalate_due(later) == 1


def test_at_the_top_of_the_laws_a_regulator_is_drafted_for_by_hand_with_the_history(
    sent: Notice, staff: Staff, settings: Settings, now: datetime
) -> None:
    settings.CENTRE_COUNTRY = "US"
    later = now + timedelta(hours=73)
    sweep_clocks(later)
    escalate_due(later)
    second = Notice.objects.get(law_id="us-take-it-down")
    approve_notice(second.pk, staff=staff, now=later)
    dispatch_ready(EmailChannel(), lambda: later)
    after = later + timedelta(hours=49)
    sweep_clocks(after)
    assert escalate_due(after) == 1

    complaint = Notice.objects.get(rung="regulator")
    assert complaint.recipient_id == "ftc"
    assert f"Notice {sent.reference} went to Stand-in platform" in complaint.because
    letter = preview_letter(complaint, after)
    assert sent.reference in letter.text
    assert second.reference in letter.text
    assert "no removal by 2026-11-24" in letter.text
    assert letter.missing == ()
    with pytest.raises(MayNotSend):
        approve_notice(complaint.pk, staff=staff, now=after)
    signed_by, settings.CENTRE_REPRESENTATIVE = settings.CENTRE_REPRESENTATIVE, ""
    with pytest.raises(LetterIncomplete):
        hand_over_notices([complaint.pk], staff=staff, now=after)
    settings.CENTRE_REPRESENTATIVE = signed_by
    hand_over_notices([complaint.pk], staff=staff, now=after)
    complaint.refresh_from_db()
    assert complaint.state == NoticeState.SENT


# --- Addresses from the registries


@pytest.fixture
def lookup() -> RememberedRegistries:
    return RememberedRegistries()


@pytest.fixture
def report(platform: StandinPlatform, now: datetime) -> Callable[[str], Case]:
    """A report about a link that no entry answers for."""

    def receive(host: str) -> Case:
        place = read_place(f"https://{host}/pictures/secret-name-of-hers")
        case = receive_report(a_report(places=(place,)), now=now).case
        assert take_up_new_places(case.pk, now=now) == 0
        return case

    return receive


def test_nobody_is_asked_about_a_place_that_was_erased(
    report: Callable[[str], Case], lookup: RememberedRegistries, now: datetime
) -> None:
    case = report(SITE)
    sighting = case.sightings.get()
    erase_case(case.pk, now=now)
    ask_registries_about(sighting.pk, lookup, now=now)
    assert lookup.asked == []


def test_the_host_is_asked_for_once_and_only_by_its_name(
    report: Callable[[str], Case], lookup: RememberedRegistries, now: datetime
) -> None:
    case = report(SITE)
    sighting = case.sightings.get()
    ask_registries_about(sighting.pk, lookup, now=now)
    ask_registries_about(sighting.pk, lookup, now=now)

    assert lookup.asked == [SITE]
    notice = Notice.objects.get()
    assert (notice.rung, notice.recipient_name) == ("host", "Example Hosting")
    assert notice.address == "abuse@hoster.example"
    assert "registries asked" in events_of(case)


def test_nothing_goes_to_a_found_address_before_a_person_said_yes_to_it(
    report: Callable[[str], Case],
    lookup: RememberedRegistries,
    platform: StandinPlatform,
    staff: Staff,
    now: datetime,
) -> None:
    sighting = report(SITE).sightings.get()
    ask_registries_about(sighting.pk, lookup, now=now)
    notice = Notice.objects.get()
    with pytest.raises(MayNotSend, match="unverified"):
        approve_notice(notice.pk, staff=staff, now=now)

    contact = FoundContact.objects.get(kind="host")
    confirm_contact(contact.pk, sighting.pk, staff=staff, now=now)
    notice.refresh_from_db()
    assert notice.why_not == ""
    approve_notice(notice.pk, staff=staff, now=now)
    dispatch_ready(channels()["xarf"], lambda: now)
    (mail,) = platform.mails()
    assert mail.recipients == ("abuse@hoster.example",)


def test_a_yes_is_for_that_address_alone_and_ages(
    report: Callable[[str], Case],
    lookup: RememberedRegistries,
    staff: Staff,
    now: datetime,
) -> None:
    sighting = report(SITE).sightings.get()
    ask_registries_about(sighting.pk, lookup, now=now)
    contact = FoundContact.objects.get(kind="host")
    confirm_contact(contact.pk, sighting.pk, staff=staff, now=now)
    assert FoundContact.objects.get(kind="registrar").confirmed_at is None
    notice = Notice.objects.get()
    with pytest.raises(MayNotSend, match="expired"):
        approve_notice(notice.pk, staff=staff, now=now + timedelta(days=181))
    FoundContact.objects.filter(pk=contact.pk).update(email="other@hoster.example")
    with pytest.raises(MayNotSend, match="has changed"):
        approve_notice(notice.pk, staff=staff, now=now)


def test_an_address_of_another_place_cannot_be_confirmed_here(
    report: Callable[[str], Case], lookup: RememberedRegistries, staff: Staff, now: datetime
) -> None:
    here, there = report(SITE).sightings.get(), report(QUIET_SITE).sightings.get()
    ask_registries_about(here.pk, lookup, now=now)
    with pytest.raises(UnknownContact):
        confirm_contact(FoundContact.objects.all()[0].pk, there.pk, staff=staff, now=now)


@pytest.mark.parametrize("site", [QUIET_SITE, BROKEN_SITE])
def test_where_the_registries_help_nobody_a_search_engine_is_next_and_a_person_is_told(
    site: str,
    report: Callable[[str], Case],
    lookup: RememberedRegistries,
    settings: Settings,
    now: datetime,
) -> None:
    settings.CENTRE_COUNTRY = "US"
    sighting = report(site).sightings.get()
    ask_registries_about(sighting.pk, lookup, now=now)

    notice = Notice.objects.get()
    assert (notice.rung, notice.recipient_id) == ("search", "google-search")
    assert "a person can turn to: the site's operator" in notice.because
    assert "the host; the registrar; the registry of its domain." in notice.because
    assert bool(RegistryAnswer.objects.get().trouble) is (site == BROKEN_SITE)


def test_the_registries_are_not_asked_for_a_withdrawn_case_or_a_known_platform(
    report: Callable[[str], Case],
    draft: Draft,
    lookup: RememberedRegistries,
    now: datetime,
) -> None:
    case = report(SITE)
    withdraw_report(case, now=now)
    ask_registries_about(case.sightings.get().pk, lookup, now=now)
    ask_registries_about(draft().sighting_id, lookup, now=now)
    assert lookup.asked == []


# --- Figures of our own


@pytest.fixture
def _own_figures() -> Iterator[None]:
    forget_effects()
    yield
    forget_effects()


@pytest.mark.usefixtures("_own_figures")
def test_a_removal_counts_for_the_notice_that_was_sent_last_before_it(
    sent: Notice, staff: Staff, now: datetime
) -> None:
    later = now + timedelta(hours=73)
    sweep_clocks(later)
    escalate_due(later)
    second = Notice.objects.get(law_id="us-take-it-down")
    approve_notice(second.pk, staff=staff, now=later)
    dispatch_ready(EmailChannel(), lambda: later)
    down = later + timedelta(hours=5)
    Notice.objects.update(state=NoticeState.REMOVED, ended_at=down)

    by_law = {one.law_id: one for one in effects_at(down + timedelta(hours=2))}

    first, last = by_law[LawId("eu-dsa-16")], by_law[LawId("us-take-it-down")]
    assert (first.recipient_id, first.n, first.removed) == (RecipientId("standin"), 1, 0)
    assert (last.n, last.removed, last.median) == (1, 1, timedelta(hours=5))


def with_past(notice: Notice, law: str, sent_at: datetime, ended_at: datetime | None) -> None:
    """Twenty-five earlier notices under a law, each about a place of its own."""
    for number in range(25):
        place = Sighting.objects.create(
            case=notice.sighting.case,
            kind="link",
            address=f"https://127.0.0.1/{law}/{number}",
            page=page_mark(f"https://127.0.0.1/{law}/{number}"),
            host="127.0.0.1",
            reported_at=sent_at,
        )
        Notice.objects.create(
            sighting=place,
            recipient_id="standin",
            recipient_name="Stand-in platform",
            law_id=law,
            route_type="email",
            because="Because.",
            state=NoticeState.REMOVED if ended_at else NoticeState.REFUSED,
            drafted_at=sent_at,
            sent_at=sent_at,
            ended_at=ended_at or sent_at,
        )


@pytest.mark.usefixtures("_own_figures")
def test_figures_choose_the_law_of_new_drafts_and_leave_older_ones_as_they_are(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft()
    assert notice.law_id == "eu-dsa-16"
    early, after = now - timedelta(days=30), now + timedelta(days=1)
    with_past(notice, "eu-dsa-16", early, None)
    with_past(notice, "us-take-it-down", early, now + timedelta(hours=2))
    forget_effects()

    fresh = draft_for_sighting(_another_place(notice).pk, now=after)
    assert isinstance(fresh, Notice)
    assert fresh.law_id == "us-take-it-down"
    assert "removed 100 %, half within 722 h" in fresh.because
    assert "(n = 25)" in fresh.because
    approve_notice(notice.pk, staff=staff, now=after)


def _another_place(notice: Notice) -> Sighting:
    place = notice.sighting
    return Sighting.objects.create(
        case=place.case,
        kind="link",
        address=f"{place.address}?again",
        page=page_mark(f"{place.address}?again"),
        host=place.host,
        reported_at=place.reported_at,
    )
