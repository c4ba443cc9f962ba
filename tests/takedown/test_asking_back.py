"""What a recipient's interface says became of a letter, and what follows from it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from jikimi.cases.models import Case, CaseStatus
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    ask_what_became,
    dispatch_ready,
    hand_over_notices,
    questions_due,
    take_answer_back,
)
from jikimi.takedown.channels import channels
from jikimi.takedown.errors import MayNotSend
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.asking_back import FIRST, GIVEN_UP_AFTER, LONGEST, next_question
from jikimi.takedown.rules.notice import NoticeState, OutboxState
from jikimi.trail.models import Entry
from tests.contracts.interfaces import Interface, Mood
from tests.contracts.other_sides import write_keys
from tests.contracts.recipients_interfaces import CLOUDFLARE_REFERENCE, cloudflare
from tests.takedown.drafts import Draft

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
Answers = Callable[..., Interface]


@pytest.fixture
def answers(platform: StandinPlatform, settings: Settings, tmp_path: Path) -> Iterator[Answers]:
    """The stand-in platform is reached by an interface that answers questions like this."""
    running = []

    def start(status: str, reason: str | None = None) -> Interface:
        standin = cloudflare(status, reason)
        side = standin.__enter__()
        running.append(standin)
        file = tmp_path / "packs" / "recipients" / "standin.yaml"
        entry = yaml.safe_load(file.read_text())
        path = "/client/v4/accounts/{account_id}/abuse-reports/abuse_ncsei"
        entry["routes"][0] |= {"type": "api", "address": side.base + path, "auth": "key"}
        entry["domains_allowed"].append(f"127.0.0.1:{side.port}")
        entry["adapter_format"] = "cloudflare"
        file.write_text(yaml.safe_dump(entry))
        settings.STAND_IN_PORTS = settings.STAND_IN_PORTS | {side.port}
        write_keys(tmp_path, settings)
        return side

    yield start
    for standin in running:
        standin.__exit__(None, None, None)


@pytest.fixture
def sent(draft: Draft, staff: Staff, now: datetime) -> Callable[[], Notice]:
    """A notice that the interface has taken."""

    def send() -> Notice:
        notice = draft()
        approve_notice(notice.pk, staff=staff, now=now)
        dispatch_ready(channels()["cloudflare"], lambda: now)
        notice.refresh_from_db()
        assert notice.state == NoticeState.SENT
        return notice

    return send


def ask(at: datetime) -> int:
    return ask_what_became(lambda: at)


def test_a_letter_taken_by_an_interface_keeps_their_reference_and_is_asked_about_later(
    answers: Answers, sent: Callable[[], Notice], now: datetime
) -> None:
    side = answers("submitted")
    sent()
    letter = OutboundLetter.objects.get()
    assert (letter.state, letter.their_reference) == (OutboxState.SENT, CLOUDFLARE_REFERENCE)
    assert letter.ask_at == now + FIRST
    assert not questions_due(now + FIRST - SECOND)
    assert ask(now + FIRST - SECOND) == 0
    assert len(side.requests) == 1


def test_a_recipient_that_has_it_acknowledges_once_and_is_asked_again_later_and_later(
    answers: Answers, sent: Callable[[], Notice], now: datetime
) -> None:
    answers("submitted")
    notice = sent()
    assert ask(now + FIRST) == 1
    notice.refresh_from_db()
    assert notice.state == NoticeState.ACKNOWLEDGED
    assert "submitted" in notice.reply
    told = Entry.objects.count()
    letter = OutboundLetter.objects.get()
    assert letter.ask_at == now + FIRST + 2 * FIRST
    assert ask(letter.ask_at) == 1
    assert Entry.objects.count() == told


def test_settled_is_a_claim_that_brings_the_look_forward_and_removes_nothing(
    answers: Answers, sent: Callable[[], Notice], now: datetime
) -> None:
    answers("denied", "content_removed")
    notice = sent()
    later = now + FIRST
    assert ask(later) == 1
    notice.refresh_from_db()
    assert notice.state == NoticeState.ACKNOWLEDGED
    assert notice.sighting.next_look_at == later
    assert OutboundLetter.objects.get().ask_at is None


def test_a_refusal_by_the_interface_is_a_refusal_with_its_reason(
    answers: Answers, sent: Callable[[], Notice], now: datetime
) -> None:
    answers("denied", "no_abuse_found")
    notice = sent()
    ask(now + FIRST)
    notice.refresh_from_db()
    assert notice.state == NoticeState.REFUSED
    assert "no_abuse_found" in notice.reply


def test_an_interface_whose_no_was_none_is_asked_again(
    answers: Answers, sent: Callable[[], Notice], staff: Staff, now: datetime
) -> None:
    answers("denied", "no_abuse_found")
    notice = sent()
    assert ask(now + FIRST) == 1
    assert ask(now + LONGEST) == 0
    take_answer_back(notice.pk, staff=staff, now=now + LONGEST)
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT
    assert ask(now + LONGEST + FIRST) == 1
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT


def test_an_interface_that_is_away_is_asked_the_next_time_and_changes_nothing(
    answers: Answers, sent: Callable[[], Notice], now: datetime, settings: Settings
) -> None:
    answers("accepted")
    notice = sent()
    settings.CHANNEL_KEYS = ""
    assert ask(now + FIRST) == 0
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT
    assert OutboundLetter.objects.get().ask_at == now + 3 * FIRST


@pytest.mark.parametrize("end", ["notice", "case"])
def test_nobody_is_asked_about_what_has_ended(
    end: str, answers: Answers, sent: Callable[[], Notice], now: datetime
) -> None:
    side = answers("accepted")
    notice = sent()
    if end == "notice":
        Notice.objects.update(state=NoticeState.REMOVED)
    else:
        Case.objects.filter(pk=notice.sighting.case_id).update(
            status=CaseStatus.WITHDRAWN, closed_at=now
        )
    assert ask(now + FIRST) == 0
    assert len(side.requests) == 1
    assert not questions_due(now + 30 * LONGEST)


def test_without_its_keys_an_interface_is_left_to_a_person_who_hands_the_notice_over(
    answers: Answers, draft: Draft, staff: Staff, now: datetime, settings: Settings
) -> None:
    side = answers("accepted")
    settings.CHANNEL_KEYS = ""
    notice = draft()
    assert notice.channel == ""
    with pytest.raises(MayNotSend, match="hand the notice over"):
        approve_notice(notice.pk, staff=staff, now=now)
    hand_over_notices([notice.pk], staff=staff, now=now, their_reference="4711")
    notice.refresh_from_db()
    assert (notice.state, side.requests) == (NoticeState.SENT, [])


def test_a_letter_that_broke_off_is_not_asked_about(
    answers: Answers, draft: Draft, staff: Staff, now: datetime
) -> None:
    side = answers("accepted")
    side.mood = Mood.BREAKS_OFF
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    dispatch_ready(channels()["cloudflare"], lambda: now)
    notice.refresh_from_db()
    assert notice.state == NoticeState.UNKNOWN
    assert OutboundLetter.objects.get().ask_at is None


def test_questions_stand_in_no_jobs_arguments(answers: Answers, sent: Callable[[], Notice]) -> None:
    answers("submitted")
    sent()
    for job in ProcrastinateJob.objects.all():
        assert CLOUDFLARE_REFERENCE not in str(job.args)


def test_questions_come_later_and_later_and_end_after_a_month(now: datetime) -> None:
    moment: datetime | None = next_question(0, now, now)
    gaps, asked, last = [], 0, now
    while moment is not None:
        gaps.append(moment - last)
        last, asked = moment, asked + 1
        moment = next_question(asked, now, last)
    assert gaps[0] == FIRST
    assert gaps == sorted(gaps)
    assert gaps[-1] == LONGEST
    assert last <= now + GIVEN_UP_AFTER
    assert 30 <= asked <= 40
