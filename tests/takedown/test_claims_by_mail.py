"""A mail says that it is removed: what waits for it, and what ends the waiting."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from jikimi.cases.models import Sighting
from jikimi.cases.rules import read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notices,
    dispatch_ready,
    escalate_due,
    look_at,
    record_reply,
    sweep_clocks,
    take_up_new_places,
)
from jikimi.takedown.actions.confirming import confirm_reply, set_aside_reply
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.takedown.rules.reply import ReplyKind
from tests.reports import a_report
from tests.takedown.looks import Answers
from tests.takedown.mail_that_came import OURS, a_reply, come_in, message_id
from tests.takedown.test_receiving import state_of

pytestmark = pytest.mark.django_db
CLAIM = "We have removed it."


def climbs(now: datetime) -> int:
    """How many next rungs are drafted once its clock has run out."""
    late = now + timedelta(days=40)
    sweep_clocks(late)
    return escalate_due(late)


def test_the_ladder_waits_for_a_claimed_removal_that_nobody_has_read(
    sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    notice = sent()
    come_in(a_reply(CLAIM, domain, In_Reply_To=message_id(notice)), now)
    assert climbs(now) == 0


def test_a_claim_of_a_sender_that_is_known_to_be_false_holds_nothing(
    sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    notice = sent()
    false = {"Authentication_Results": f"{OURS}; dmarc=fail header.from={domain}"}
    headers = {**false, "In_Reply_To": message_id(notice)}
    come_in(a_reply(CLAIM, domain, proven=False, **headers), now)
    assert Sighting.objects.get().next_look_at == now
    assert climbs(now) == 1


@pytest.mark.parametrize("sender", ["evil.example", "nobody knows"])
def test_a_claim_that_is_not_proved_to_be_the_recipients_is_looked_at_and_holds_nothing(
    sender: str, sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    notice = sent()
    proven = sender == "evil.example"
    mail = a_reply(f"{CLAIM} {notice.reference}", sender if proven else domain, proven=proven)
    assert come_in(mail, now).notice == notice
    assert Sighting.objects.get().next_look_at == now
    assert climbs(now) == 1


@pytest.mark.parametrize("is_set_aside", [True, False])
def test_what_a_caseworker_finds_to_be_no_claim_lets_the_ladder_go_on(
    is_set_aside: bool, sent: Callable[..., Notice], domain: str, now: datetime, staff: Staff
) -> None:
    notice = sent()
    reply = come_in(a_reply(CLAIM, domain, In_Reply_To=message_id(notice)), now)
    if is_set_aside:
        set_aside_reply(reply.pk, staff=staff, now=now)
    else:
        confirm_reply(reply.pk, ReplyKind.AUTO_REPLY, staff=staff, now=now)
    assert climbs(now) == 1


@pytest.mark.parametrize("is_set_aside", [True, False])
@pytest.mark.parametrize("by_telephone", [True, False])
def test_a_false_mail_ends_no_claim_that_somebody_else_made(
    is_set_aside: bool,
    by_telephone: bool,
    sent: Callable[..., Notice],
    domain: str,
    now: datetime,
    staff: Staff,
) -> None:
    notice = sent()
    if by_telephone:
        said = ReportedReply(state=NoticeState.REMOVED, words="They called: it is down.")
        record_reply(notice.pk, said, staff=staff, now=now)
    else:
        come_in(a_reply(CLAIM, domain, In_Reply_To=message_id(notice)), now)
    false = {"Authentication_Results": f"{OURS}; dmarc=fail header.from={domain}"}
    headers = {**false, "In_Reply_To": message_id(notice)}
    forged = come_in(a_reply(f"{CLAIM} Truly.", domain, proven=False, **headers), now)
    if is_set_aside:
        set_aside_reply(forged.pk, staff=staff, now=now)
    else:
        confirm_reply(forged.pk, ReplyKind.AUTO_REPLY, staff=staff, now=now)
    assert climbs(now) == 0


@pytest.mark.parametrize("is_set_aside", [True, False])
def test_a_strangers_signed_mail_keeps_no_claim_alive_that_was_refuted(
    is_set_aside: bool, sent: Callable[..., Notice], domain: str, now: datetime, staff: Staff
) -> None:
    notice = sent()
    theirs = come_in(a_reply(CLAIM, domain, In_Reply_To=message_id(notice)), now)
    strangers = a_reply(f"{CLAIM} Truly.", "evil.example", In_Reply_To=message_id(notice))
    assert come_in(strangers, now).proof == "verified"
    if is_set_aside:
        set_aside_reply(theirs.pk, staff=staff, now=now)
    else:
        confirm_reply(theirs.pk, ReplyKind.AUTO_REPLY, staff=staff, now=now)
    assert climbs(now) == 1


def test_a_confirmed_mail_of_another_domain_keeps_the_claim(
    sent: Callable[..., Notice], domain: str, now: datetime, staff: Staff
) -> None:
    notice = sent()
    theirs = come_in(a_reply(CLAIM, domain, In_Reply_To=message_id(notice)), now)
    other = a_reply(f"{CLAIM} Truly.", "parent-firm.example", In_Reply_To=message_id(notice))
    confirm_reply(come_in(other, now).pk, ReplyKind.REMOVAL, staff=staff, now=now)
    set_aside_reply(theirs.pk, staff=staff, now=now)
    assert climbs(now) == 0


@pytest.fixture
def sent_together(
    platform: StandinPlatform, staff: Staff, settings: Settings, now: datetime
) -> Callable[[int], list[Notice]]:
    """Notices about some links of one case that went out in one letter."""
    settings.INBOX_URL = "imap://centre:secret@127.0.0.1"
    settings.INBOX_AUTHSERV = OURS

    def send(number: int) -> list[Notice]:
        places = tuple(read_place(f"{platform.doors.page}?{n}") for n in range(number))
        case = receive_report(a_report(places=places), now=now).case
        take_up_new_places(case.pk, now=now)
        notices = list(Notice.objects.filter(sighting__case=case))
        approve_notices([one.pk for one in notices], staff=staff, now=now)
        assert dispatch_ready(EmailChannel(), lambda: now) == 1
        return notices

    return send


def test_a_mail_about_many_places_is_set_aside_with_as_many_questions_as_one_about_few(
    sent_together: Callable[[int], list[Notice]], domain: str, now: datetime, staff: Staff
) -> None:
    asked = []
    for number in (2, 20):
        notices = sent_together(number)
        places = Sighting.objects.filter(notices__in=notices)
        kept = come_in(a_reply(CLAIM, domain, In_Reply_To=message_id(notices[0])), now)
        reply = come_in(a_reply(f"{CLAIM} All.", domain, In_Reply_To=message_id(notices[0])), now)
        assert places.filter(claimed_gone_at=now).count() == number
        with CaptureQueriesContext(connection) as queries:
            set_aside_reply(reply.pk, staff=staff, now=now)
        asked.append(len(queries))
        assert places.filter(claimed_gone_at=now).count() == number
        set_aside_reply(kept.pk, staff=staff, now=now)
        assert not places.filter(claimed_gone_at=now).exists()
    assert asked[0] == asked[1]


def test_a_claim_noted_by_telephone_outlasts_a_mail_that_was_none(
    sent: Callable[..., Notice], domain: str, now: datetime, staff: Staff
) -> None:
    notice = sent()
    reply = come_in(a_reply(CLAIM, domain, In_Reply_To=message_id(notice)), now)
    said = ReportedReply(state=NoticeState.REMOVED, words="They called: it is down.")
    record_reply(notice.pk, said, staff=staff, now=now)
    set_aside_reply(reply.pk, staff=staff, now=now)
    assert climbs(now) == 0


def test_a_claim_that_a_look_has_ended_holds_no_later_one(
    sent: Callable[..., Notice], domain: str, now: datetime, staff: Staff
) -> None:
    notice = sent()
    come_in(a_reply(CLAIM, domain, In_Reply_To=message_id(notice)), now)
    Sighting.objects.update(claimed_gone_at=None)
    later = now + timedelta(days=1)
    reply = come_in(a_reply(f"{CLAIM} Truly.", domain, In_Reply_To=message_id(notice)), later)
    set_aside_reply(reply.pk, staff=staff, now=later)
    assert climbs(now) == 1


def test_a_confirmed_claim_is_taken_where_no_look_can_tell(
    sent: Callable[..., Notice], domain: str, now: datetime, staff: Staff
) -> None:
    notice = sent()
    for day in (1, 2, 3):
        look_at(notice.sighting_id, Answers(401), now=now + timedelta(days=day))
    later = now + timedelta(days=3, hours=1)
    reply = come_in(a_reply(CLAIM, domain, In_Reply_To=message_id(notice)), later)
    assert state_of(notice) is NoticeState.SENT
    confirm_reply(reply.pk, ReplyKind.REMOVAL, staff=staff, now=later)
    assert state_of(notice) is NoticeState.REMOVED
    assert Notice.objects.get().on_word_of == "recipient"
