"""On the desk: what a recipient answered was none, or something else."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from jikimi.intake.actions import withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import record_reply
from jikimi.takedown.actions.confirming import confirm_reply
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.takedown.rules.reply import ReplyKind

from .test_replies import a_reply, nickname, notice, press, read

__all__ = ["notice"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
NO_REFUSAL = "It is not a refusal after all"
ARRIVED = "It did arrive after all"
SOMETHING_ELSE = "It is something else after all"


def take_back(desk: Client, notice: Notice) -> str:
    answer = desk.post(f"/desk/notice/{notice.pk}/reply/back/", follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_refusal_noted_by_hand_is_taken_back_beside_it(
    desk: Client, notice: Notice, staff: Staff, now: datetime
) -> None:
    page = f"/desk/case/{nickname(notice)}/"
    assert NO_REFUSAL not in read(desk, page)
    no = ReportedReply(state=NoticeState.REFUSED, words="not our rules")
    record_reply(notice.pk, no, staff=staff, now=now)
    assert NO_REFUSAL in read(desk, page)

    after = take_back(desk, notice)
    assert "Telegram owes an answer again; its time runs as it did." in after
    assert "refusal taken back" in after
    assert NO_REFUSAL not in after
    assert "not our rules" not in after
    assert "is already sent" in take_back(desk, notice)


def test_our_letter_did_arrive_after_all(desk: Client, notice: Notice, now: datetime) -> None:
    page = f"/desk/case/{nickname(notice)}/"
    Notice.objects.update(state=NoticeState.UNDELIVERABLE)
    assert ARRIVED not in read(desk, page)
    left = {"state": "sent", "sent_at": now - timedelta(hours=1), "not_before": now}
    case, to = notice.sighting.case, notice.recipient_id
    letter = OutboundLetter.objects.create(case=case, recipient_id=to, message_id="<1@x>", **left)
    Notice.objects.update(letter=letter)
    assert ARRIVED in read(desk, page)
    assert ARRIVED not in take_back(desk, notice)
    assert Notice.objects.get().state == NoticeState.SENT


def test_a_confirmed_mail_is_said_to_be_something_else(
    desk: Client, notice: Notice, staff: Staff, now: datetime
) -> None:
    reply = a_reply(notice, now)
    page = f"/desk/case/{nickname(notice)}/"
    assert SOMETHING_ELSE not in read(desk, page)
    confirm_reply(reply.pk, ReplyKind.REFUSAL, staff=staff, now=now)
    assert SOMETHING_ELSE in read(desk, page)

    after = press(desk, reply, "anew", kind="request")
    assert "Noted instead: asks for more." in after
    assert nickname(notice) in after
    assert Notice.objects.get().state == NoticeState.ACKNOWLEDGED
    assert "It is noted as that already" in press(desk, reply, "anew", kind="request")


def test_what_says_that_it_is_removed_is_taken_back_at_its_place_alone(
    desk: Client, notice: Notice, staff: Staff, now: datetime
) -> None:
    reply = a_reply(notice, now)
    confirm_reply(reply.pk, ReplyKind.REMOVAL, staff=staff, now=now)
    assert SOMETHING_ELSE not in read(desk, f"/desk/case/{nickname(notice)}/")
    assert "take it back at its place" in press(desk, reply, "anew", kind="refusal")


@pytest.mark.parametrize("kind", ["", "no kind"])
def test_a_mail_is_of_no_kind_that_there_is_not(
    kind: str, desk: Client, notice: Notice, now: datetime
) -> None:
    reply = a_reply(notice, now)
    assert desk.post(f"/desk/replies/{reply.pk}/anew/", {"kind": kind}).status_code == 404


def test_after_a_withdrawal_nothing_is_said_anew(
    desk: Client, notice: Notice, staff: Staff, now: datetime
) -> None:
    reply = a_reply(notice, now)
    confirm_reply(reply.pk, ReplyKind.REFUSAL, staff=staff, now=now)
    withdraw_report(notice.sighting.case, now=now)
    page = read(desk, f"/desk/case/{nickname(notice)}/")
    assert NO_REFUSAL not in page
    assert SOMETHING_ELSE not in page
    assert "She has withdrawn" in take_back(desk, notice)
    assert "She has withdrawn" in press(desk, reply, "anew", kind="other")
