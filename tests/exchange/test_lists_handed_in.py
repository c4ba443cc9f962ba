"""A partner hands fingerprints in on a list of its own: item by item, and a repeat is harmless."""

import json
from datetime import datetime

import httpx
import pytest

from jikimi.aftercare.actions import erase_case
from jikimi.api.match.application import MOST_BYTES
from jikimi.api.match.list_door import SHARE_WEIGHS
from jikimi.api.match.list_wire import MOST_SHARED
from jikimi.cases.rules import AgeGroup
from jikimi.exchange.actions import (
    SharedPrint,
    end_list,
    import_prints,
    keep_out,
    let_return,
    open_partners_list,
    share_prints,
)
from jikimi.exchange.errors import ListIsFedByAPartner
from jikimi.exchange.minors_models import HeldBack
from jikimi.exchange.models import Change, Entry, PrintList
from jikimi.exchange.rules.lists import MOST_OF_A_PARTNER, Audience, Purpose
from jikimi.exchange.rules.minors import Word
from jikimi.intake.actions import receive_report
from jikimi.people.models import Partner, Staff
from jikimi.people.partner_rules import PartnerKind, Scope
from tests.exchange.match_door import Clock, Door, a_key
from tests.reports import PDQ, a_report

pytestmark = pytest.mark.django_db
FAR = bytes(255 - byte for byte in PDQ)
ADDRESS = "/api/v1/prints"


def added(*hashes: bytes, quality: int = 90) -> list[dict[str, object]]:
    return [{"type": "pdq", "value": one.hex(), "quality": quality} for one in hashes]


def withdrawn(*hashes: bytes) -> list[dict[str, object]]:
    return [{"type": "pdq", "value": one.hex()} for one in hashes]


class Sharer:
    """A partner that hands in, and what stands on its list."""

    def __init__(self, now: datetime, audience: Audience, clock: Clock | None = None) -> None:
        self.key = a_key(now, Scope.SHARE, Scope.MATCH, name="Sharer")
        self.list = open_partners_list("Sharer", audience=audience, now=now)
        self.clock = clock or Clock()
        self.door = Door(now, self.clock).follow()

    def hand_in(self, body: object) -> httpx.Response:
        return self.door.request("POST", ADDRESS, self.key, json=body)

    def listed(self) -> set[bytes]:
        entries = Entry.objects.filter(list=self.list.id).values_list("pdq", flat=True)
        return {bytes(pdq) for pdq in entries}


@pytest.fixture
def sharer(now: datetime) -> Sharer:
    return Sharer(now, Audience.PLATFORMS)


def matches(door: Door, key: str, pdq: bytes) -> list[list[str]]:
    asked = {"fingerprints": [{"type": "pdq", "value": pdq.hex()}]}
    return [one["lists"] for one in door.ask(asked, key).json()["matches"][0]]


def test_what_is_handed_in_is_matched_for_others_and_what_is_withdrawn_no_more(
    sharer: Sharer, now: datetime
) -> None:
    other = a_key(now, name="Another")
    assert sharer.hand_in({"add": added(PDQ)}).json() == {"taken": 1, "refused": []}
    door = sharer.door.follow()
    assert matches(door, other, PDQ) == [["sharer"]]
    assert sharer.hand_in({"withdraw": withdrawn(PDQ)}).json() == {"taken": 1, "refused": []}
    assert matches(door.follow(), other, PDQ) == []
    assert PrintList.objects.get(pk=sharer.list.id).size == 0


def test_a_repeat_changes_nothing_and_wakes_nobody(sharer: Sharer) -> None:
    body = {"add": added(PDQ, PDQ, FAR), "withdraw": withdrawn(bytes(32))}
    first = sharer.hand_in(body).json()
    ids = set(Entry.objects.values_list("pk", flat=True))
    assert sharer.hand_in(body).json() == first
    assert set(Entry.objects.values_list("pk", flat=True)) == ids
    assert len(ids) == 2
    assert Change.objects.count() == 1
    assert Entry.objects.values_list("quality", flat=True).first() == 90


def test_a_partner_is_not_told_what_it_handed_in_itself(sharer: Sharer) -> None:
    sharer.hand_in({"add": added(PDQ)})
    door = sharer.door.follow()
    assert matches(door, sharer.key, PDQ) == []
    asked = {"fingerprints": [{"type": "pdq", "value": PDQ.hex()}], "lists": ["sharer"]}
    assert door.ask(asked, sharer.key).status_code == 404


def test_no_figure_tells_a_partner_how_much_stands_on_its_list(
    sharer: Sharer, now: datetime
) -> None:
    sharer.hand_in({"add": added(PDQ)})
    monitor = a_key(now, Scope.METRICS, name="Sharer")
    told = sharer.door.follow().request("GET", "/metrics", monitor).text
    assert "jikimi_list_position" in told
    assert 'list="sharer"' not in told


def test_what_is_for_the_house_is_told_to_no_other(now: datetime) -> None:
    sharer, other = Sharer(now, Audience.HOUSE), a_key(now, name="Another")
    sharer.hand_in({"add": added(PDQ)})
    assert matches(sharer.door.follow(), other, PDQ) == []
    assert sharer.listed() == {PDQ}


BAD: list[tuple[str, object]] = [
    ("add", {"type": "pdq", "value": PDQ.hex(), "quality": 49}),
    ("add", {"type": "pdq", "value": PDQ.hex()}),
    ("add", {"type": "pdq", "value": PDQ.hex(), "quality": "90"}),
    ("add", {"type": "pdq", "value": PDQ.hex(), "quality": 101}),
    ("add", {"type": "pdq", "value": PDQ.hex(), "quality": 1e300}),
    ("add", {"type": "pdq", "value": PDQ.hex()[:-1], "quality": 90}),
    ("add", {"type": "pdq", "value": PDQ.hex() + "\n", "quality": 90}),
    ("add", {"type": "pdq", "value": PDQ.hex(), "quality": 90, "list": "other"}),
    ("add", {"type": "md5", "value": PDQ.hex(), "quality": 90}),
    ("add", [[[[]]]]),
    ("add", None),
    ("withdraw", {"type": "pdq", "value": "g" * 64}),
    ("withdraw", 7),
]


def test_bad_items_are_told_by_index_and_keep_no_good_one_out(sharer: Sharer) -> None:
    body: dict[str, list[object]] = {"add": [*added(FAR)], "withdraw": []}
    for part, item in BAD:
        body[part].append(item)
    told = sharer.hand_in(body).json()
    assert told["taken"] == 1
    bad_added = sum(part == "add" for part, _ in BAD)
    assert [(one["part"], one["index"]) for one in told["refused"]] == [
        *(("add", index) for index in range(1, bad_added + 1)),
        *(("withdraw", index) for index in range(len(BAD) - bad_added)),
    ]
    assert all(PDQ.hex() not in one["detail"] for one in told["refused"])
    assert sharer.listed() == {FAR}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"add": {}}',
        b'{"add": [NaN]}',
        b'{"add": [{"value": "\xff"}',
        b'{"prints": []}',
        b'{"add": ' + b"[" * 100_000,
        b'{"add": [' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000 + b"]}",
        json.dumps({"add": added(PDQ) * (MOST_SHARED + 1)}).encode(),
        json.dumps({"add": added(PDQ), "withdraw": withdrawn(PDQ)}).encode(),
    ],
)
def test_what_cannot_be_read_as_a_whole_is_refused_and_nothing_taken(
    body: bytes, sharer: Sharer
) -> None:
    answer = sharer.door.request("POST", ADDRESS, sharer.key, content=body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert not sharer.listed()


def test_of_a_name_that_comes_twice_the_last_counts(sharer: Sharer) -> None:
    twice = f'{{"type": "pdq", "value": "{FAR.hex()}", "value": "{PDQ.hex()}", "quality": 90}}'
    body = f'{{"add": [], "add": [{twice}]}}'.encode()
    assert sharer.door.request("POST", ADDRESS, sharer.key, content=body).json()["taken"] == 1
    assert sharer.listed() == {PDQ}


def test_a_request_that_is_too_long_is_refused_before_it_is_read(sharer: Sharer) -> None:
    long = b" " * (MOST_BYTES + 1)
    assert sharer.door.request("POST", ADDRESS, sharer.key, content=long).status_code == 413


def test_only_a_key_with_the_scope_and_a_list_of_its_own_hands_in(
    sharer: Sharer, now: datetime
) -> None:
    matching = a_key(now, Scope.MATCH, name="Another")
    without = a_key(now, Scope.SHARE, name="Without")
    door = sharer.door.follow()
    for key, status in (("", 401), (matching, 403), (without, 403)):
        assert door.request("POST", ADDRESS, key, json={"add": added(PDQ)}).status_code == status
    end_list("sharer", now=now)
    assert sharer.hand_in({"add": added(PDQ)}).status_code == 403
    assert not Entry.objects.exists()


def test_who_hands_in_too_often_waits(now: datetime) -> None:
    clock = Clock()
    sharer = Sharer(now, Audience.HOUSE, clock)
    statuses = [sharer.hand_in({"add": added(PDQ)}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    clock.seconds += SHARE_WEIGHS / 1_000 + 1
    assert sharer.hand_in({"add": added(FAR)}).status_code == 200


def test_a_list_that_is_full_takes_nothing_of_a_request(sharer: Sharer) -> None:
    assert sharer.hand_in({"add": added(PDQ)}).status_code == 200
    PrintList.objects.update(size=MOST_OF_A_PARTNER)  # as if all of it were there
    full = sharer.hand_in({"add": added(FAR)})
    assert (full.status_code, sharer.listed()) == (409, {PDQ})
    sharer.clock.seconds += 10
    assert sharer.hand_in({"withdraw": withdrawn(PDQ)}).status_code == 200
    assert sharer.hand_in({"add": added(FAR)}).status_code == 200
    assert sharer.listed() == {FAR}


@pytest.mark.parametrize(
    ("audience", "is_listed"), [(Audience.PLATFORMS, False), (Audience.HOUSE, True)]
)
def test_nobody_is_told_what_is_held_back_because_it_is_near_a_minors(
    audience: Audience, is_listed: bool, now: datetime
) -> None:
    receive_report(a_report(age_group=AgeGroup.UNDER_18), now=now)
    sharer = Sharer(now, audience)
    near = (int.from_bytes(PDQ) ^ 7).to_bytes(32)
    assert sharer.hand_in({"add": added(near, FAR)}).json() == {"taken": 2, "refused": []}
    assert sharer.listed() == ({near, FAR} if is_listed else {FAR})
    held_back = list(HeldBack.objects.values_list("quality", flat=True))
    assert held_back == ([] if is_listed else [90])
    assert sharer.hand_in({"withdraw": withdrawn(near)}).json() == {"taken": 1, "refused": []}
    assert (sharer.listed(), HeldBack.objects.exists()) == ({FAR}, False)


@pytest.mark.parametrize("why", ["held back", "kept out", "hidden"])
def test_what_is_held_back_looks_to_who_follows_as_what_never_matches(
    why: str, now: datetime
) -> None:
    sharer = Sharer(now, Audience.PLATFORMS)
    if why == "hidden":
        import_prints("blank", [PDQ], purpose=Purpose.NEGATIVE, now=now)
    else:
        minor = receive_report(a_report(age_group=AgeGroup.UNDER_18), now=now).case
    if why == "kept out":
        staff = Staff.objects.create_staff(email="mina@centre.example", password="long enough")
        sharer.hand_in({"add": added(PDQ)})
        keep_out(minor.pk, staff=staff, now=now)
        sharer.clock.seconds += 10
        sharer.hand_in({"withdraw": withdrawn(PDQ)})
        sharer.clock.seconds += 10
    keys = [a_key(now, Scope.FETCH, name=name) for name in ("Sharer", "Another")]
    sharer.hand_in({"add": added(FAR)})
    places = [following(sharer, key)[0] for key in keys]
    told: list[list[tuple[bool, int, int]]] = [[], []]
    for body in ({"add": added(PDQ)}, {"withdraw": withdrawn(PDQ)}):
        for _time in ("first", "again"):
            assert sharer.hand_in(body).json() == {"taken": 1, "refused": []}
            for number, key in enumerate(keys):
                place, listed, gone = following(sharer, key, places[number])
                told[number].append((place != places[number], listed, gone))
                places[number] = place
    assert told[0] == [(True, 0, 0), (False, 0, 0)] * 2
    assert told[1] == [(True, 0, 1), (False, 0, 0)] * 2


def following(sharer: Sharer, key: str, after: str | None = None) -> tuple[str, int, int]:
    """The next place of who follows with this key, and how many were told as listed and as gone."""
    sharer.clock.seconds += 10
    query = "" if after is None else f"?after={after}"
    page = sharer.door.follow().request("GET", f"/api/v1/changes{query}", key).json()
    return page["next"], len(page["listed"]), len(page["withdrawn"])


def test_room_is_taken_by_prints_and_not_by_how_many_reports_hold_them_back(
    now: datetime,
) -> None:
    for _report in range(3):
        receive_report(a_report(age_group=AgeGroup.UNDER_18), now=now)
    sharer = Sharer(now, Audience.PLATFORMS)
    assert sharer.hand_in({"add": added(PDQ, FAR)}).status_code == 200
    PrintList.objects.update(size=MOST_OF_A_PARTNER - 1)  # as if nearly all of it were there
    for again in (PDQ, FAR):
        sharer.clock.seconds += 10
        assert sharer.hand_in({"add": added(again)}).status_code == 200
    PrintList.objects.update(size=MOST_OF_A_PARTNER)
    sharer.door.follow()
    for again in (PDQ, FAR):
        sharer.clock.seconds += 10
        assert sharer.hand_in({"add": added(again)}).status_code == 409


@pytest.mark.parametrize("ends", [True, False])
def test_a_partner_cannot_undo_what_a_caseworker_decided(ends: bool, now: datetime) -> None:
    staff = Staff.objects.create_staff(email="mina@centre.example", password="long enough for it")
    minor = receive_report(a_report(age_group=AgeGroup.UNDER_18), now=now).case
    sharer = Sharer(now, Audience.PLATFORMS)
    sharer.hand_in({"add": added(PDQ)})
    keep_out(minor.pk, staff=staff, now=now)
    for _time in range(2):
        sharer.clock.seconds += 10
        assert sharer.hand_in({"withdraw": withdrawn(PDQ)}).status_code == 200
    assert HeldBack.objects.get().word == Word.STAYS_OUT
    if not ends:
        sharer.clock.seconds += 10
        sharer.hand_in({"add": added(PDQ)})
        assert (sharer.listed(), HeldBack.objects.get().word) == (set(), Word.STAYS_OUT)
    erase_case(minor.pk, now=now)
    assert sharer.listed() == (set() if ends else {PDQ})


def test_what_was_let_return_is_not_held_back_for_the_same_report_again(now: datetime) -> None:
    staff = Staff.objects.create_staff(email="mina@centre.example", password="long enough for it")
    minor = receive_report(a_report(age_group=AgeGroup.UNDER_18), now=now).case
    sharer = Sharer(now, Audience.PLATFORMS)
    sharer.hand_in({"add": added(PDQ)})
    let_return(minor.pk, staff=staff, now=now)
    for body in ({"withdraw": withdrawn(PDQ)}, {"add": added(PDQ)}):
        sharer.clock.seconds += 10
        assert sharer.hand_in(body).status_code == 200
    assert sharer.listed() == {PDQ}


def test_nobody_else_writes_to_a_partners_list(sharer: Sharer, now: datetime) -> None:
    with pytest.raises(ListIsFedByAPartner):
        import_prints("sharer", [PDQ], now=now)
    a_key(now, Scope.SHARE, name="Another", kind=PartnerKind.HOTLINE)
    other = open_partners_list("Another", now=now)
    partner = Partner.objects.get(name="Another").pk
    share_prints(partner, add=[SharedPrint(pdq=PDQ, quality=90)], withdraw=[], now=now)
    sharer.hand_in({"withdraw": withdrawn(PDQ)})
    assert Entry.objects.get().list_id == other.id
