"""What is listed now is compared with what partners asked about before, if they asked for that."""

from datetime import datetime, timedelta

import pytest

from jikimi.api.match.tally import Tally
from jikimi.cases.models import Case
from jikimi.exchange.actions import (
    SharedPrint,
    forget_what_was_asked,
    import_prints,
    keep_in_step,
    match_backwards,
    note_new_changes,
    note_on_cases,
    open_partners_list,
    release,
    share_prints,
)
from jikimi.exchange.models import (
    AskedPrint,
    Change,
    Entry,
    FoundByPartner,
    LateMatch,
    LateNumbers,
    RestStep,
)
from jikimi.exchange.rules.answers import MOST_MATCHES
from jikimi.exchange.rules.later import REMEMBERED, SETTLES
from jikimi.exchange.rules.lists import Audience, Purpose
from jikimi.intake.actions import receive_report
from jikimi.people.models import Partner, Staff
from jikimi.people.partner_rules import PartnerKind, Scope
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import ConsentScope
from tests.exchange.log_of_lists import commit_positions
from tests.exchange.match_door import Clock, Door, a_key
from tests.reports import PDQ, a_report

pytestmark = pytest.mark.django_db
NEAR = bytes([PDQ[0] ^ 0x0F, *PDQ[1:]])
"""Four bits away."""


def asking(*hashes: bytes, reference: str = "upload 1", **more: object) -> dict[str, object]:
    fingerprints = [
        {"type": "pdq", "value": one.hex(), "reference": reference, **more} for one in hashes
    ]
    return {"fingerprints": fingerprints}


def a_listed_case(now: datetime) -> Case:
    case = receive_report(a_report(consents=frozenset(ConsentScope)), now=now).case
    keep_in_step(case.pk, now=now)
    return case


def an_open_list(now: datetime) -> None:
    """Something that is far from everything here, so that there is a list to search."""
    import_prints("known", [b"\xf0" * 32], audience=Audience.PLATFORMS, now=now)


def remembered(now: datetime, key: str, asked: dict[str, object]) -> Door:
    """A door at which this was asked, and wrote it down."""
    an_open_list(now)
    door = Door(now).follow()
    assert door.ask(asked, key).status_code == 200
    door.service.write_down()
    return door


def compared(door: Door, now: datetime) -> int:
    """How much of what was listed, and has settled where nobody saw it before, is near it."""
    note_new_changes(now=now - SETTLES - timedelta(seconds=1))
    return match_backwards(door.service.follower.lists, now=now)


def test_what_is_listed_later_is_told_to_who_had_asked(now: datetime) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    door = remembered(now, key, asking(NEAR))
    case = a_listed_case(now)
    door.follow()
    later = now + SETTLES + timedelta(seconds=1)
    assert compared(door, later) == 1
    told = door.request("GET", "/api/v1/later", key).json()
    (one,) = told["later"]
    assert (one["reference"], one["distance"], one["lists"]) == ("upload 1", 4, ["own-reports"])
    again = door.request("GET", f"/api/v1/later?after={told['next']}", key).json()
    assert (again["later"], again["next"]) == ([], told["next"])
    assert note_on_cases(now=later) == 1
    assert list(entries_of(case.pk))[-1].payload["event"] == "partner saw something similar"


@pytest.mark.parametrize(
    ("kind", "audience", "is_told"),
    [
        (PartnerKind.PLATFORM, Audience.PLATFORMS, True),
        (PartnerKind.PLATFORM, Audience.HOTLINES, False),
        (PartnerKind.HOTLINE, Audience.HOTLINES, True),
        (PartnerKind.HOTLINE, Audience.HOUSE, False),
    ],
)
def test_what_is_imported_later_is_told_to_who_may_search_it(
    kind: PartnerKind, audience: Audience, is_told: bool, now: datetime
) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER, kind=kind)
    door = remembered(now, key, asking(NEAR))
    import_prints("later", [PDQ], audience=audience, now=now, clock=Clock())
    door.follow()
    assert compared(door, now + SETTLES + timedelta(seconds=1)) == is_told
    told = door.request("GET", "/api/v1/later", key).json()["later"]
    assert [one["lists"] for one in told] == [["later"]] * is_told


def test_a_partner_is_not_told_later_of_what_it_hands_in_itself(now: datetime) -> None:
    sharing = a_key(now, Scope.MATCH, Scope.LATER, Scope.SHARE, name="Sharer")
    other = a_key(now, Scope.MATCH, Scope.LATER, name="Another")
    open_partners_list("Sharer", audience=Audience.PLATFORMS, now=now)
    for key in (sharing, other):
        door = remembered(now, key, asking(NEAR))
    partner = Partner.objects.get(name="Sharer").pk
    share_prints(partner, add=[SharedPrint(pdq=PDQ, quality=90)], withdraw=[], now=now)
    assert compared(door.follow(), now + SETTLES + timedelta(seconds=1)) == 1
    told = [door.request("GET", "/api/v1/later", key).json()["later"] for key in (sharing, other)]
    assert [len(late) for late in told] == [0, 1]


def test_what_a_negative_list_hides_by_then_is_not_told(now: datetime) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    door = remembered(now, key, asking(NEAR))
    a_listed_case(now)
    import_prints("blank", [NEAR], purpose=Purpose.NEGATIVE, now=now)
    assert compared(door.follow(), now + SETTLES + timedelta(seconds=1)) == 0


def test_the_log_tells_of_each_batch_when_it_came(now: datetime) -> None:
    clock = Clock()

    def a_minute_passes(_so_far: object) -> None:
        clock.seconds += 60

    prints = [bytes([number]) * 32 for number in range(4)]
    import_prints("slow", prints, now=now, batch=2, clock=clock, on_batch=a_minute_passes)
    commit_positions()
    later = now + timedelta(minutes=1)
    assert list(Change.objects.order_by("position").values_list("at", flat=True)) == [now, later]


def test_each_change_is_compared_once_and_not_before_it_has_settled(now: datetime) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    door = remembered(now, key, asking(NEAR))
    a_listed_case(now)
    door.follow()
    note_new_changes(now=now)
    assert compared(door, now + SETTLES) == 0
    later = now + SETTLES + timedelta(seconds=1)
    assert [compared(door, later), compared(door, later)] == [1, 0]
    assert FoundByPartner.objects.get().times == 1


def test_a_change_settles_from_when_it_was_seen_and_not_from_when_its_work_began(
    now: datetime,
) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    door = remembered(now, key, asking(NEAR))
    a_listed_case(now - timedelta(minutes=10))  # and is committed now
    door.follow()
    note_new_changes(now=now)
    assert match_backwards(door.service.follower.lists, now=now) == 0
    later = now + SETTLES + timedelta(seconds=1)
    assert match_backwards(door.service.follower.lists, now=later) == 1


def test_what_was_farther_than_it_was_asked_for_is_not_told(now: datetime) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    door = remembered(now, key, asking(NEAR, radius=3))
    a_listed_case(now)
    door.follow()
    assert compared(door, now + timedelta(minutes=1)) == 0


def test_a_match_on_another_list_keeps_nothing_of_a_survivors_from_being_told_later(
    now: datetime,
) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    crowd = [(int.from_bytes(NEAR) ^ number).to_bytes(32) for number in range(MOST_MATCHES + 1)]
    import_prints("known", crowd, audience=Audience.PLATFORMS, now=now)
    door = Door(now).follow()
    assert door.ask(asking(NEAR), key).json()["remarks"] == ["capped"]
    door.service.write_down()
    compared(door, now)
    LateMatch.objects.all().delete()  # of the crowd itself
    a_listed_case(now)
    assert compared(door.follow(), now + SETTLES + timedelta(seconds=1)) == 1
    told = door.request("GET", "/api/v1/later", key).json()["later"]
    assert [one["lists"] for one in told] == [["own-reports"]]


def test_what_is_ours_or_has_too_little_detail_is_not_remembered(now: datetime) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    a_listed_case(now)
    remembered(now, key, asking(NEAR))
    remembered(now, key, asking(b"\x3c" * 32, quality=20))
    assert not AskedPrint.objects.exists()


def test_nothing_is_remembered_without_a_reference_or_the_scope(now: datetime) -> None:
    key = a_key(now)
    plain = {"fingerprints": [{"type": "pdq", "value": NEAR.hex()}]}
    door = remembered(now, key, plain)
    assert not AskedPrint.objects.exists()
    assert door.ask(asking(NEAR), key).status_code == 403
    assert door.request("GET", "/api/v1/later", key).status_code == 403


def test_what_there_is_no_room_to_remember_is_told_and_takes_no_room_of_others(
    now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    an_open_list(now)
    greedy = a_key(now, Scope.MATCH, Scope.LATER, Scope.METRICS)
    other = a_key(now, Scope.MATCH, Scope.LATER, name="Another")
    door = Door(now).follow()
    door.service.tally = Tally(most_of_one=2)
    told = door.ask(asking(NEAR, PDQ, bytes(32)), greedy).json()
    assert told["remarks"] == [None, None, "not_remembered"]
    assert door.ask(asking(NEAR), greedy).json()["remarks"] == ["not_remembered"]
    assert door.ask(asking(NEAR), other).json()["remarks"] == [None]
    door.service.write_down()
    assert AskedPrint.objects.count() == 3
    assert "jikimi_match_left_out_total 2.0" in door.request("GET", "/metrics", greedy).text
    for _again in range(2):
        door.ask(asking(NEAR, PDQ, bytes(32)), greedy)
        door.service.write_down()
    assert [line.message.startswith("there is no room") for line in caplog.records] == [True]
    assert AskedPrint.objects.count() == 7


def test_what_was_asked_is_forgotten_after_two_days(now: datetime) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    remembered(now, key, asking(NEAR))
    assert forget_what_was_asked(now=now + REMEMBERED) == 0
    assert forget_what_was_asked(now=now + REMEMBERED + timedelta(seconds=1)) == 1


def test_of_what_one_partner_has_remembered_the_newest_stay(now: datetime) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    other = a_key(now, Scope.MATCH, Scope.LATER, name="Another")
    door = remembered(now, other, asking(NEAR, reference="another's"))
    for number in range(4):
        door.ask(asking(NEAR, reference=f"upload {number}"), key)
        door.service.write_down()
    assert forget_what_was_asked(now=now, most=2, batch=1) == 2
    left = set(AskedPrint.objects.values_list("reference", flat=True))
    assert left == {"another's", "upload 2", "upload 3"}
    assert forget_what_was_asked(now=now, most=2) == 0


def test_what_a_partner_is_told_later_does_not_tell_how_much_others_are(now: datetime) -> None:
    many, one = (a_key(now, Scope.MATCH, Scope.LATER, name=name) for name in ("Many", "One"))
    an_open_list(now)
    door = Door(now).follow()
    for number in range(3):
        door.ask(asking(NEAR, reference=f"upload {number}"), many)
    door.ask(asking(NEAR), one)
    door.service.write_down()
    a_listed_case(now)
    door.follow()
    later = now + SETTLES + timedelta(seconds=1)
    assert compared(door, later) == 4
    told = [door.request("GET", "/api/v1/later", key).json()["next"] for key in (many, one)]
    first = int(later.timestamp() * 1000)
    assert told == [first + 2, first]


def test_after_a_restored_backup_a_partner_misses_nothing_of_what_it_is_told_next(
    now: datetime,
) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    door = remembered(now, key, asking(NEAR))
    a_listed_case(now)
    door.follow()
    later = now + SETTLES + timedelta(seconds=1)
    assert compared(door, later) == 1
    fetched = door.request("GET", "/api/v1/later", key).json()["next"]
    # The backup is from before it was told.
    LateMatch.objects.all().delete()
    LateNumbers.objects.all().delete()
    Change.objects.update(compared_at=None, settles_from=None)
    assert compared(door, later + timedelta(minutes=5)) == 1
    told = door.request("GET", f"/api/v1/later?after={fetched}", key).json()
    assert [one["reference"] for one in told["later"]] == ["upload 1"]


def test_what_was_asked_while_it_rested_is_told_once_it_is_released(now: datetime) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    a_listed_case(now)
    entry = Entry.objects.get()
    staff = Staff.objects.create_staff(email="a@example.org", password="long enough for this")
    RestStep.objects.create(entry=entry, rests=True, change=entry.change, staff=staff)
    door = remembered(now, key, asking(NEAR))
    later = now + SETTLES + timedelta(seconds=1)
    assert compared(door, later) == 0
    assert release(entry.pk, staff=staff, now=later)
    commit_positions()
    assert compared(door, later + SETTLES + timedelta(seconds=1)) == 1
    assert LateMatch.objects.get().entry_ref == entry.pk


def test_what_was_found_before_it_rested_is_told_once_it_is_released(now: datetime) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    door = remembered(now, key, asking(NEAR))
    a_listed_case(now)
    door.follow()
    later = now + SETTLES + timedelta(seconds=1)
    assert compared(door, later) == 1
    entry = Entry.objects.get(list__origin="own")
    staff = Staff.objects.create_staff(email="a@example.org", password="long enough for this")
    RestStep.objects.create(entry=entry, rests=True, change=entry.change, staff=staff)
    meanwhile = door.follow().request("GET", "/api/v1/later", key).json()
    assert meanwhile["later"] == []
    assert release(entry.pk, staff=staff, now=later)
    door.follow()
    assert compared(door, later + SETTLES + timedelta(seconds=1)) == 1
    after = f"/api/v1/later?after={meanwhile['next']}"
    assert len(door.request("GET", after, key).json()["later"]) == 1


def test_what_she_takes_back_is_no_longer_told(now: datetime) -> None:
    key = a_key(now, Scope.MATCH, Scope.LATER)
    door = remembered(now, key, asking(NEAR))
    case = a_listed_case(now)
    door.follow()
    compared(door, now + timedelta(minutes=1))
    assert LateMatch.objects.exists()
    Case.objects.filter(pk=case.pk).update(status="withdrawn", closed_at=now)
    keep_in_step(case.pk, now=now)
    assert door.follow().request("GET", "/api/v1/later", key).json()["later"] == []


@pytest.mark.parametrize("query", ["after=x", "after=-1", "before=1", "after=" + "9" * 30])
def test_a_number_that_is_none_is_refused(query: str, now: datetime) -> None:
    key = a_key(now, Scope.LATER)
    assert Door(now).follow().request("GET", f"/api/v1/later?{query}", key).status_code == 400
