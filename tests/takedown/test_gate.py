"""When a recipient is left alone: its rates, its quiet hours, its faults, a person's pause."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from shutil import copytree

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from jikimi.cases.rules import read_place
from jikimi.cli.demo.standin.mails import MailAnswer
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    channels_with_letters,
    dispatch_ready,
    take_up_new_places,
)
from jikimi.takedown.actions.gating import EVERYBODY, OUR_MAIL, pause_sending, resume_sending
from jikimi.takedown.channels import channels
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.errors import PauseWithoutReason, UnknownRecipient
from jikimi.takedown.models import Notice, OutboundLetter, SendingGate
from jikimi.takedown.rules.gate import Gate, after_claim, after_fault, after_success, hold_on
from jikimi.venues.pack_values import QuietHours, RouteLimits
from jikimi.venues.packs import check_packs
from tests.reports import a_report

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Change = Callable[[dict[str, object]], None]


def limits(**changes: object) -> RouteLimits:
    return RouteLimits(links_per_notice=None, one_host_per_notice=False, note=None, **changes)  # type: ignore[arg-type]


def went(allowed: RouteLimits, moments: list[datetime]) -> list[datetime]:
    """The moments at which a letter was let through, of those at which one was tried."""
    gate, through = Gate(), []
    for moment in moments:
        if hold_on(gate, allowed, 0, moment) is None:
            gate = after_claim(gate, allowed, moment)
            through.append(moment)
    return through


@given(
    per_hour=st.integers(1, 500),
    steps=st.lists(st.integers(0, 600), min_size=1, max_size=200),
)
def test_no_hour_ever_holds_more_than_the_hours_number_and_a_quarter(
    per_hour: int, steps: list[int]
) -> None:
    moments = [NOON + timedelta(seconds=sum(steps[: n + 1])) for n in range(len(steps))]
    through = went(limits(per_hour=per_hour), moments)
    most = max(
        sum(start <= one < start + timedelta(hours=1) for one in through) for start in moments
    )
    assert most <= per_hour + max(per_hour // 4, 1)


def test_whoever_waits_as_long_as_told_is_let_through() -> None:
    gate, allowed, now = Gate(), limits(per_hour=4, per_day=6), NOON
    for _ in range(20):
        hold = hold_on(gate, allowed, 0, now)
        if hold is not None:
            assert hold.until is not None
            assert hold.until > now
            now = hold.until
        assert hold_on(gate, allowed, 0, now) is None
        gate = after_claim(gate, allowed, now)
    assert now - NOON >= timedelta(days=2)


def test_without_a_stated_limit_the_usual_one_holds() -> None:
    every_second = [NOON + timedelta(seconds=n) for n in range(3600)]
    assert len(went(limits(), every_second)) in range(120, 151)


@pytest.mark.parametrize(
    ("hour", "until"),
    [(21, None), (22, 8), (23, 8), (3, 8), (7, 8), (8, None), (12, None)],
)
def test_overnight_quiet_hours_end_in_the_morning_of_the_place(
    hour: int, until: int | None
) -> None:
    seoul = QuietHours(begin=time(22), end=time(8), zone="Asia/Seoul")
    now = datetime(2026, 11, 22, hour, 30, tzinfo=UTC) - timedelta(hours=9)
    hold = hold_on(Gate(), limits(quiet_hours=seoul), 0, now)
    if until is None:
        assert hold is None
    else:
        assert hold is not None
        assert hold.until is not None
        assert (hold.until + timedelta(hours=9)).hour == until
        assert timedelta() < hold.until - now < timedelta(hours=10)


def test_quiet_hours_within_a_day_end_that_day() -> None:
    lunch = QuietHours(begin=time(12), end=time(13), zone="UTC")
    hold = hold_on(Gate(), limits(quiet_hours=lunch), 0, NOON)
    assert hold is not None
    assert hold.until == NOON + timedelta(hours=1)


def test_a_recipient_that_takes_nothing_rests_longer_each_time_and_one_letter_tries_it() -> None:
    gate, rests = Gate(), []
    for _ in range(12):
        gate = after_fault(gate, NOON)
        rests.append(gate.rest_until - NOON if gate.rest_until else timedelta())
    assert rests[:4] == [timedelta()] * 4
    assert rests[4:9] == [timedelta(minutes=m) for m in (15, 30, 60, 120, 240)]
    assert rests[-1] == timedelta(hours=4)
    assert hold_on(gate, limits(), 0, NOON) is not None
    assert hold_on(gate, limits(), 0, NOON + timedelta(hours=4)) is None
    assert after_success(gate).faults == 0


def test_what_is_under_way_counts_against_how_many_it_takes_at_once() -> None:
    assert hold_on(Gate(), limits(at_once=2), 1, NOON) is None
    assert hold_on(Gate(), limits(at_once=2), 2, NOON) is not None


# --- Through the outbox


def with_limits(tmp_path: Path, said: dict[str, object]) -> Path:
    """Another folder of packs: the stand-in's entry, with what is said of its limits."""
    folder = tmp_path / "limited"
    copytree(tmp_path / "packs", folder)
    entry = folder / "recipients" / "standin.yaml"
    pack = yaml.safe_load(entry.read_text())
    none = {"links_per_notice": None, "one_host_per_notice": False, "note": None}
    pack["routes"][0]["limits"] = none | said
    entry.write_text(yaml.safe_dump(pack))
    return folder


@pytest.fixture
def approved(
    platform: StandinPlatform, staff: Staff, now: datetime, tmp_path: Path, settings: Settings
) -> Callable[..., list[Notice]]:
    """Letters that wait for the stand-in, one a case, with what its entry says of its limits."""

    def make(number: int, **said: object) -> list[Notice]:
        settings.PACK_FOLDERS = [with_limits(tmp_path, said)]
        for n in range(number):
            places = (read_place(f"{platform.doors.page}?{n}"),)
            case = receive_report(a_report(places=places), now=now).case
            take_up_new_places(case.pk, now=now)
        notices = list(Notice.objects.all())
        for notice in notices:
            approve_notice(notice.pk, staff=staff, now=now)
        return notices

    return make


def send(now: datetime) -> int:
    return dispatch_ready(EmailChannel(), lambda: now)


def test_letters_over_the_limit_wait_and_none_is_lost(
    approved: Callable[..., list[Notice]], platform: StandinPlatform, now: datetime
) -> None:
    approved(6, per_hour=4)
    assert send(now) == 1
    assert send(now) == 0
    assert channels_with_letters(now) == []
    sent = sum(send(now + timedelta(minutes=15 * n)) for n in range(1, 10))
    assert sent == 5
    assert len(platform.mails()) == 6


def test_a_recipient_in_its_quiet_hours_holds_up_nobody_else(
    approved: Callable[..., list[Notice]], platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    approved(2, quiet_hours={"begin": "00:00", "end": "23:59", "zone": "UTC"})
    elsewhere = a_report(places=(read_place("https://t.me/some_channel/12"),))
    case = receive_report(elsewhere, now=now).case
    take_up_new_places(case.pk, now=now)
    approve_notice(Notice.objects.get(recipient_id="telegram").pk, staff=staff, now=now)
    assert send(now) == 1
    held = SendingGate.objects.get(recipient_id="standin")
    assert held.held_because == "its quiet hours"
    assert len(platform.mails()) == 1


def test_after_five_refusals_nothing_more_goes_there_until_it_has_rested(
    approved: Callable[..., list[Notice]], platform: StandinPlatform, now: datetime
) -> None:
    approved(8)
    platform.answer_mail_with(MailAnswer.REJECT)
    assert send(now) == 5
    assert send(now + timedelta(minutes=14)) == 0
    platform.answer_mail_with(MailAnswer.ACCEPT)
    assert send(now + timedelta(minutes=16)) == 3
    assert SendingGate.objects.get(recipient_id="standin").faults == 0


def test_our_own_mail_server_being_away_is_not_the_recipients_fault(
    approved: Callable[..., list[Notice]], now: datetime, settings: Settings
) -> None:
    approved(1)
    settings.EMAIL_PORT = 1
    for n in range(6):
        send(now + timedelta(hours=2 * n))
    assert SendingGate.objects.get(recipient_id="standin").faults == 0


def test_letters_that_break_off_at_our_own_mail_server_end_after_three_and_then_it_rests(
    approved: Callable[..., list[Notice]], platform: StandinPlatform, now: datetime
) -> None:
    approved(8)
    platform.answer_mail_with(MailAnswer.DROP_AFTER_DATA)
    seconds = [timedelta(seconds=n) for n in range(40)]
    assert [send(now + seconds[n]) for n in (0, 4, 5, 14, 15)] == [3, 0, 1, 0, 1]
    assert SendingGate.objects.get(recipient_id="standin").faults == 0
    ours = SendingGate.objects.get(recipient_id=OUR_MAIL)
    assert ours.held_because == "rests after 5 faults in a row"
    assert ours.last_fault.startswith("It broke off while sending")

    platform.answer_mail_with(MailAnswer.ACCEPT)
    assert dispatch_ready(channels()["xarf"], lambda: now + seconds[34]) == 0
    assert send(now + seconds[35]) == 3
    ours.refresh_from_db()
    assert (ours.faults, ours.last_fault) == (0, "")


def test_a_letter_that_breaks_off_now_and_then_lets_no_other_wait(
    approved: Callable[..., list[Notice]], platform: StandinPlatform, now: datetime
) -> None:
    approved(6)
    for n in range(3):
        OutboundLetter.objects.filter(state="ready").update(not_before=now + timedelta(hours=1))
        first, second = OutboundLetter.objects.filter(state="ready")[:2]
        for letter, answer in ((first, MailAnswer.DROP_AFTER_DATA), (second, MailAnswer.ACCEPT)):
            platform.answer_mail_with(answer)
            OutboundLetter.objects.filter(pk=letter.pk).update(not_before=now)
            assert send(now) == 1, n


@pytest.mark.parametrize("who", [EVERYBODY, "standin"])
def test_a_pause_stops_what_is_approved_and_resuming_lets_it_go(
    who: str,
    approved: Callable[..., list[Notice]],
    platform: StandinPlatform,
    staff: Staff,
    now: datetime,
) -> None:
    approved(2)
    pause_sending(who, "they asked us to wait", staff=staff, now=now)
    assert channels_with_letters(now) == []
    assert send(now + timedelta(days=3)) == 0
    resume_sending(who, staff=staff, now=now)
    assert send(now) == 2
    assert len(platform.mails()) == 2


def test_a_pause_needs_a_reason_and_a_recipient_that_exists(
    platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    with pytest.raises(PauseWithoutReason):
        pause_sending("standin", " \n ", staff=staff, now=now)
    with pytest.raises(UnknownRecipient):
        pause_sending("nobody", "why not", staff=staff, now=now)
    assert not SendingGate.objects.filter(paused_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("quiet", "key"),
    [
        ({"begin": "22:00", "end": "08:00", "zone": "Mars/Olympus"}, "quiet_hours.zone"),
        ({"begin": "22:00", "end": "08:00", "zone": "../../etc/passwd"}, "quiet_hours.zone"),
        ({"begin": "22:00", "end": "22:00", "zone": "UTC"}, "quiet_hours"),
    ],
)
def test_quiet_hours_that_cannot_be_are_named_by_the_check(
    quiet: dict[str, str], key: str, platform: StandinPlatform, tmp_path: Path, now: datetime
) -> None:
    folder = with_limits(tmp_path, {"quiet_hours": quiet})
    problems = check_packs(folder, today=now.date(), allow_stand_ins=True)
    assert any(key in str(problem) for problem in problems)
