"""The list of our own reports: an adult's fingerprints, for as long as she agrees."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from django.db import connection

from jikimi.aftercare.actions import (
    add_to_report,
    erase_case,
    give_choice,
    go_on,
    pause,
    stop_everything,
    stop_speaking_for_her,
    take_choice_back,
)
from jikimi.aftercare.actions.adding import Addition
from jikimi.aftercare.exports import everything_about
from jikimi.cases.actions import NewFingerprint, NewVideo, end_case
from jikimi.cases.frames import VideoFrame
from jikimi.cases.jobs import Job
from jikimi.cases.models import Case, CaseStatus, VideoFingerprint
from jikimi.cases.rules import AgeGroup, Authority, Relation
from jikimi.exchange.actions import (
    cases_near_minors,
    keep_in_step,
    leave_minors_alone,
    see_what_is_kept_off,
)
from jikimi.exchange.lookups import cases_out_of_step, kept_off_unseen
from jikimi.exchange.minors_models import KeptOff
from jikimi.exchange.models import Change, Entry, Holding, PrintList, Withdrawal
from jikimi.exchange.rules.lists import OWN_LIST
from jikimi.exchange.rules.own_reports import MOST_FRAMES_LISTED, Listing
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import ConsentScope, EntryContent
from tests.exchange.log_of_lists import commit_positions
from tests.reports import PDQ, a_report

pytestmark = pytest.mark.django_db
ALL = frozenset(ConsentScope)
NEAR = bytes([PDQ[0] ^ 0xFF, *PDQ[1:]])
"""Eight bits away."""


def a_case(now: datetime, **changes: object) -> Case:
    """A case whose report agreed to everything, and what the job does for it."""
    case = receive_report(a_report(**{"consents": ALL, **changes}), now=now).case
    keep_in_step(case.pk, now=now)
    return case


def listed() -> list[bytes]:
    return sorted(bytes(pdq) for pdq in Entry.objects.values_list("pdq", flat=True))


def test_what_an_adult_agreed_to_is_listed_for_platforms(now: datetime) -> None:
    case = a_case(now)
    assert listed() == [PDQ]
    own = PrintList.objects.get()
    assert (own.name, own.origin, own.audience) == (OWN_LIST, "own", "platforms")
    assert [one.payload["event"] for one in entries_of(case.pk)][-1] == "own list changed"


def told_of_the_house(*facts: str) -> list[tuple[object, ...]]:
    """These facts of each event that is of no case, where it has them."""
    events = EntryContent.objects.filter(entry__case_ref=None, payload__has_keys=list(facts))
    return [tuple(one.payload[fact] for fact in facts) for one in events]


def test_a_second_time_changes_nothing(now: datetime) -> None:
    case = a_case(now)
    assert not keep_in_step(case.pk, now=now).add
    assert Change.objects.count() == 1


def test_without_her_yes_nothing_is_listed(now: datetime) -> None:
    a_case(now, consents=ALL - {ConsentScope.BLOCK_LIST})
    assert listed() == []


@pytest.mark.parametrize("age", [age for age in AgeGroup if age is not AgeGroup.ADULT])
def test_nothing_of_a_minors_is_ever_listed(age: AgeGroup, now: datetime) -> None:
    a_case(now, age_group=age)
    assert listed() == []


def test_a_helpers_report_waits_until_it_may_be_acted_on(now: datetime) -> None:
    a_case(now, helper=Relation.FRIEND, authority=Authority.NOT_ASKED)
    assert listed() == []


def test_what_is_too_poor_to_decide_by_is_not_listed(now: datetime) -> None:
    a_case(now, fingerprints=(NewFingerprint(pdq=PDQ, quality=49),))
    assert listed() == []


def test_taking_the_choice_back_takes_it_off_with_the_answer(now: datetime) -> None:
    case = a_case(now)
    entry = Entry.objects.get().pk
    take_choice_back(case.pk, ConsentScope.BLOCK_LIST, now=now)
    assert listed() == []
    assert Withdrawal.objects.get().entry_ref == entry
    assert not Holding.objects.exists()


def test_giving_the_choice_again_lists_it_under_another_id(now: datetime) -> None:
    case = a_case(now)
    before = Entry.objects.get().pk
    take_choice_back(case.pk, ConsentScope.BLOCK_LIST, now=now)
    give_choice(case.pk, ConsentScope.BLOCK_LIST, now=now)
    keep_in_step(case.pk, now=now)
    assert Entry.objects.get().pk != before


def test_stopping_everything_takes_it_off(now: datetime) -> None:
    stop_everything(a_case(now).pk, now=now)
    assert listed() == []


def test_a_case_can_be_erased_and_leaves_random_ids_alone(now: datetime) -> None:
    case = a_case(now)
    assert erase_case(case.pk, now=now)
    assert not Entry.objects.exists()
    assert Withdrawal.objects.count() == 1


def test_a_closed_case_stays_listed_so_that_the_next_upload_is_found(now: datetime) -> None:
    case = a_case(now)
    end_case(case, CaseStatus.CLOSED, actor="system", now=now)
    keep_in_step(case.pk, now=now)
    assert listed() == [PDQ]


def test_while_she_pauses_nothing_new_is_listed_and_what_is_there_stays(now: datetime) -> None:
    case = a_case(now)
    pause(case.pk, now=now)
    other = bytes(255 - byte for byte in PDQ)
    new = (NewFingerprint(pdq=other, quality=90),)
    add_to_report(case.pk, Addition(places=(), fingerprints=new, said_adult=True), now=now)
    keep_in_step(case.pk, now=now)
    assert listed() == [PDQ]
    go_on(case.pk, now=now)
    keep_in_step(case.pk, now=now)
    assert listed() == [PDQ, other]


def test_a_new_picture_that_may_be_a_minors_takes_everything_off_at_once(now: datetime) -> None:
    case = a_case(now)
    new = (NewFingerprint(pdq=bytes(32), quality=90),)
    add_to_report(case.pk, Addition(places=(), fingerprints=new, said_adult=False), now=now)
    assert listed() == []


def test_two_cases_with_the_same_picture_share_an_entry_until_both_are_gone(
    now: datetime,
) -> None:
    one, other = a_case(now), a_case(now)
    assert listed() == [PDQ]
    stop_everything(one.pk, now=now)
    assert listed() == [PDQ]
    assert not Withdrawal.objects.exists()
    stop_everything(other.pk, now=now)
    assert listed() == []


def test_what_is_near_a_minors_is_not_listed_for_an_adult(now: datetime) -> None:
    a_case(now, age_group=AgeGroup.NOT_SURE, fingerprints=(NewFingerprint(pdq=NEAR, quality=90),))
    a_case(now)
    assert listed() == []


def test_what_is_near_a_minors_that_comes_later_is_taken_off(now: datetime) -> None:
    adult = a_case(now)
    minor = a_case(
        now, age_group=AgeGroup.UNDER_18, fingerprints=(NewFingerprint(pdq=NEAR, quality=90),)
    )
    assert leave_minors_alone(minor.pk, now=now) == 1
    keep_in_step(adult.pk, now=now)  # the job that was asked for
    assert listed() == []
    why = list(entries_of(adult.pk))[-1].payload
    assert (why["event"], why["withdrawn"], why["near_a_minors"]) == ("own list changed", 1, 1)
    assert told_of_the_house("because_of", "others") == [(str(minor.pk), str(adult.pk))]
    assert "gone through" not in str([one.payload for one in entries_of(minor.pk)])
    assert "list" not in str(everything_about(adult, None, now=now).events)


def kept_off() -> list[tuple[str, int]]:
    return [(one.nickname, one.prints) for one in kept_off_unseen()]


def test_what_is_kept_off_for_a_minors_sake_is_told_until_somebody_has_seen_it(
    now: datetime,
) -> None:
    minors = tuple(NewFingerprint(pdq=frame(n).pdq, quality=90) for n in range(2))
    a_case(now, age_group=AgeGroup.UNDER_18, fingerprints=minors)
    case = a_case(now, fingerprints=(minors[0], NewFingerprint(pdq=PDQ, quality=90)))
    assert kept_off() == [(case.nickname, 1)]
    staff = Staff.objects.create_staff(email="a@example.org", password="long enough for this")
    assert see_what_is_kept_off(case.pk, staff=staff, now=now)
    assert not see_what_is_kept_off(case.pk, staff=staff, now=now)
    keep_in_step(case.pk, now=now)  # as each night
    assert kept_off() == []
    more = Addition(places=(), fingerprints=(minors[1],), said_adult=True)
    add_to_report(case.pk, more, now=now)
    keep_in_step(case.pk, now=now)
    assert kept_off() == [(case.nickname, 2)]
    assert "kept off" not in str([one.payload for one in entries_of(case.pk)])


def test_what_is_kept_off_is_told_again_where_it_is_another_and_not_where_it_is_less(
    now: datetime,
) -> None:
    first, second = (
        a_case(now, age_group=AgeGroup.UNDER_18, fingerprints=(one,)) for one in of_frames(0, 1)
    )
    case = a_case(now, fingerprints=of_frames(0, 1, 2))
    staff = Staff.objects.create_staff(email="a@example.org", password="long enough for this")
    assert kept_off() == [(case.nickname, 2)]
    assert see_what_is_kept_off(case.pk, staff=staff, now=now)
    erase_case(first.pk, now=now)
    keep_in_step(case.pk, now=now)
    assert kept_off() == []  # one less
    erase_case(second.pk, now=now)
    a_case(now, age_group=AgeGroup.UNDER_18, fingerprints=of_frames(2))
    keep_in_step(case.pk, now=now)
    assert kept_off() == [(case.nickname, 1)]  # as many as before, and another


def test_what_was_seen_before_marks_were_kept_is_not_told_again(now: datetime) -> None:
    a_case(now, age_group=AgeGroup.UNDER_18, fingerprints=of_frames(0, 1))
    case = a_case(now, fingerprints=of_frames(0, 1, 2))
    staff = Staff.objects.create_staff(email="a@example.org", password="long enough for this")
    see_what_is_kept_off(case.pk, staff=staff, now=now)
    marks = KeptOff.objects.get().marks
    KeptOff.objects.update(marks=b"")  # as of a version that kept their number alone
    keep_in_step(case.pk, now=now)
    assert kept_off() == []
    assert KeptOff.objects.get().marks == marks
    KeptOff.objects.update(marks=b"", prints=1)
    keep_in_step(case.pk, now=now)
    assert kept_off() == [(case.nickname, 2)]


@pytest.mark.parametrize("end", [stop_everything, erase_case])
def test_of_a_case_that_has_ended_nothing_is_told(
    end: Callable[..., object], now: datetime
) -> None:
    a_case(now, age_group=AgeGroup.UNDER_18)
    case = a_case(now)
    assert kept_off() == [(case.nickname, 1)]
    end(case.pk, now=now)
    assert kept_off() == []


def test_a_lost_job_for_a_minors_is_made_up_for_at_night(now: datetime) -> None:
    adult = a_case(now)
    assert cases_near_minors() == frozenset()
    near = (NewFingerprint(pdq=NEAR, quality=90),)
    a_case(now, age_group=AgeGroup.UNDER_18, fingerprints=near)
    assert cases_near_minors() == {adult.pk}


def test_a_helper_who_may_speak_for_her_no_more_takes_it_off_with_the_answer(
    now: datetime,
) -> None:
    case = a_case(now, helper=Relation.FRIEND, authority=Authority.AGREED)
    assert listed() == [PDQ]
    staff = Staff.objects.create_staff(email="a@example.org", password="long enough for this")
    stop_speaking_for_her(case.pk, staff=staff, now=now)
    assert listed() == []


def test_whoever_may_not_speak_for_her_is_out_of_step_while_listed(now: datetime) -> None:
    waiting = a_case(now, helper=Relation.FRIEND, authority=Authority.NOT_ASKED)
    assert cases_out_of_step() == []
    case = a_case(now, helper=Relation.FRIEND, authority=Authority.AGREED)
    assert cases_out_of_step() == []
    Case.objects.filter(pk=case.pk).update(authority=Authority.NOT_ASKED)
    assert cases_out_of_step() == [case.pk]
    assert waiting.pk not in cases_out_of_step()


def test_sending_known_pictures_again_as_a_minors_goes_through_other_cases(now: datetime) -> None:
    case = receive_report(a_report(consents=frozenset()), now=now).case
    assert Job.KEEP_LISTS_IN_STEP.value not in jobs_for(case)
    again = (NewFingerprint(pdq=PDQ, quality=90),)
    add_to_report(case.pk, Addition(places=(), fingerprints=again, said_adult=False), now=now)
    assert Job.KEEP_LISTS_IN_STEP.value in jobs_for(case)


def test_a_minors_that_is_too_poor_to_decide_by_takes_nothing_off(now: datetime) -> None:
    adult = a_case(now)
    poor = (NewFingerprint(pdq=NEAR, quality=49),)
    minor = a_case(now, age_group=AgeGroup.UNDER_18, fingerprints=poor)
    assert leave_minors_alone(minor.pk, now=now) == 0
    keep_in_step(adult.pk, now=now)
    assert listed() == [PDQ]


def frame(number: int) -> VideoFrame:
    """A frame of its own: half of its bits set, far from every other's."""
    bits = int.from_bytes(sha256(number.to_bytes(4)).digest())
    while bits.bit_count() > 128:
        bits &= bits - 1
    while bits.bit_count() < 128:
        bits |= bits + 1
    return VideoFrame(milliseconds=500 * number, pdq=bits.to_bytes(32), quality=80)


def of_frames(*numbers: int) -> tuple[NewFingerprint, ...]:
    """Pictures with the hashes of these frames."""
    return tuple(NewFingerprint(pdq=frame(number).pdq, quality=90) for number in numbers)


def a_video(count: int) -> NewVideo:
    return NewVideo(frames=tuple(frame(number) for number in range(count)))


def test_frames_of_a_video_are_listed_spread_over_its_length(now: datetime) -> None:
    a_case(now, fingerprints=(a_video(2 * MOST_FRAMES_LISTED),))
    assert listed() == sorted(frame(2 * number).pdq for number in range(MOST_FRAMES_LISTED))


def test_a_second_time_changes_nothing_of_a_video(now: datetime) -> None:
    case = a_case(now, fingerprints=(a_video(3), NewFingerprint(pdq=frame(1).pdq, quality=90)))
    again = keep_in_step(case.pk, now=now)
    assert again == Listing(add=frozenset(), withdraw=frozenset())
    assert Entry.objects.count() == 3
    assert Holding.objects.count() == 4


@pytest.mark.parametrize("end", [stop_everything, erase_case])
def test_frames_leave_the_list_before_the_video_is_erased(
    end: Callable[..., object], now: datetime
) -> None:
    case = a_case(now, fingerprints=(a_video(3),))
    end(case.pk, now=now)
    assert listed() == []
    assert not VideoFingerprint.objects.exists()


def test_a_frame_near_a_minors_picture_is_not_listed_and_leaves(now: datetime) -> None:
    adult = a_case(now, fingerprints=(a_video(3),))
    minors = (NewFingerprint(pdq=frame(1).pdq, quality=90),)
    minor = a_case(now, age_group=AgeGroup.UNDER_18, fingerprints=minors)
    assert leave_minors_alone(minor.pk, now=now) == 1
    keep_in_step(adult.pk, now=now)  # the job that was asked for
    assert listed() == sorted([frame(0).pdq, frame(2).pdq])


def test_nothing_of_a_minors_video_is_listed(now: datetime) -> None:
    a_case(now, age_group=AgeGroup.NOT_SURE, fingerprints=(a_video(3),))
    assert listed() == []


def test_a_lost_job_is_made_up_for_a_video(now: datetime) -> None:
    late = receive_report(a_report(consents=ALL, fingerprints=(a_video(2),)), now=now).case
    assert cases_out_of_step() == [late.pk]
    keep_in_step(late.pk, now=now)
    assert cases_out_of_step() == []
    Case.objects.filter(pk=late.pk).update(age_group=AgeGroup.NOT_SURE)
    assert cases_out_of_step() == [late.pk]


def test_the_list_knows_its_size(now: datetime) -> None:
    case = a_case(now, fingerprints=(a_video(3), NewFingerprint(pdq=PDQ, quality=90)))
    assert PrintList.objects.get().size == 4
    stop_everything(case.pk, now=now)
    assert PrintList.objects.get().size == 0


def test_a_lost_job_is_made_up_for_at_night(now: datetime) -> None:
    late = receive_report(a_report(consents=ALL), now=now).case
    in_step = a_case(now, fingerprints=(NewFingerprint(pdq=bytes(range(1, 33)), quality=90),))
    assert cases_out_of_step() == [late.pk]
    Case.objects.filter(pk=in_step.pk).update(age_group=AgeGroup.NOT_SURE)
    assert set(cases_out_of_step()) == {late.pk, in_step.pk}


def test_changes_get_positions_without_holes_when_they_commit(now: datetime) -> None:
    case = a_case(now)
    commit_positions()
    take_choice_back(case.pk, ConsentScope.BLOCK_LIST, now=now + timedelta(hours=1))
    commit_positions()
    assert list(Change.objects.order_by("id").values_list("position", flat=True)) == [1, 2]


def jobs_for(case: Case) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name FROM procrastinate_jobs WHERE args->>'case_id' = %s ORDER BY id",
            [str(case.pk)],
        )
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.parametrize(
    ("changes", "is_asked_for"),
    [
        ({"consents": ALL}, True),
        ({"consents": ALL - {ConsentScope.BLOCK_LIST}}, False),
        ({"consents": frozenset(), "age_group": AgeGroup.UNDER_18}, True),
        ({"consents": ALL, "fingerprints": ()}, False),
    ],
)
def test_a_report_asks_for_the_list_where_it_may_change_it(
    changes: dict[str, object], is_asked_for: bool, now: datetime
) -> None:
    case = receive_report(a_report(**changes), now=now).case
    assert (Job.KEEP_LISTS_IN_STEP.value in jobs_for(case)) is is_asked_for
