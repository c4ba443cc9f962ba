"""A partner follows lists by their log, page by page, and holds what a match would tell."""

from datetime import datetime
from uuid import uuid4

import httpx
import pytest

from jikimi.exchange.actions import (
    SharedPrint,
    end_list,
    import_prints,
    keep_in_step,
    open_partners_list,
    share_prints,
    withdraw_prints,
)
from jikimi.exchange.actions.changing import open_change
from jikimi.exchange.errors import LogDiffers
from jikimi.exchange.fetched import CHANGES_AT_ONCE, MOST_AT_ONCE
from jikimi.exchange.models import Change, Entry, RestStep
from jikimi.exchange.rules.lists import Audience, Purpose
from jikimi.intake.actions import receive_report
from jikimi.people.models import Partner
from jikimi.people.partner_rules import PartnerKind, Scope
from jikimi.trail.models import ConsentScope
from tests.exchange.match_door import Clock, Door, a_key
from tests.reports import PDQ, a_report

pytestmark = pytest.mark.django_db
FAR = bytes(255 - byte for byte in PDQ)
ADDRESS = "/api/v1/changes"


class Taker:
    """A partner that keeps what it is told, as the page about the format says."""

    def __init__(self, now: datetime, kind: PartnerKind = PartnerKind.PLATFORM) -> None:
        self.clock = Clock()
        self.key = a_key(now, Scope.FETCH, name=f"A {kind}", kind=kind)
        self.door = Door(now, self.clock)
        self.place: str | None = None
        self.held: dict[str, tuple[int, str]] = {}
        self.lists: dict[int, str] = {}
        self.added: dict[str, str] = {}

    def ask(self, after: str | None) -> httpx.Response:
        self.clock.seconds += 1
        query = "" if after is None else f"?after={after}"
        return self.door.request("GET", ADDRESS + query, self.key)

    def take(self) -> int:
        """Take page after page to the end; how many those were."""
        pages, more = 0, True
        while more:
            page = self.ask(self.place).json()
            pages, more, self.place = pages + 1, page["more"], page["next"]
            self.lists = {one["id"]: one["name"] for one in page["lists"]}
            self.held = {id_: one for id_, one in self.held.items() if one[0] in self.lists}
            for one in page["listed"]:
                self.held[one["id"]] = (one["list"], one["value"])
                self.added[one["value"]] = one["added"]
            for id_ in page["withdrawn"]:
                self.held.pop(id_, None)
        return pages

    def holds(self) -> set[tuple[str, bytes]]:
        self.door.follow()
        self.take()
        return {(self.lists[list_], bytes.fromhex(value)) for list_, value in self.held.values()}


def test_who_follows_holds_what_is_listed_and_drops_what_is_withdrawn(now: datetime) -> None:
    taker = Taker(now)
    assert taker.holds() == set()
    import_prints("known", [PDQ, FAR], audience=Audience.PLATFORMS, now=now)
    assert taker.holds() == {("known", PDQ), ("known", FAR)}
    withdraw_prints("known", [PDQ], now=now)
    import_prints("other", [PDQ], audience=Audience.PLATFORMS, now=now)
    assert taker.holds() == {("known", FAR), ("other", PDQ)}
    assert taker.holds() == {("known", FAR), ("other", PDQ)}


def test_many_come_page_by_page_from_the_middle_of_a_change(now: datetime) -> None:
    taker = Taker(now)
    many = [number.to_bytes(32) for number in range(2 * MOST_AT_ONCE + 1)]
    few = [(2**200 + number).to_bytes(32) for number in range(CHANGES_AT_ONCE + 1)]
    import_prints("known", many, audience=Audience.PLATFORMS, now=now)
    import_prints("known", few, now=now, batch=1)
    taker.door.follow()
    assert taker.take() == 4
    assert {value for _list, value in taker.held.values()} == {one.hex() for one in (*many, *few)}


def test_a_list_that_is_taken_away_is_named_no_more(now: datetime) -> None:
    taker = Taker(now)
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    assert taker.holds() == {("known", PDQ)}
    end_list("known", now=now)
    import_prints("known", [FAR], audience=Audience.PLATFORMS, now=now)
    assert taker.holds() == {("known", FAR)}


def test_each_takes_what_is_open_to_its_kind_and_nothing_it_handed_in_itself(
    now: datetime,
) -> None:
    for audience in Audience:
        import_prints(f"for-{audience}", [PDQ], audience=audience, now=now)
    platform, hotline = Taker(now), Taker(now, PartnerKind.HOTLINE)
    open_partners_list("A platform", audience=Audience.PLATFORMS, now=now)
    partner = Partner.objects.get(name="A platform").pk
    share_prints(partner, add=[SharedPrint(pdq=FAR, quality=90)], withdraw=[], now=now)
    assert platform.holds() == {("for-platforms", PDQ)}
    assert hotline.holds() == {
        ("for-platforms", PDQ),
        ("for-hotlines", PDQ),
        ("a-platform", FAR),
    }


def test_our_own_reports_are_asked_about_and_taken_away_by_nobody(now: datetime) -> None:
    case = receive_report(a_report(consents=frozenset(ConsentScope)), now=now).case
    keep_in_step(case.pk, now=now)
    import_prints("known", [FAR], audience=Audience.PLATFORMS, now=now)
    for kind in PartnerKind:
        taker = Taker(now, kind)
        assert taker.holds() == {("known", FAR)}
        assert taker.added == {FAR.hex(): "2026-11-21"}


def test_what_rests_is_taken_away_until_it_is_released(now: datetime) -> None:
    taker = Taker(now)
    import_prints("known", [PDQ, FAR], audience=Audience.PLATFORMS, now=now)
    entry = Entry.objects.get(pdq=PDQ)
    assert len(taker.holds()) == 2
    RestStep.objects.create(entry=entry, rests=True, change=open_change(now))
    assert taker.holds() == {("known", FAR)}
    RestStep.objects.create(entry=entry, rests=False, change=open_change(now))
    assert taker.holds() == {("known", PDQ), ("known", FAR)}


def test_what_a_negative_list_hides_is_not_handed_over(now: datetime) -> None:
    taker = Taker(now)
    import_prints(
        "blank", [(int.from_bytes(PDQ) ^ 1).to_bytes(32)], purpose=Purpose.NEGATIVE, now=now
    )
    import_prints("known", [PDQ, FAR], audience=Audience.PLATFORMS, now=now)
    assert taker.holds() == {("known", FAR)}


def test_what_this_process_has_not_followed_yet_comes_with_a_later_page(now: datetime) -> None:
    taker = Taker(now)
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    assert len(taker.holds()) == 1
    import_prints("new", [FAR], audience=Audience.PLATFORMS, now=now)
    other = Door(now).follow()  # which sets its position
    assert taker.take() == 1
    assert len(taker.held) == 1
    ahead = other.request("GET", f"{ADDRESS}?after={taker.place}", taker.key).json()["next"]
    assert taker.ask(ahead).json()["next"] == ahead
    assert taker.holds() == {("known", PDQ), ("new", FAR)}


def test_a_place_from_before_a_restored_backup_is_refused_in_words(now: datetime) -> None:
    taker = Taker(now)
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    assert len(taker.holds()) == 1
    Change.objects.update(mark=uuid4())  # the same position, another history
    with pytest.raises(LogDiffers):
        taker.door.follow()
    taker.door.follow()
    refused = taker.ask(taker.place)
    assert refused.status_code == 410
    assert "Drop what you hold" in refused.json()["detail"]
    assert len(taker.ask(None).json()["listed"]) == 1


MARK = "0" * 32


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?after=", 400),
        ("?after=1", 400),
        (f"?after=-1-{0:016x}-{MARK}", 400),
        (f"?after={10**18}-{0:016x}-{MARK}", 400),
        (f"?after=1-{2**63:016x}-{MARK}", 400),
        (f"?after=1-{0:016x}-{MARK}&after=2", 400),
        (f"?after=%D9%A1-{0:016x}-{MARK}", 400),
        ("?from=1", 400),
        (f"?after=1-{0:016x}-{MARK}", 410),
        (f"?after={10**18 - 1}-{0:016x}-{MARK}", 410),
        (f"?after=0-{0:016x}-{MARK}", 410),
    ],
)
def test_a_place_that_nobody_gave_is_refused(query: str, status: int, now: datetime) -> None:
    taker = Taker(now)
    import_prints("known", [PDQ], audience=Audience.PLATFORMS, now=now)
    taker.door.follow()
    assert taker.door.request("GET", ADDRESS + query, taker.key).status_code == status


def test_only_a_key_with_the_scope_takes_and_not_too_often(now: datetime) -> None:
    matching = a_key(now, Scope.MATCH, name="Another")
    slow = a_key(now, Scope.FETCH, name="Slow", lookups=1)
    door = Door(now).follow()
    asked = [door.request("GET", ADDRESS, key).status_code for key in ("", matching, slow, slow)]
    assert asked == [401, 403, 200, 429]
    assert door.request("POST", ADDRESS, slow).headers["allow"] == "GET"
