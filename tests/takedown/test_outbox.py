"""What becomes of a mail when its notice, its key or its server changes under it."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from jikimi.aftercare.actions import stop_everything
from jikimi.cases.rules import AgeGroup
from jikimi.cli.demo.standin.mails import MailAnswer
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    cancel_notice,
    dispatch_ready,
    hand_over_notices,
    record_reply,
)
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import NoticeState, OutboxState, ReportedReply
from jikimi.takedown.withdrawals.models import RecipientWithdrawal
from tests.takedown.drafts import Draft, to_compare

pytestmark = pytest.mark.django_db


def send(now: datetime) -> int:
    return dispatch_ready(EmailChannel(), lambda: now)


def state_of(notice: Notice) -> NoticeState:
    return NoticeState(Notice.objects.get(pk=notice.pk).state)


def test_a_mail_that_was_refused_can_be_approved_and_sent_anew(
    draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    platform.answer_mail_with(MailAnswer.REJECT)
    send(now)
    assert state_of(notice) is NoticeState.UNDELIVERABLE
    platform.answer_mail_with(MailAnswer.ACCEPT)
    approve_notice(notice.pk, staff=staff, now=now)
    assert send(now) == 1
    assert state_of(notice) is NoticeState.SENT


def test_a_mail_the_dispatcher_cannot_open_waits_and_is_not_called_sent(
    draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime, settings: Settings
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    key = settings.DATA_DIR / "keys" / "dispatcher.private"
    key.rename(key.with_suffix(".away"))
    send(now)
    mail = OutboundLetter.objects.get()
    assert (state_of(notice), mail.state) == (NoticeState.APPROVED, OutboxState.READY)
    assert "doctor" in mail.trouble
    key.with_suffix(".away").rename(key)
    send(now + timedelta(minutes=2))
    assert state_of(notice) is NoticeState.SENT


def test_a_notice_noted_as_removed_before_it_left_does_not_hold_up_the_others(
    draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    hotline = draft(age_group=AgeGroup.UNDER_18)
    hand_over_notices([hotline.pk], staff=staff, now=now, compared=to_compare(hotline, now))
    first = Notice.objects.get(recipient_id="standin")
    approve_notice(first.pk, staff=staff, now=now)
    removed = ReportedReply(state=NoticeState.REMOVED, words="they called")
    record_reply(first.pk, removed, staff=staff, now=now)
    assert OutboundLetter.objects.get(channel="email").sealed is None
    other = draft(age_group=AgeGroup.UNDER_18)
    hand_over_notices([other.pk], staff=staff, now=now, compared=to_compare(other, now))
    second = Notice.objects.get(recipient_id="standin", state=NoticeState.DRAFT)
    approve_notice(second.pk, staff=staff, now=now)
    assert send(now) == 1
    assert state_of(second) is NoticeState.SENT


@pytest.mark.parametrize("answer", [MailAnswer.REJECT, MailAnswer.DROP_AFTER_DATA])
def test_a_mail_is_erased_once_its_notice_is_cancelled(
    answer: MailAnswer, draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    platform.answer_mail_with(answer)
    send(now)
    assert OutboundLetter.objects.get().sealed is not None
    cancel_notice(notice.pk, staff=staff, now=now)
    assert OutboundLetter.objects.get().sealed is None


@pytest.mark.parametrize("ends", ["cancelled", "withdrawn"])
def test_whether_a_mail_arrived_stays_unknown_and_is_to_be_forgotten_where_its_notice_has_ended(
    ends: str, draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notice = draft()
    case = notice.sighting.case
    approve_notice(notice.pk, staff=staff, now=now)
    platform.answer_mail_with(MailAnswer.DROP_AFTER_DATA)
    send(now)
    if ends == "cancelled":
        cancel_notice(notice.pk, staff=staff, now=now)
    stop_everything(case.pk, now=now)
    mail = OutboundLetter.objects.get()
    assert (mail.state, mail.sealed) == (OutboxState.UNKNOWN, None)
    assert send(now + timedelta(days=1)) == 0
    to_forget = RecipientWithdrawal.objects.get()
    assert to_forget.references == notice.reference
