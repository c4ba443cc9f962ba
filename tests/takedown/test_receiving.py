"""Mail that comes in: where it belongs, what follows by itself, and what waits for a person."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import AgeGroup, Liveness
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.evidence.actions import open_item
from jikimi.intake.actions import withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    dispatch_ready,
    hand_over_notices,
    note_their_number,
    sweep_clocks,
)
from jikimi.takedown.actions.confirming import assign_reply, confirm_reply, set_aside_reply
from jikimi.takedown.actions.receiving import read_inbox, take_in
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.models import Notice
from jikimi.takedown.replies.address import inbox_address
from jikimi.takedown.replies.errors import NoNoticeYet, NoSuchReference, UnknownReply
from jikimi.takedown.replies.inbox import FetchedMail, Spot, imap_inbox
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.reply import MatchedBy, ReplyKind, ReplyState
from jikimi.takedown.tasks import read_replies
from jikimi.trail.checking import check_whole_trail
from jikimi.trail.lookups import entries_of
from tests.contracts.inboxes import PASSWORD, USER, MemoryInbox, dovecot
from tests.takedown.drafts import Draft, to_compare
from tests.takedown.mail_that_came import OURS, a_reply, come_in, message_id

pytestmark = pytest.mark.django_db
CANARY = "four green kites over the harbour"


def state_of(notice: Notice) -> NoticeState:
    return NoticeState(Notice.objects.get(pk=notice.pk).state)


def a_report_of(notice: Notice, domain: str, action: str = "failed") -> bytes:
    return (
        f"From: MAILER-DAEMON@{domain}\nTo: centre@jikimi.example\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.{domain}\n\n"
        f"Final-Recipient: rfc822; abuse@{domain}\nAction: {action}\nStatus: 5.1.1\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {message_id(notice)}\n\n--b--\n"
    ).encode()


RECEIVED = "We have received your report and a ticket has been created."


def test_the_notice_asks_for_answers_to_an_address_of_its_own(
    sent: Callable[..., Notice], platform: StandinPlatform
) -> None:
    notice = sent()
    (mail,) = platform.mails()
    assert mail.answer_to == f"centre+{notice.reference.lower()}@jikimi.example"


def test_without_an_inbox_answers_go_to_the_centres_own_address(
    draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    approve_notice(draft().pk, staff=staff, now=now)
    dispatch_ready(EmailChannel(), lambda: now)
    assert platform.mails()[0].answer_to == "centre@jikimi.example"


@pytest.mark.parametrize("by", ["in_reply_to", "references", "plus", "subject", "body"])
def test_a_mail_finds_its_notice(
    by: str, sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    notice = sent()
    headers, text = {
        "in_reply_to": ({"In_Reply_To": message_id(notice)}, RECEIVED),
        "references": ({"References": f"<x@y> {message_id(notice)} <z@y>"}, RECEIVED),
        "plus": ({"To": f"centre+{notice.reference.lower()}@jikimi.example"}, RECEIVED),
        "subject": ({"Subject": f"[#44] AW: {notice.reference}"}, RECEIVED),
        "body": ({}, f"{RECEIVED}\n\n> Our reference: {notice.reference}."),
    }[by]
    reply = come_in(a_reply(text, domain, **headers), now)
    assert reply.notice == notice
    expected = {"plus": "plus_address", "subject": "reference", "body": "reference"}
    assert reply.matched_by == expected.get(by, "message_id")


@pytest.mark.parametrize(
    ("subject", "text", "found"),
    [
        ("Your case [CASE-2026/4711]", RECEIVED, True),
        ("Hello", f"{RECEIVED}\nTicket #CASE-2026/4711.", True),
        ("Hello", f"{RECEIVED}\nCASE-2026/47112", False),
        ("Hello", f"{RECEIVED}\nXCASE-2026/4711", False),
    ],
)
def test_a_mail_of_the_recipient_that_names_its_own_number_finds_the_notice(
    subject: str,
    text: str,
    found: bool,
    sent: Callable[..., Notice],
    staff: Staff,
    domain: str,
    now: datetime,
) -> None:
    notice = sent()
    note_their_number(notice.pk, "CASE-2026/4711", staff=staff, now=now)
    reply = come_in(a_reply(text, domain, Subject=subject), now)
    assert (reply.notice, reply.matched_by) == (
        (notice, "their_number") if found else (None, "nothing")
    )


def test_a_stranger_who_names_the_recipients_number_finds_nothing(
    sent: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = sent()
    note_their_number(notice.pk, "CASE-2026/4711", staff=staff, now=now)
    reply = come_in(a_reply(RECEIVED, "stranger.example", Subject="CASE-2026/4711"), now)
    assert reply.notice is None


def test_a_sure_acknowledgement_of_the_recipient_itself_is_noted_alone(
    sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    notice = sent()
    reply = come_in(a_reply(RECEIVED, domain, In_Reply_To=message_id(notice)), now)
    assert (reply.kind, reply.state) == ("acknowledgement", "by_itself")
    assert state_of(notice) is NoticeState.ACKNOWLEDGED
    assert "we have received your report" in Notice.objects.get(pk=notice.pk).reply
    events = [str(one.payload["event"]) for one in entries_of(notice.sighting.case_id)]
    assert events[-2:] == ["reply received", "notice acknowledged"]
    assert check_whole_trail() > 0


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (RECEIVED, {"proven": False}),
        (RECEIVED, {"From": "x@evil.example"}),
        (RECEIVED, {"Authentication_Results": f"{OURS}; dmarc=fail", "proven": False}),
        ("Thank you for your message.", {}),
        ("We have removed it.", {}),
        ("This does not violate our rules.", {}),
        ("Please provide proof of identity.", {}),
        ("Out of office until Monday.", {"Auto_Submitted": "auto-replied"}),
        ("Lovely weather.", {}),
        (f"{RECEIVED} About JK-AAAAAAAAAA", {"Subject": "JK-BBBBBBBBBB"}),
    ],
)
def test_everything_else_waits_for_a_person_and_changes_nothing(
    text: str,
    changes: dict[str, object],
    sent: Callable[..., Notice],
    domain: str,
    now: datetime,
) -> None:
    notice = sent()
    if "Subject" in changes:  # it answers one notice and names another
        other = Notice.objects.get(pk=notice.pk)
        other.pk, other.recipient_id, other.letter = uuid4(), "another", None
        other.save(force_insert=True)
        changes = {"Subject": other.reference}
    raw = a_reply(text, domain, **{"In_Reply_To": message_id(notice), **changes})  # type: ignore[arg-type]
    reply = come_in(raw, now)
    assert (reply.notice, reply.state) == (notice, ReplyState.WAITING)
    assert state_of(notice) is NoticeState.SENT


def test_an_acknowledgement_does_not_wind_up_a_clock_that_has_run_out(
    sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    notice = sent()
    late = now + timedelta(days=40)
    sweep_clocks(late)
    reply = come_in(a_reply(RECEIVED, domain, In_Reply_To=message_id(notice)), late)
    assert (reply.state, state_of(notice)) == (ReplyState.WAITING, NoticeState.OVERDUE)


def test_a_claimed_removal_is_looked_at_at_once_and_not_believed(
    sent: Callable[..., Notice], domain: str, now: datetime, staff: Staff
) -> None:
    notice = sent()
    Sighting.objects.update(next_look_at=now + timedelta(days=3))
    reply = come_in(a_reply("We have removed it.", domain, In_Reply_To=message_id(notice)), now)
    assert Sighting.objects.get().next_look_at == now
    assert state_of(notice) is NoticeState.SENT
    confirm_reply(reply.pk, ReplyKind.REMOVAL, staff=staff, now=now)
    assert state_of(notice) is NoticeState.SENT
    assert Sighting.objects.get().liveness == Liveness.UNKNOWN
    assert "Says that it is removed" in Notice.objects.get(pk=notice.pk).reply


def test_many_claims_do_not_make_many_looks(
    sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    notice = sent()
    Sighting.objects.update(last_look_at=now - timedelta(minutes=1))
    come_in(a_reply("We have removed it.", domain, In_Reply_To=message_id(notice)), now)
    assert Sighting.objects.get().next_look_at == now + timedelta(minutes=9)


def test_in_a_minors_case_nothing_is_looked_at_and_a_caseworkers_yes_is_believed(
    sent: Callable[..., Notice], draft: Draft, domain: str, now: datetime, staff: Staff
) -> None:
    hotline = draft(age_group=AgeGroup.UNDER_18)
    hand_over_notices([hotline.pk], staff=staff, now=now, compared=to_compare(hotline, now))
    notice = Notice.objects.exclude(pk=hotline.pk).get()
    approve_notice(notice.pk, staff=staff, now=now)
    dispatch_ready(EmailChannel(), lambda: now)
    reply = come_in(a_reply("We have removed it.", domain, In_Reply_To=message_id(notice)), now)
    assert Sighting.objects.get().next_look_at is None
    assert state_of(notice) is NoticeState.SENT
    confirm_reply(reply.pk, ReplyKind.REMOVAL, staff=staff, now=now)
    assert state_of(notice) is NoticeState.REMOVED
    assert Sighting.objects.get().next_look_at is None


def test_a_bounce_is_a_hint_and_confirmed_lets_the_notice_go_out_again(
    sent: Callable[..., Notice],
    platform: StandinPlatform,
    domain: str,
    now: datetime,
    staff: Staff,
) -> None:
    notice = sent()
    reply = come_in(a_report_of(notice, domain), now)
    assert (reply.kind, reply.notice, reply.state) == ("bounce", notice, "waiting")
    assert reply.decided_by == "delivery status 5.1.1"
    assert state_of(notice) is NoticeState.SENT
    confirm_reply(reply.pk, ReplyKind.BOUNCE, staff=staff, now=now)
    assert state_of(notice) is NoticeState.UNDELIVERABLE
    approve_notice(notice.pk, staff=staff, now=now)
    assert dispatch_ready(EmailChannel(), lambda: now) == 1
    assert len(platform.mails()) == 2
    assert state_of(notice) is NoticeState.SENT


def test_a_delayed_mail_is_no_bounce(
    sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    reply = come_in(a_report_of(sent(), domain, "delayed"), now)
    assert reply.kind == "auto_reply"


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ReplyKind.ACKNOWLEDGEMENT, NoticeState.ACKNOWLEDGED),
        (ReplyKind.REQUEST, NoticeState.ACKNOWLEDGED),
        (ReplyKind.REFUSAL, NoticeState.REFUSED),
        (ReplyKind.AUTO_REPLY, NoticeState.SENT),
        (ReplyKind.OTHER, NoticeState.SENT),
    ],
)
def test_a_caseworker_says_what_it_is_and_is_believed_over_the_rules(
    kind: ReplyKind,
    state: NoticeState,
    sent: Callable[..., Notice],
    domain: str,
    now: datetime,
    staff: Staff,
) -> None:
    notice = sent()
    reply = come_in(a_reply("Lovely weather.", domain, In_Reply_To=message_id(notice)), now)
    confirm_reply(reply.pk, kind, staff=staff, now=now)
    reply.refresh_from_db()
    assert state_of(notice) is state
    assert (reply.kind, reply.state, reply.settled_by) == (kind, ReplyState.CONFIRMED, staff)
    (told,) = [
        one.payload
        for one in entries_of(notice.sighting.case_id)
        if one.payload["event"] == "reply confirmed"
    ]
    assert (told["judged"], told["kind"]) == ("other", kind)
    with pytest.raises(UnknownReply):
        confirm_reply(reply.pk, ReplyKind.REFUSAL, staff=staff, now=now)


def test_an_answer_shows_that_a_mail_whose_sending_broke_off_arrived(
    sent: Callable[..., Notice], domain: str, now: datetime, staff: Staff
) -> None:
    notice = sent()
    Notice.objects.update(state=NoticeState.UNKNOWN)
    reply = come_in(a_reply(RECEIVED, domain, In_Reply_To=message_id(notice)), now)
    assert (reply.state, state_of(notice)) == (ReplyState.WAITING, NoticeState.UNKNOWN)
    confirm_reply(reply.pk, ReplyKind.ACKNOWLEDGEMENT, staff=staff, now=now)
    assert state_of(notice) is NoticeState.ACKNOWLEDGED


def test_an_unmatched_mail_is_kept_for_a_person_who_finds_its_notice(
    sent: Callable[..., Notice], domain: str, now: datetime, staff: Staff
) -> None:
    notice = sent()
    reply = come_in(a_reply(f"This does not violate our rules. {CANARY}", domain), now)
    assert (reply.notice, reply.matched_by) == (None, MatchedBy.NOTHING)
    assert reply.sealed is not None
    assert CANARY in open_item(reply.sealed, actor="staff 1", now=now)
    with pytest.raises(NoNoticeYet):
        confirm_reply(reply.pk, ReplyKind.REFUSAL, staff=staff, now=now)
    with pytest.raises(NoSuchReference):
        assign_reply(reply.pk, "JK-0000000000", staff=staff, now=now)
    assign_reply(reply.pk, f" {notice.reference.lower()} ", staff=staff, now=now)
    confirm_reply(reply.pk, ReplyKind.REFUSAL, staff=staff, now=now)
    assert state_of(notice) is NoticeState.REFUSED


def test_a_mail_that_names_two_notices_is_left_to_a_person(
    sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    notice = sent()
    other = Notice.objects.get(pk=notice.pk)
    other.pk, other.recipient_id = uuid4(), "another"
    other.save(force_insert=True)
    reply = come_in(a_reply(f"{notice.reference} and {other.reference}", domain), now)
    assert reply.notice is None


def test_setting_aside_changes_no_notice(
    sent: Callable[..., Notice], domain: str, now: datetime, staff: Staff
) -> None:
    notice = sent()
    reply = come_in(a_reply("Buy now", domain, In_Reply_To=message_id(notice)), now)
    set_aside_reply(reply.pk, staff=staff, now=now)
    assert state_of(notice) is NoticeState.SENT
    with pytest.raises(UnknownReply):
        set_aside_reply(reply.pk, staff=staff, now=now)


def test_after_a_withdrawal_a_mail_is_kept_and_nothing_follows(
    sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    notice = sent()
    withdraw_report(Case.objects.get(), now=now)
    Sighting.objects.update(next_look_at=None)
    for text in (RECEIVED, "We have removed it."):
        come_in(a_reply(text, domain, In_Reply_To=message_id(notice)), now)
    assert state_of(notice) is NoticeState.SENT
    assert Sighting.objects.get().next_look_at is None


class DiesBeforeMarking(MemoryInbox):
    """A process that ends after the database has the mail and before the mailbox knows."""

    def mark_handled(self, spot: Spot) -> None:
        raise ConnectionAbortedError


def test_a_crash_between_database_and_mailbox_takes_a_mail_in_once(
    sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    raw = a_reply(RECEIVED, domain, In_Reply_To=message_id(sent()))
    inbox = DiesBeforeMarking()
    inbox.deliver(raw)
    with pytest.raises(ConnectionAbortedError):
        read_inbox(inbox, lambda: now)
    again = MemoryInbox(mails=inbox.mails)
    assert read_inbox(again, lambda: now) == 1
    assert again.waiting() == ()
    moved = MemoryInbox(uid_validity=9, mails={5: raw})  # the mailbox was rebuilt
    read_inbox(moved, lambda: now)
    assert moved.waiting() == ()
    assert ReceivedReply.objects.count() == 1


def test_a_mailbox_that_tells_a_mail_differently_the_second_time_gives_it_once(
    sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    sent()
    raw = a_reply("Lovely weather.", domain)
    for told in (raw, b"X-Scanned: yes\r\n" + raw):
        read_inbox(MemoryInbox(mails={1: told}), lambda: now)
    assert ReceivedReply.objects.count() == 1


def test_another_mailbox_that_counts_alike_hides_no_mail(
    sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    sent()
    for text in ("One", "Two"):
        take_in(
            FetchedMail(spot=Spot(uid_validity=1, uid=1), content=a_reply(text, domain), size=1),
            now=now,
        )
    assert ReceivedReply.objects.count() == 2


@pytest.mark.parametrize(
    "raw", [b"", b"\x00" * 50, b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 4000]
)
def test_a_mail_that_nobody_can_read_still_reaches_a_person(
    raw: bytes, db: None, now: datetime
) -> None:
    reply = come_in(raw, now)
    assert (reply.state, reply.kind, reply.notice) == (ReplyState.WAITING, "other", None)


def test_a_mail_that_cannot_be_read_within_its_limits_says_so(
    db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jikimi.takedown.replies.isolating.ISOLATED_SECONDS", 0.0)
    reply = come_in(a_reply("Hello", "site.example"), now)
    assert (reply.unreadable, reply.sealed, reply.state) == (True, None, ReplyState.WAITING)


def test_the_words_lie_sealed_under_the_case_and_nowhere_else(
    sent: Callable[..., Notice],
    domain: str,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    notice = sent()
    raw = a_reply(
        f"{RECEIVED} {CANARY}", domain, In_Reply_To=message_id(notice), Subject=f"About {CANARY}"
    )
    reply = come_in(raw, now)
    assert reply.sealed is not None
    assert reply.sealed.case_ref == notice.sighting.case_id
    assert open_item(reply.sealed, actor="staff 1", now=now).count(CANARY) == 2
    assert "safety@" not in reply.sender_domain
    assert CANARY not in caplog.text
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{CANARY}%"])
            assert cursor.fetchone() == (0,), table


def test_a_real_mail_server_hands_over_what_came_once(
    sent: Callable[..., Notice], domain: str, now: datetime
) -> None:
    notice = sent()
    with dovecot() as server:
        server.deliver(a_reply(RECEIVED, domain, In_Reply_To=message_id(notice)))
        server.deliver(a_report_of(notice, domain))
        who = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
        address = inbox_address(f"imap://{who}@127.0.0.1:{server.port}")
        for taken in (2, 0):
            with imap_inbox(address) as inbox:
                assert read_inbox(inbox, lambda: now) == taken
    assert state_of(notice) is NoticeState.ACKNOWLEDGED
    kinds = ReceivedReply.objects.order_by("uid").values_list("kind", flat=True)
    assert list(kinds) == ["acknowledgement", "bounce"]


def test_without_an_inbox_the_worker_tries_none(
    db: None, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.INBOX_URL = ""
    read_replies(0)
    assert caplog.text == ""


def test_an_inbox_that_is_down_is_a_line_in_the_log_without_its_address(
    db: None, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.INBOX_URL = "imap://centre:hush@127.0.0.1:1/INBOX"
    read_replies(0)
    assert "The inbox does not answer" in caplog.text
    assert "hush" not in caplog.text
