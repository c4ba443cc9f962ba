"""Partners ask, and are told what they may know and no more."""

from datetime import datetime, timedelta

import pytest

from jikimi.aftercare.actions import take_choice_back
from jikimi.api.match.application import MOST_BYTES
from jikimi.api.match.tally import Taken
from jikimi.api.match.wire import MOST_FINGERPRINTS
from jikimi.cases.models import Case
from jikimi.exchange.actions import (
    end_list,
    forget_finds,
    import_prints,
    keep_in_step,
    let_floods_rest,
    let_rest,
    note_on_cases,
    release,
    withdraw_prints,
)
from jikimi.exchange.actions.finding import AT_ONCE as NOTED_AT_ONCE
from jikimi.exchange.actions.finding import FOUND_IS_KEPT
from jikimi.exchange.asked import Asked
from jikimi.exchange.following.held import MOST_FOUND
from jikimi.exchange.lookups import resting_now, waiting_for_a_word
from jikimi.exchange.models import AskedPrint, Entry, FoundByPartner, PrintList
from jikimi.exchange.rules.answers import MOST_MATCHES
from jikimi.exchange.rules.flood import LEAST_FOR_REST
from jikimi.exchange.rules.lists import Audience, Purpose
from jikimi.intake.actions import receive_report
from jikimi.people.actions import end_partner
from jikimi.people.models import Partner, Staff
from jikimi.people.partner_rules import PartnerKind, Scope
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import ConsentScope
from tests.exchange.log_of_lists import commit_positions
from tests.exchange.match_door import Clock, Door, a_key
from tests.reports import PDQ, a_report

pytestmark = pytest.mark.django_db
FAR = bytes(255 - byte for byte in PDQ)


def differing(pdq: bytes, bits: int) -> bytes:
    """The same but for its lowest bits."""
    return (int.from_bytes(pdq) ^ (1 << bits) - 1).to_bytes(32)


def asking(*hashes: bytes, **more: object) -> dict[str, object]:
    return {"fingerprints": [{"type": "pdq", "value": one.hex()} for one in hashes], **more}


def a_listed_case(now: datetime) -> Case:
    case = receive_report(a_report(consents=frozenset(ConsentScope)), now=now).case
    keep_in_step(case.pk, now=now)
    return case


def test_each_fingerprint_is_answered_in_its_order_nearest_first(now: datetime) -> None:
    import_prints("known", [differing(PDQ, 7), PDQ, FAR], audience=Audience.PLATFORMS, now=now)
    key = a_key(now)
    answer = Door(now).follow().ask(asking(b"\x0f" * 32, PDQ), key)
    assert answer.status_code == 200
    matches = answer.json()["matches"]
    assert matches[0] == []
    assert [(one["distance"], one["lists"]) for one in matches[1]] == [
        (0, ["known"]),
        (7, ["known"]),
    ]
    assert answer.json()["action"] == "review"


def test_a_fingerprint_has_a_radius_of_its_own(now: datetime) -> None:
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    asked = {
        "radius": 3,
        "fingerprints": [
            {"type": "pdq", "value": differing(PDQ, 4).hex()},
            {"type": "pdq", "value": differing(PDQ, 4).hex(), "radius": 4},
            {"type": "pdq", "value": differing(PDQ, 40).hex(), "radius": 40},
        ],
    }
    key = a_key(now)
    matches = Door(now).follow().ask(asked, key).json()["matches"]
    assert [[one["distance"] for one in found] for found in matches] == [[], [4], [40]]


def test_what_has_too_little_detail_is_told_so_and_not_searched_for(now: datetime) -> None:
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    asked = {"fingerprints": [{"type": "pdq", "value": PDQ.hex(), "quality": 49}]}
    key = a_key(now)
    answer = Door(now).follow().ask(asked, key).json()
    assert (answer["matches"], answer["remarks"]) == ([[]], ["low_quality"])


def test_a_platform_searches_what_is_open_to_platforms_alone(now: datetime) -> None:
    for audience in Audience:
        import_prints(f"for-{audience}", [PDQ], audience=audience, now=now)
    platform = a_key(now)
    hotline = a_key(now, name="A hotline", kind=PartnerKind.HOTLINE)
    door = Door(now).follow()

    def searched(key: str) -> set[str]:
        return {one["lists"][0] for one in door.ask(asking(PDQ), key).json()["matches"][0]}

    assert searched(platform) == {"for-platforms"}
    assert searched(hotline) == {"for-platforms", "for-hotlines"}


def test_a_list_that_is_not_open_to_a_key_is_answered_like_one_that_is_not_there(
    now: datetime,
) -> None:
    import_prints("secret", [PDQ], now=now)
    key, door = a_key(now), Door(now).follow()
    closed = door.ask(asking(PDQ, lists=["secret"]), key)
    missing = door.ask(asking(PDQ, lists=["missing"]), key)
    assert closed.status_code == missing.status_code == 404
    assert closed.json() == missing.json()


def test_an_answer_is_explained_when_that_is_asked_for(now: datetime) -> None:
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    a_listed_case(now)
    key, door = a_key(now), Door(now).follow()
    (found,) = door.ask(asking(differing(PDQ, 3), explain=True), key).json()["matches"]
    told = {one["lists"][0]: one["explanation"] for one in found}
    assert told["known"]["added"] == "2026-11-21"
    assert told["own-reports"]["added"] == "2026-11"
    assert told["own-reports"]["quality"] == 90
    assert told["own-reports"]["regions"] == [3, *[0] * 15]


def test_what_is_near_a_negative_list_is_not_told(now: datetime) -> None:
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    import_prints("blank", [differing(PDQ, 10)], purpose=Purpose.NEGATIVE, now=now)
    key, door = a_key(now), Door(now).follow()
    near = door.ask(asking(PDQ), key).json()
    assert (near["matches"], near["remarks"]) == ([[]], ["negative"])
    beyond = (int.from_bytes(PDQ) ^ 0x3F << 100).to_bytes(32)
    assert door.ask(asking(beyond), key).json()["remarks"] == [None]


def test_of_a_crowd_some_are_told_and_that_there_were_more(now: datetime) -> None:
    crowd = [(int.from_bytes(PDQ) ^ number).to_bytes(32) for number in range(MOST_FOUND + 1)]
    import_prints("known", crowd, audience=Audience.PLATFORMS, now=now)
    key = a_key(now)
    answer = Door(now).follow().ask(asking(PDQ, FAR), key).json()
    assert [len(found) for found in answer["matches"]] == [MOST_MATCHES, 0]
    assert answer["remarks"] == ["capped", None]


def test_taking_a_fingerprint_off_ends_its_matches(now: datetime) -> None:
    case, key = a_listed_case(now), a_key(now)
    door = Door(now).follow()
    assert door.ask(asking(PDQ), key).json()["matches"][0]
    take_choice_back(case.pk, ConsentScope.BLOCK_LIST, now=now)
    assert door.follow().ask(asking(PDQ), key).json()["matches"] == [[]]


def test_only_a_key_that_works_and_has_the_scope_is_answered(now: datetime) -> None:
    door = Door(now)
    assert door.ask(asking(PDQ), "x").status_code == 503  # nothing is known yet
    fetching = a_key(now, Scope.FETCH)
    ended = a_key(now, name="Gone")
    end_partner("Gone", now=now)
    door.follow()
    assert door.ask(asking(PDQ)).status_code == 401
    assert door.ask(asking(PDQ), "wrong").status_code == 401
    assert door.ask(asking(PDQ), ended).status_code == 401
    refused = door.ask(asking(PDQ), fetching)
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_key_is_kept_as_a_digest_and_never_shown_again(now: datetime) -> None:
    key = a_key(now)
    stored = Partner.objects.get().keys.get()
    assert key.encode() not in bytes(stored.digest)
    assert len(stored.digest) == 32


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"fingerprints": []},
        {"fingerprints": [{"type": "pdq", "value": "12"}]},
        {"fingerprints": [{"type": "md5", "value": "0" * 64}]},
        {"fingerprints": [{"type": "pdq", "value": "g" * 64}]},
        {"fingerprints": [{"type": "pdq", "value": "0" * 64, "radius": 65}]},
        {"fingerprints": [{"type": "pdq", "value": "0" * 64, "picture": "..."}]},
        {"fingerprints": [{"type": "pdq", "value": "0" * 64, "reference": "a\0b"}]},
        {"fingerprints": [{"type": "pdq", "value": "0" * 64, "reference": "a\n"}]},
        {"fingerprints": [{"type": "pdq", "value": "0" * 64, "reference": "\u90e8"}]},
        {"fingerprints": [{"type": "pdq", "value": "0" * 64}] * (MOST_FINGERPRINTS + 1)},
    ],
)
def test_what_cannot_be_read_is_refused_and_not_repeated(body: object, now: datetime) -> None:
    key = a_key(now)
    answer = Door(now).follow().ask(body, key)
    assert answer.status_code == 400
    assert "g" * 64 not in answer.text


DEEP = 40_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[" * DEEP,
        b'{"fingerprints": ' + b"[" * DEEP + b"]" * DEEP + b"}",
        b'{"fingerprints": [{"type": "pdq", "value": ' + b'{"a":' * DEEP,
        b'{"unknown": ' + b"[" * DEEP,
        b'{"fingerprints": [{"type": "pdq", "value": "%s", "radius": NaN}]}' % (b"0" * 64),
        b'{"fingerprints": [{"type": "pdq", "value": "%s", "radius": -1}]}' % (b"0" * 64),
        b'{"fingerprints": [{"type": "pdq", "value": "%s", "radius": 1e400}]}' % (b"0" * 64),
        b'{"fingerprints": [{"type": "pdq", "value": "%s"}], "radius": true}' % (b"0" * 64),
        b'{"fingerprints": [{"type": "pdq", "value": "%s"}], "lists": [1]}' % (b"0" * 64),
        b'{"fingerprints": [{"type": "pdq", "value": "%s"}], "fingerprints": []}' % (b"0" * 64),
    ],
)
def test_what_was_made_to_do_harm_is_refused_in_words(body: bytes, now: datetime) -> None:
    key = a_key(now)
    answer = Door(now).follow().request("POST", "/api/v1/match", key, content=body)
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_key_that_asks_too_often_waits_as_long_as_it_is_told(now: datetime) -> None:
    clock = Clock()
    key = a_key(now, lookups=2)
    door = Door(now, clock).follow()
    assert [door.ask(asking(PDQ, PDQ), key).status_code for _ in range(3)] == [200, 200, 429]
    refused = door.ask(asking(PDQ), key)
    clock.seconds += int(refused.headers["retry-after"])
    assert door.ask(asking(PDQ), key).status_code == 200


@pytest.mark.parametrize("more", [{"radius": 64}, {"explain": True}])
def test_what_costs_more_counts_more(more: dict[str, object], now: datetime) -> None:
    clock = Clock()
    key = a_key(now, lookups=1)
    door = Door(now, clock).follow()
    assert door.ask(asking(PDQ, **more), key).status_code == 200
    assert door.ask(asking(PDQ), key).status_code == 429
    plain = a_key(now, lookups=1, name="Another")
    door.follow()
    assert [door.ask(asking(PDQ), plain).status_code for _ in range(2)] == [200, 200]


def test_who_asks_with_another_method_is_told_which(now: datetime) -> None:
    answer = Door(now).follow().request("GET", "/api/v1/match")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_the_description_for_machines_names_every_part_of_a_request(now: datetime) -> None:
    told = Door(now).request("GET", "/api/v1/openapi.json").json()
    parts = told["components"]["schemas"]
    assert set(parts["MatchRequest"]["properties"]) == {
        "fingerprints",
        "radius",
        "lists",
        "explain",
    }
    assert set(parts["Fingerprint"]["properties"]) == {
        "type",
        "value",
        "quality",
        "radius",
        "reference",
    }


def test_figures_are_for_a_key_with_their_scope(now: datetime) -> None:
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    monitor = a_key(now, Scope.METRICS, name="Our monitor")
    door = Door(now).follow()
    assert door.request("GET", "/metrics").status_code == 401
    told = door.request("GET", "/metrics", monitor).text
    assert 'jikimi_list_entries{list="known"} 1.0' in told
    assert "jikimi_list_changes_behind 0.0" in told
    assert PDQ.hex() not in told
    assert "jikimi_list_seconds_behind 0.0" in told


def test_figures_tell_how_old_the_oldest_change_is_that_is_not_followed(now: datetime) -> None:
    monitor = a_key(now, Scope.METRICS, name="Our monitor")
    door = Door(now + timedelta(seconds=7)).follow()
    for seconds, pdq in ((0, PDQ), (5, FAR)):
        import_prints("known", [pdq], now=now + timedelta(seconds=seconds), clock=Clock())
    commit_positions()
    told = door.request("GET", "/metrics", monitor).text
    assert "jikimi_list_changes_behind 2.0" in told
    assert "jikimi_list_seconds_behind 7.0" in told
    told = door.follow().request("GET", "/metrics", monitor).text
    assert "jikimi_list_seconds_behind 0.0" in told


def test_a_monitor_that_looks_too_often_waits(now: datetime) -> None:
    clock = Clock()
    monitor = a_key(now, Scope.METRICS, name="Our monitor", lookups=10)
    door = Door(now, clock).follow()
    assert door.request("GET", "/metrics", monitor).status_code == 200
    refused = door.request("GET", "/metrics", monitor)
    assert refused.status_code == 429
    clock.seconds += int(refused.headers["retry-after"]) + 1
    assert door.request("GET", "/metrics", monitor).status_code == 200


def test_how_long_refusals_took_is_told_apart_from_answers(now: datetime) -> None:
    monitor, key = a_key(now, Scope.METRICS, name="Our monitor"), a_key(now, lookups=1)
    door = Door(now).follow()
    assert [door.ask(asking(PDQ, PDQ, PDQ), key).status_code for _ in range(2)] == [200, 429]
    told = door.request("GET", "/metrics", monitor).text
    assert 'jikimi_match_seconds_count{status="200"} 1.0' in told
    assert 'jikimi_match_seconds_count{status="429"} 1.0' in told


def found_so_far(door: Door) -> None:
    door.service.write_down()


def test_what_a_partner_finds_is_a_line_of_its_case_once_a_day(now: datetime) -> None:
    case, key = a_listed_case(now), a_key(now)
    door = Door(now).follow()
    for bits in (5, 2, 9):
        door.ask(asking(differing(PDQ, bits)), key)
    found_so_far(door)
    door.ask(asking(PDQ, PDQ), key)
    found_so_far(door)
    find = FoundByPartner.objects.get()
    assert (find.times, find.nearest) == (4, 0)  # requests, however often each asks for it
    assert (note_on_cases(now=now), note_on_cases(now=now)) == (1, 0)
    line = list(entries_of(case.pk))[-1].payload
    assert line["event"] == "partner saw something similar"
    assert line["distance"] == 0
    tomorrow = Door(now + timedelta(days=1)).follow()
    tomorrow.ask(asking(PDQ), key)
    found_so_far(tomorrow)
    assert note_on_cases(now=now + timedelta(days=1)) == 1


def test_what_cannot_be_remembered_stops_no_find_and_is_tried_once(now: datetime) -> None:
    a_listed_case(now)
    key = a_key(now)
    a_key(now, name="Another")
    door = Door(now).follow()
    partner, other = Partner.objects.order_by("pk").values_list("pk", flat=True)
    door.service.tally.remember(
        [
            Asked(partner=partner, pdq=FAR, radius=31, reference="\0", at=now),
            Asked(partner=other, pdq=FAR, radius=31, reference="another's", at=now),
        ]
    )
    door.ask(asking(PDQ), key)
    found_so_far(door)
    assert FoundByPartner.objects.get().times == 1
    assert AskedPrint.objects.get().reference == "another's"
    assert door.service.tally.take() == Taken(found=(), asked=())


def test_what_a_restored_backup_does_not_know_stops_no_other_find(now: datetime) -> None:
    a_listed_case(now)
    import_prints("gone", [PDQ], audience=Audience.PLATFORMS, now=now)
    key = a_key(now)
    door = Door(now).follow()
    assert len(door.ask(asking(PDQ), key).json()["matches"][0]) == 2
    Entry.objects.filter(list__name="gone").delete()
    PrintList.objects.filter(name="gone").delete()
    found_so_far(door)
    assert FoundByPartner.objects.get().list.name == "own-reports"


def test_a_count_that_is_full_stays_full(now: datetime) -> None:
    a_listed_case(now)
    key = a_key(now)
    door = Door(now).follow()
    door.ask(asking(PDQ), key)
    found_so_far(door)
    FoundByPartner.objects.update(times=2**31 - 1)
    door.ask(asking(PDQ), key)
    found_so_far(door)
    assert FoundByPartner.objects.get().times == 2**31 - 1


def test_finds_on_other_lists_keep_no_case_waiting(now: datetime) -> None:
    far = [(int.from_bytes(FAR) ^ number).to_bytes(32) for number in range(NOTED_AT_ONCE)]
    import_prints("known", far, audience=Audience.PLATFORMS, now=now)
    key = a_key(now)
    partner, other = Partner.objects.get(), PrintList.objects.get(name="known")
    FoundByPartner.objects.bulk_create(
        FoundByPartner(
            partner=partner,
            entry_ref=entry,
            list=other,
            day=now.date(),
            times=1,
            nearest=0,
            first_at=now,
            last_at=now,
        )
        for entry in Entry.objects.values_list("pk", flat=True)
    )
    a_listed_case(now)
    door = Door(now).follow()
    door.ask(asking(PDQ), key)
    found_so_far(door)
    assert note_on_cases(now=now) == 1


def test_what_was_found_is_forgotten_after_thirty_days(now: datetime) -> None:
    a_listed_case(now)
    key = a_key(now)
    door = Door(now).follow()
    door.ask(asking(PDQ), key)
    found_so_far(door)
    assert forget_finds(now=now + FOUND_IS_KEPT) == 0
    assert forget_finds(now=now + FOUND_IS_KEPT + timedelta(days=1)) == 1
    assert forget_finds(now=now + FOUND_IS_KEPT + timedelta(days=1)) == 0


def flooded(door: Door, *keys: str) -> int:
    """The id of the one entry, which each of these found far too often today."""
    for key in keys:
        door.ask(asking(PDQ), key)
    found_so_far(door)
    FoundByPartner.objects.update(times=LEAST_FOR_REST)
    return Entry.objects.get().pk


def test_a_survivors_print_that_floods_goes_on_matching_until_somebody_decides(
    now: datetime,
) -> None:
    a_listed_case(now)
    keys = (a_key(now), a_key(now, name="Another"))
    door = Door(now).follow()
    entry = flooded(door, *keys)
    assert let_floods_rest(now=now) == [entry]
    assert let_floods_rest(now=now) == []
    assert waiting_for_a_word() == {entry}
    assert door.follow().ask(asking(PDQ), keys[0]).json()["matches"][0]
    staff = Staff.objects.create_staff(email="a@example.org", password="long enough for this")
    assert let_rest(entry, staff=staff, now=now)
    assert not let_rest(entry, staff=staff, now=now)
    assert door.follow().ask(asking(PDQ), keys[0]).json()["matches"] == [[]]
    assert release(entry, staff=staff, now=now)
    assert not waiting_for_a_word()


def test_one_partner_alone_lets_nothing_rest_for_the_others(now: datetime) -> None:
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    key = a_key(now)
    door = Door(now).follow()
    entry = flooded(door, key)
    assert let_floods_rest(now=now) == [entry]  # told
    assert door.follow().ask(asking(PDQ), key).json()["matches"][0]


def test_what_one_partner_floods_rests_once_a_second_does(now: datetime) -> None:
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    key, other = a_key(now), a_key(now, name="Another")
    door = Door(now).follow()
    entry = flooded(door, key)
    assert let_floods_rest(now=now) == [entry]
    assert not resting_now()
    flooded(door, other)
    assert let_floods_rest(now=now) == [entry]
    assert resting_now() == {entry}


def test_what_floods_rests_until_somebody_releases_it(now: datetime) -> None:
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    key, other = a_key(now), a_key(now, name="Another")
    door = Door(now).follow()
    entry = flooded(door, key, other)
    assert let_floods_rest(now=now) == [entry]
    assert let_floods_rest(now=now) == []
    assert door.follow().ask(asking(PDQ), key).json()["matches"] == [[]]
    staff = Staff.objects.create_staff(email="a@example.org", password="long enough for this")
    assert release(entry, staff=staff, now=now)
    assert let_floods_rest(now=now) == []
    assert door.follow().ask(asking(PDQ), key).json()["matches"][0]


@pytest.mark.parametrize("is_the_whole_list", [True, False])
def test_what_rests_can_be_taken_away(is_the_whole_list: bool, now: datetime) -> None:
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    key, other = a_key(now), a_key(now, name="Another")
    entry = flooded(Door(now).follow(), key, other)
    assert let_floods_rest(now=now) == [entry]
    taken = end_list("known", now=now) if is_the_whole_list else None
    assert (taken or withdraw_prints("known", [PDQ], now=now)) == 1
    commit_positions()  # what refers to nothing would be refused here
    assert not waiting_for_a_word()


def test_a_request_that_is_too_long_is_refused_before_it_is_read(now: datetime) -> None:
    key = a_key(now)
    door = Door(now).follow()
    answer = door.request("POST", "/api/v1/match", key, content=b" " * (MOST_BYTES + 1))
    assert answer.status_code == 413
