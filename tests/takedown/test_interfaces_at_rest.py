"""A recipient's interface that is away or fails: it is left alone, and nobody else is."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from jikimi.cases.rules import read_place
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notice, dispatch_ready, take_up_new_places
from jikimi.takedown.channels import channels
from jikimi.takedown.models import Notice, OutboundLetter, SendingGate
from jikimi.takedown.rules.notice import OutboxState
from tests.contracts.interfaces import Interface, Mood, Request, Says, interface
from tests.reports import a_report
from tests.stories.homeserver_entry import write_homeserver_entry

pytestmark = pytest.mark.django_db
Approved = Callable[[Interface, int], None]
ONE, OTHER = "one-homeserver", "other-homeserver"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def homeservers(
    settings: Settings, tmp_path: Path, now: datetime
) -> Iterator[tuple[Interface, Interface]]:
    """Two homeservers that take every report, each of them an entry of its own."""
    with _homeserver() as one, _homeserver() as other:
        for name, side in {ONE: one, OTHER: other}.items():
            folder, address = tmp_path / "packs", f"127.0.0.1:{side.port}"
            write_homeserver_entry(folder, address, now.date(), recipient=name)
        keys = tmp_path / "channels.toml"
        keys.write_text('[matrix]\n"127.0.0.1" = "syt_hush"\n')
        keys.chmod(0o600)
        settings.CHANNEL_KEYS = str(keys)
        settings.PACK_FOLDERS = [tmp_path / "packs"]
        settings.STAND_IN_PORTS = frozenset({one.port, other.port})
        settings.CENTRE_EMAIL = settings.DEFAULT_FROM_EMAIL = "centre@jikimi.example"
        settings.CENTRE_NAME, settings.CENTRE_REPRESENTATIVE = "Test centre", "Kim Test"
        settings.CENTRE_ADDRESS, settings.CENTRE_PHONE = "1 Test Street, Seoul", "+82 2 000 0000"
        yield one, other


@pytest.fixture
def approved(homeservers: tuple[Interface, Interface], staff: Staff, now: datetime) -> Approved:
    """Reports for a homeserver, each of a case of its own, approved."""

    def make(side: Interface, number: int) -> None:
        for n in range(number):
            place = read_place(f"https://matrix.to/#/!room:127.0.0.1:{side.port}/$message{n}")
            case = receive_report(a_report(places=(place,)), now=now).case
            take_up_new_places(case.pk, now=now)
            approve_notice(Notice.objects.get(sighting__case=case).pk, staff=staff, now=now)

    return make


def _homeserver() -> AbstractContextManager[Interface]:
    def answer(_: Request) -> Says:
        return Says(status=200, document={})

    return interface(answer, lambda request: "/report" in request.path)


def send(now: datetime) -> int:
    return dispatch_ready(channels()["matrix"], lambda: now)


def gate_of(recipient: str) -> SendingGate:
    return SendingGate.objects.get(recipient_id=recipient)


@pytest.mark.parametrize("mood", [Mood.IS_OVERLOADED, Mood.IS_BUSY, Mood.REFUSES_THE_KEY], ids=str)
def test_an_interface_that_takes_nothing_now_is_tried_by_one_letter_each_time_it_has_rested(
    mood: Mood, homeservers: tuple[Interface, Interface], approved: Approved, now: datetime
) -> None:
    one, _ = homeservers
    approved(one, 8)
    one.mood = mood
    for minutes, tried in [(0, 1), (0.9, 0), (1, 1), (3, 1), (7, 1), (15, 1), (29, 0), (30, 1)]:
        assert send(now + minutes * MINUTE) == tried, minutes
    assert len(one.requests) == 6
    assert gate_of(ONE).held_because == "rests after 6 faults in a row"
    assert not OutboundLetter.objects.exclude(state=OutboxState.READY).exists()

    one.mood = Mood.TAKES
    assert send(now + timedelta(days=1)) == 8
    assert (gate_of(ONE).faults, gate_of(ONE).last_fault) == (0, "")


def test_one_homeserver_that_is_away_holds_up_no_letter_to_another(
    homeservers: tuple[Interface, Interface], approved: Approved, now: datetime
) -> None:
    one, other = homeservers
    approved(one, 3)
    approved(other, 3)
    one.mood = Mood.IS_OVERLOADED
    assert send(now) == 4
    assert (len(one.requests), len(other.taken)) == (1, 3)
    assert gate_of(ONE).faults == 1


def test_a_key_that_is_missing_lets_one_letter_to_each_recipient_find_that_out(
    homeservers: tuple[Interface, Interface], approved: Approved, settings: Settings, now: datetime
) -> None:
    for side in homeservers:
        approved(side, 3)
    keys, settings.CHANNEL_KEYS = settings.CHANNEL_KEYS, ""
    assert send(now) == 2
    assert "JIKIMI_CHANNEL_KEYS lacks 127.0.0.1" in gate_of(OTHER).last_fault
    settings.CHANNEL_KEYS = keys
    assert send(now + MINUTE) == 6


def test_letters_that_break_off_at_an_interface_end_after_five(
    homeservers: tuple[Interface, Interface], approved: Approved, now: datetime
) -> None:
    one, _ = homeservers
    approved(one, 8)
    one.mood = Mood.FAILS
    assert send(now) == 5
    assert send(now + 14 * MINUTE) == 0
    assert send(now + 15 * MINUTE) == 1
    assert OutboundLetter.objects.filter(state=OutboxState.UNKNOWN).count() == 6


def test_an_interface_that_names_a_time_is_left_alone_that_long_and_blamed_for_nothing(
    homeservers: tuple[Interface, Interface], approved: Approved, now: datetime
) -> None:
    one, _ = homeservers
    approved(one, 3)
    one.mood = Mood.ASKS_TO_WAIT
    assert send(now) == 1
    gate = gate_of(ONE)
    assert (gate.faults, gate.held_because) == (0, "it asked us to wait")
    one.mood = Mood.TAKES
    assert send(now + timedelta(seconds=119)) == 0
    assert send(now + timedelta(seconds=120)) == 3
