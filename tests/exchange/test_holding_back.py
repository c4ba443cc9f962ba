"""What a minor's report holds back from lists of others, until somebody decides."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import combinations, islice

import pytest
from django.db import connection

from jikimi.aftercare.actions import erase_case, stop_everything
from jikimi.cases.actions import NewFingerprint, NewVideo
from jikimi.cases.frames import VideoFrame
from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup
from jikimi.exchange.actions import (
    end_list,
    hold_back_near,
    import_prints,
    keep_out,
    let_return,
    withdraw_prints,
)
from jikimi.exchange.following import Follower
from jikimi.exchange.held_back import HeldBackRow, held_back
from jikimi.exchange.lookups import cases_that_hold_back, how_many_wait, platforms_search_imported
from jikimi.exchange.minors_models import HeldBack
from jikimi.exchange.models import Entry, PrintList
from jikimi.exchange.rules.lists import Audience
from jikimi.exchange.rules.minors import Word
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import EntryContent
from tests.exchange.log_of_lists import commit_positions
from tests.exchange.match_door import Door, a_key, this_connection
from tests.reports import PDQ, a_report

pytestmark = pytest.mark.django_db
FAR = bytes(255 - byte for byte in PDQ)


@pytest.fixture
def staff(db: None) -> Staff:
    return Staff.objects.create_staff(email="mina@centre.example", password="long enough for this")


def differing(bits: int) -> bytes:
    """PDQ but for its lowest bits."""
    return (int.from_bytes(PDQ) ^ (1 << bits) - 1).to_bytes(32)


def a_minors(now: datetime, *made: NewFingerprint | NewVideo) -> Case:
    held = made or (NewFingerprint(pdq=PDQ, quality=90),)
    return receive_report(a_report(age_group=AgeGroup.UNDER_18, fingerprints=held), now=now).case


def an_open_list(now: datetime, *prints: bytes) -> None:
    import_prints("open", prints or (differing(5), FAR), audience=Audience.PLATFORMS, now=now)


def hold_back(case: Case, now: datetime) -> int:
    """As the job of a minor's report does it, and each night's."""
    commit_positions()
    follower = Follower(this_connection(), clock=lambda: 0.0)
    follower.catch_up(connection.connection)
    return hold_back_near(case.pk, follower.lists, now=now)


def listed(name: str = "open") -> set[bytes]:
    return {
        bytes(pdq) for pdq in Entry.objects.filter(list__name=name).values_list("pdq", flat=True)
    }


def test_what_is_near_a_minors_that_comes_later_is_off_lists_of_platforms_and_waits(
    now: datetime,
) -> None:
    import_prints("house", [differing(5)], now=now)
    assert not platforms_search_imported()
    an_open_list(now)
    assert platforms_search_imported()
    key = a_key(now)
    minor = a_minors(now)
    assert hold_back(minor, now) == 1
    assert listed() == {FAR}
    assert listed("house") == {differing(5)}
    assert PrintList.objects.get(name="open").size == 1
    asked = {"fingerprints": [{"type": "pdq", "value": differing(5).hex()}]}
    assert Door(now).follow().ask(asked, key).json()["matches"] == [[]]
    assert held_back() == [
        HeldBackRow(
            nickname=minor.nickname,
            lists=("open",),
            prints=1,
            since=now,
            word=Word.WAITS,
            decided_by="",
            decided_at=None,
        )
    ]
    assert how_many_wait() == 1
    assert "holds back" not in str([one.payload["event"] for one in entries_of(minor.pk)])


def test_what_a_caseworker_lets_return_matches_again_and_is_held_back_no_more(
    now: datetime, staff: Staff
) -> None:
    an_open_list(now)
    before = Entry.objects.get(pdq=differing(5))
    key = a_key(now)
    minor = a_minors(now)
    hold_back(minor, now)
    assert let_return(minor.pk, staff=staff, now=now)
    assert not let_return(minor.pk, staff=staff, now=now)
    again = Entry.objects.get(pdq=differing(5))
    assert again.pk != before.pk
    assert PrintList.objects.get(name="open").size == 2
    asked = {"fingerprints": [{"type": "pdq", "value": differing(5).hex()}]}
    assert len(Door(now).follow().ask(asked, key).json()["matches"][0]) == 1
    assert hold_back(minor, now) == 0  # as each night
    assert listed() == {differing(5), FAR}
    assert how_many_wait() == 0
    (row,) = held_back()
    assert (row.word, row.decided_by, row.decided_at) == (Word.RETURNS, staff.email, now)


def test_what_a_caseworker_keeps_out_waits_no_more_and_can_still_return(
    now: datetime, staff: Staff
) -> None:
    an_open_list(now)
    minor = a_minors(now)
    hold_back(minor, now)
    assert keep_out(minor.pk, staff=staff, now=now)
    assert not keep_out(minor.pk, staff=staff, now=now)
    assert listed() == {FAR}
    assert how_many_wait() == 0
    assert [row.word for row in held_back()] == [Word.STAYS_OUT]
    assert let_return(minor.pk, staff=staff, now=now)
    assert listed() == {differing(5), FAR}
    assert keep_out(minor.pk, staff=staff, now=now)
    assert listed() == {FAR}


def test_each_decision_is_on_the_trail_of_the_house(now: datetime, staff: Staff) -> None:
    an_open_list(now)
    minor = a_minors(now)
    hold_back(minor, now)
    keep_out(minor.pk, staff=staff, now=now)
    let_return(minor.pk, staff=staff, now=now)
    told = EntryContent.objects.filter(
        entry__case_ref=None, payload__because_of=str(minor.pk)
    ).order_by("entry_id")
    assert [(one.payload["event"], one.payload["actor"]) for one in told] == [
        ("a minor's report holds back", "system"),
        ("what a minor's report holds back stays out", f"staff {staff.pk}"),
        ("what a minor's report holds back returns", f"staff {staff.pk}"),
    ]


@pytest.mark.parametrize("is_known_before", [True, False])
def test_what_two_reports_hold_back_returns_when_neither_does(
    is_known_before: bool, now: datetime, staff: Staff
) -> None:
    an_open_list(now)
    one = a_minors(now)
    other = a_minors(now) if is_known_before else None
    hold_back(one, now)
    other = other or a_minors(now)
    assert hold_back(other, now) == 0  # it is off already
    assert let_return(one.pk, staff=staff, now=now)
    assert listed() == {FAR}
    assert how_many_wait() == 1
    assert let_return(other.pk, staff=staff, now=now)
    assert listed() == {differing(5), FAR}


@pytest.mark.parametrize("end", [stop_everything, erase_case])
def test_what_waits_returns_when_the_report_is_withdrawn(
    end: Callable[..., object], now: datetime
) -> None:
    an_open_list(now)
    minor = a_minors(now)
    hold_back(minor, now)
    end(minor.pk, now=now)
    assert listed() == {differing(5), FAR}
    assert held_back() == []
    assert minor.pk not in cases_that_hold_back()


def test_what_was_kept_out_stays_out_until_the_report_is_erased(
    now: datetime, staff: Staff
) -> None:
    an_open_list(now)
    minor = a_minors(now)
    hold_back(minor, now)
    keep_out(minor.pk, staff=staff, now=now)
    stop_everything(minor.pk, now=now)
    an_open_list(now)  # read in again
    assert listed() == {FAR}
    assert erase_case(minor.pk, now=now)
    assert listed() == {differing(5), FAR}
    assert not HeldBack.objects.exists()


def test_what_is_near_a_minors_is_held_back_from_an_import_too(now: datetime, staff: Staff) -> None:
    minor = a_minors(now)
    prints = [differing(5), FAR]
    read = import_prints("open", prints, audience=Audience.PLATFORMS, now=now)
    assert (read.read, read.added, read.held_back) == (2, 1, 1)
    again = import_prints("open", prints, now=now)
    assert (again.read, again.added, again.held_back) == (2, 0, 1)
    assert import_prints("house", prints, now=now).added == 2
    assert let_return(minor.pk, staff=staff, now=now)
    assert listed() == {differing(5), FAR}
    assert import_prints("open", prints, now=now).held_back == 0


def test_a_frame_of_a_minors_video_holds_back_what_is_near_it(now: datetime) -> None:
    half = b"\x0f" * 32
    an_open_list(now, half, FAR)
    frames = (VideoFrame(milliseconds=0, pdq=half, quality=80),)
    assert hold_back(a_minors(now, NewVideo(frames=frames)), now) == 1
    assert listed() == {FAR}


def test_an_adults_report_holds_nothing_back(now: datetime) -> None:
    an_open_list(now)
    adults = receive_report(a_report(), now=now).case
    assert hold_back(adults, now) == 0
    assert cases_that_hold_back() == []


def test_what_the_operator_takes_off_a_list_does_not_return(now: datetime, staff: Staff) -> None:
    an_open_list(now, differing(3), differing(5), FAR)
    minor = a_minors(now)
    assert hold_back(minor, now) == 2
    assert withdraw_prints("open", [differing(3), FAR], now=now) == 2
    assert let_return(minor.pk, staff=staff, now=now)
    assert listed() == {differing(5)}


def test_what_is_held_back_from_a_list_goes_with_it(now: datetime, staff: Staff) -> None:
    an_open_list(now)
    minor = a_minors(now)
    hold_back(minor, now)
    end_list("open", now=now)
    assert how_many_wait() == 0
    assert not let_return(minor.pk, staff=staff, now=now)
    assert not Entry.objects.exists()


def test_thousands_near_one_report_are_held_back_and_return(now: datetime) -> None:
    near = [
        (int.from_bytes(PDQ) ^ 1 << one ^ 1 << other).to_bytes(32)
        for one, other in islice(combinations(range(256), 2), 8_000)
    ]
    an_open_list(now, *near, FAR)
    minor = a_minors(now)
    assert hold_back(minor, now) == len(near)
    assert listed() == {FAR}
    stop_everything(minor.pk, now=now)
    assert listed() == {*near, FAR}
    a_minors(now)
    end_list("open", now=now)
    read = import_prints("open", near, audience=Audience.PLATFORMS, now=now)
    assert (read.added, read.held_back) == (0, len(near))


def test_what_returns_has_the_date_of_its_return(now: datetime, staff: Staff) -> None:
    an_open_list(now)
    minor = a_minors(now)
    hold_back(minor, now)
    later = now + timedelta(days=3)
    assert let_return(minor.pk, staff=staff, now=later)
    assert Entry.objects.get(pdq=differing(5)).added_on == later.date()
