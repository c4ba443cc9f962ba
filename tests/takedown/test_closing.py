"""A case is closed by hand where nothing is under way, and opens again like any other."""

from datetime import datetime, timedelta

import pytest

from jikimi.aftercare.actions.adding import Addition, add_to_report
from jikimi.cases.actions import NewFingerprint
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import AgeGroup, ClosedBecause, Liveness, read_place
from jikimi.intake.actions import receive_report, withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import hand_over_notices, look_at, take_up_new_places
from jikimi.takedown.actions.closing import close_case, open_again
from jikimi.takedown.actions.escalating import escalate_due
from jikimi.takedown.errors import CannotClose
from jikimi.takedown.models import Notice
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import ConsentScope
from jikimi_core.fingerprint import pdq
from tests.pictures import encoded, photo
from tests.reports import a_report
from tests.takedown.looks import Answers

pytestmark = pytest.mark.django_db
CHANNEL = "https://t.me/some_channel/12"
WORDS = "The police in Busan have it, she says."


def reported(now: datetime, *places: str, **changes: object) -> Case:
    read = tuple(read_place(place) for place in places)
    case = receive_report(a_report(places=read, **changes), now=now).case
    take_up_new_places(case.pk, now=now)
    return case


def close(
    case: Case, staff: Staff, now: datetime, why: ClosedBecause = ClosedBecause.POLICE
) -> None:
    close_case(case.pk, why, WORDS, staff=staff, now=now)
    case.refresh_from_db()


@pytest.mark.parametrize("places", [(), ("@somebody",)])
def test_a_case_without_a_link_can_be_closed_with_a_reason(
    places: tuple[str, ...], staff: Staff, now: datetime
) -> None:
    case = reported(now, *places)
    close(case, staff, now)
    assert (case.status, case.closed_because, case.closed_words) == ("closed", "police", WORDS)
    told = [one.payload for one in entries_of(case.pk)][-1]
    assert (told["event"], told["reason"]) == ("case closed", "police")
    assert told["actor"] == f"staff {staff.pk}"
    assert WORDS not in str(told)


@pytest.mark.parametrize("state", ["draft", "approved", "unknown", "undeliverable", "sent"])
def test_a_case_is_not_closed_while_a_notice_is_under_way(
    state: str, staff: Staff, now: datetime
) -> None:
    case = reported(now, "https://t.me/some_channel/12")
    Notice.objects.update(state=state, sent_at=now)
    notice = Notice.objects.get()
    with pytest.raises(CannotClose, match=f"{notice.reference} to Telegram"):
        close(case, staff, now)
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN


def test_what_the_police_have_been_told_does_not_keep_a_case_from_being_closed_for_that(
    staff: Staff, now: datetime
) -> None:
    case = reported(now, "@somebody", consents=frozenset({ConsentScope.POLICE}))
    police = Notice.objects.get()
    with pytest.raises(CannotClose, match=police.reference):
        close(case, staff, now)

    hand_over_notices([police.pk], staff=staff, now=now, compared=frozenset({police.recipient_id}))

    with pytest.raises(CannotClose, match=police.reference):
        close(case, staff, now, ClosedBecause.ALL_ASKED)
    close(case, staff, now)
    assert case.status == CaseStatus.CLOSED


@pytest.mark.parametrize("state", ["overdue", "refused", "cancelled"])
def test_a_case_whose_notices_led_nowhere_can_be_closed(
    state: str, staff: Staff, now: datetime
) -> None:
    case = reported(now, "https://t.me/some_channel/12")
    Notice.objects.update(state=state, sent_at=now)
    close(case, staff, now, ClosedBecause.ALL_ASKED)
    assert case.status == CaseStatus.CLOSED


def test_a_word_does_not_close_a_case_whose_picture_a_look_found(
    staff: Staff, now: datetime
) -> None:
    case = reported(now, "https://t.me/some_channel/12")
    Notice.objects.update(state="overdue", sent_at=now)
    case.sightings.update(liveness=Liveness.STILL_THERE)
    with pytest.raises(CannotClose, match="still there"):
        close(case, staff, now, ClosedBecause.SAID_GONE)
    close(case, staff, now, ClosedBecause.POLICE)
    assert case.status == CaseStatus.CLOSED


def test_a_case_is_closed_once_and_with_words(staff: Staff, now: datetime) -> None:
    case = reported(now)
    with pytest.raises(CannotClose, match="few words"):
        close_case(case.pk, ClosedBecause.POLICE, "  ", staff=staff, now=now)
    close(case, staff, now)
    with pytest.raises(CannotClose, match="not open"):
        close(case, staff, now)


def test_a_closed_case_opens_again_when_a_look_finds_the_picture(
    staff: Staff, now: datetime
) -> None:
    made = pdq.from_array(photo("coffee"))
    prints = (NewFingerprint(pdq=made.hash, quality=made.quality),)
    case = reported(now, "https://t.me/some_channel/12", fingerprints=prints)
    look_at(case.sightings.get().pk, Answers(401), now=now)
    Notice.objects.update(state="overdue", sent_at=now)
    close(case, staff, now)
    look_at(case.sightings.get().pk, Answers(200, encoded(photo("coffee"), "PNG")), now=now)
    case.refresh_from_db()
    assert (case.status, case.closed_because, case.closed_words) == ("open", "", "")
    assert Notice.objects.filter(state="draft").count() == 1


def test_a_closed_case_opens_again_when_she_comes_back_and_by_hand(
    staff: Staff, now: datetime
) -> None:
    case = reported(now)
    close(case, staff, now)
    places = (read_place("https://t.me/another/3"),)
    add_to_report(case.pk, Addition(places=places, fingerprints=(), said_adult=True), now=now)
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN

    other = reported(now)
    with pytest.raises(CannotClose, match="not closed"):
        open_again(other.pk, staff=staff, now=now)
    close(other, staff, now)
    open_again(other.pk, staff=staff, now=now)
    other.refresh_from_db()
    assert (other.status, other.closed_because) == ("open", "")


def add_again(case: Case, link: str, now: datetime) -> None:
    again = Addition(places=(read_place(link),), fingerprints=(), said_adult=True)
    add_to_report(case.pk, again, now=now)
    case.refresh_from_db()


def closed_with_one_place(staff: Staff, now: datetime, **changes: object) -> Case:
    """Whoever was asked about it has not answered in time."""
    case = reported(now, CHANNEL, **changes)
    Notice.objects.update(state="overdue", sent_at=now, due_at=now, escalated_at=now)
    close(case, staff, now)
    return case


@pytest.mark.parametrize("liveness", [Liveness.BLOCKED_HERE, Liveness.CANNOT_TELL])
def test_the_work_begins_again_at_a_link_that_she_names_once_more(
    liveness: Liveness, staff: Staff, now: datetime
) -> None:
    case = closed_with_one_place(staff, now)
    case.sightings.update(liveness=liveness, next_look_at=None)
    Notice.objects.update(escalated_at=None)
    later = now + timedelta(days=1)
    add_again(case, CHANNEL, later)
    assert case.status == CaseStatus.OPEN
    assert case.sightings.get().next_look_at == later
    draft = Notice.objects.get(state="draft")
    assert draft.sighting == case.sightings.get()
    told = [one.payload for one in entries_of(case.pk)]
    (added,) = [one for one in told if one["event"] == "report added to"]
    assert (added["sightings"], added["sightings_again"]) == (0, 1)
    assert escalate_due(later) == 0
    assert "no next rung" not in [str(one.payload["event"]) for one in entries_of(case.pk)]


def test_where_somebody_says_that_it_is_gone_her_link_is_looked_at_first(
    staff: Staff, now: datetime
) -> None:
    case = closed_with_one_place(staff, now)
    case.sightings.update(liveness=Liveness.BLOCKED_HERE, claimed_gone_at=now, next_look_at=None)
    later = now + timedelta(days=1)
    add_again(case, CHANNEL, later)
    assert case.sightings.get().next_look_at == later
    assert not Notice.objects.filter(state="draft").exists()
    case.sightings.update(claimed_gone_at=None)
    assert escalate_due(later) == 1


def test_a_link_of_a_minor_that_is_named_once_more_is_never_looked_at(
    staff: Staff, now: datetime
) -> None:
    case = closed_with_one_place(staff, now, age_group=AgeGroup.UNDER_18)
    hotline = Notice.objects.get().recipient_id
    Notice.objects.update(state="cancelled")
    add_again(case, CHANNEL, now + timedelta(days=1))
    assert case.sightings.get().next_look_at is None
    assert Notice.objects.get(state="draft").recipient_id == hotline


def test_what_she_stops_later_is_withdrawn_and_keeps_no_reason_of_ours(
    staff: Staff, now: datetime
) -> None:
    case = reported(now)
    close(case, staff, now)
    withdraw_report(case, now=now)
    case.refresh_from_db()
    assert (case.status, case.closed_because, case.closed_words) == ("withdrawn", "", "")
