"""What the centre answers to a mail that came in: where it goes, what it says, and who says yes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from jikimi.aftercare.actions import stop_everything
from jikimi.cases.models import Case
from jikimi.cases.rules import ClosedBecause
from jikimi.cli.demo.standin.mails import MailAnswer
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import dispatch_ready
from jikimi.takedown.actions.answering import answer_reply, let_answer_be, suggested_answer
from jikimi.takedown.actions.closing import close_case
from jikimi.takedown.actions.confirming import assign_reply, confirm_reply, say_anew
from jikimi.takedown.actions.wishes import take_back_choice
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.errors import CannotClose, MayNotSend, UnsafeNote
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.replies.errors import NoNoticeYet, UnknownReply
from jikimi.takedown.replies.kept import answers_not_arrived
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.notice import NoticeState, OutboxState
from jikimi.takedown.rules.reply import ReplyKind
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import ConsentScope
from tests.takedown.mail_that_came import a_reply, come_in, message_id

pytestmark = pytest.mark.django_db
ASKS = "Please provide additional information about your report."
WORDS = "The links in our notice name each place.\n\nPlease answer to this mail."


@pytest.fixture
def asked(sent: Callable[..., Notice], domain: str, now: datetime) -> Callable[..., ReceivedReply]:
    """A mail that asks for more about a notice that went out."""

    def ask(text: str = ASKS, **headers: str) -> ReceivedReply:
        notice = sent()
        return come_in(a_reply(text, domain, In_Reply_To=message_id(notice), **headers), now)

    return ask


def send(now: datetime) -> int:
    return dispatch_ready(EmailChannel(), lambda: now)


def events(reply: ReceivedReply) -> list[str]:
    case_ref = Case.objects.get(sightings__notices__replies=reply).pk
    return [str(one.payload["event"]) for one in entries_of(case_ref)]


def test_an_answer_goes_to_the_pinned_address_in_the_thread_and_carries_words_alone(
    asked: Callable[..., ReceivedReply], platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    reply = asked(Reply_To="collector@elsewhere.example", Message_ID="<their-mail@site.example>")
    row = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    assert send(now) == 1
    notice, answer = platform.mails()
    assert answer.recipients == notice.recipients == (platform.doors.mailbox,)
    assert (answer.sender, answer.answer_to) == (notice.sender, notice.answer_to)
    assert answer.answers == "<their-mail@site.example>"
    assert answer.subject == f"Re: {reply.notice.reference}"  # type: ignore[union-attr]
    assert WORDS in answer.text.replace("\r\n", "\n")
    assert "Test centre" in answer.text
    assert answer.notice is None
    row.refresh_from_db()
    assert (row.state, row.sealed) == (OutboxState.SENT, None)
    assert events(reply)[-2:] == ["reply answered", "answer sent"]
    assert WORDS not in str([one.payload for one in entries_of(row.case_id)])


def test_what_answers_our_answer_finds_the_notice(
    asked: Callable[..., ReceivedReply], domain: str, staff: Staff, now: datetime
) -> None:
    reply = asked()
    row = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    send(now)
    back = come_in(a_reply("Thank you.", domain, In_Reply_To=row.message_id), now)
    assert (back.notice, back.matched_by) == (reply.notice, "message_id")


@pytest.mark.parametrize(
    "their_id", ["", "<no\tplain@site.example>", "<ü@site.example>", "<" + "x" * 400 + "@y>"]
)
def test_a_message_id_that_no_header_can_hold_is_not_repeated(
    their_id: str,
    asked: Callable[..., ReceivedReply],
    platform: StandinPlatform,
    staff: Staff,
    now: datetime,
) -> None:
    reply = asked()
    ReceivedReply.objects.filter(pk=reply.pk).update(message_id=their_id[:252])
    answer_reply(reply.pk, WORDS, staff=staff, now=now)
    send(now)
    notice, answer = platform.mails()
    assert answer.answers == notice.message_id


def test_a_long_message_id_such_as_exchange_gives_is_repeated_whole(
    asked: Callable[..., ReceivedReply], platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    long_one = f"<{'AM0PR01MB' * 18}@eurprd01.prod.site.example>"
    reply = asked(Message_ID=long_one)
    answer_reply(reply.pk, WORDS, staff=staff, now=now)
    send(now)
    assert platform.mails()[-1].answers == long_one


def test_nothing_of_a_giant_or_hostile_subject_is_sent_back(
    asked: Callable[..., ReceivedReply], platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    subject = f"=?utf-8?q?a=0D=0ABcc:_x@evil.example?= {'x' * 100_000}"
    reply = asked(Subject=subject)
    answer_reply(reply.pk, WORDS, staff=staff, now=now)
    send(now)
    answer = platform.mails()[-1]
    assert answer.recipients == (platform.doors.mailbox,)
    assert len(answer.subject) < 40
    assert "evil" not in answer.subject + answer.text


@pytest.mark.parametrize(
    "words",
    [
        "",
        " \n\n ",
        "Write to me: somebody@elsewhere.example",
        "It is at https://elsewhere.example/x too",
        "Here: data:image/png;base64,AAAA",
        "<b>Now</b>",
        "zero\u200bwidth",
        "A" * 80,
        "word " * 1000,
        "The case is {nickname}.",
    ],
)
def test_words_that_may_not_leave_are_refused_and_nothing_is_sent(
    words: str, asked: Callable[..., ReceivedReply], staff: Staff, now: datetime
) -> None:
    reply = asked()
    nickname = Case.objects.get().nickname
    with pytest.raises(UnsafeNote):
        answer_reply(reply.pk, words.format(nickname=nickname), staff=staff, now=now)
    assert send(now) == 0
    assert not OutboundLetter.objects.filter(answers__isnull=False).exists()


def test_the_links_of_the_notice_may_stand_in_it(
    asked: Callable[..., ReceivedReply], platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    answer_reply(asked().pk, f"It is at {platform.doors.page} still.", staff=staff, now=now)
    assert send(now) == 1


def test_a_minors_case_a_mail_without_a_notice_and_none_at_all_are_not_answered(
    asked: Callable[..., ReceivedReply], domain: str, staff: Staff, now: datetime
) -> None:
    stray = come_in(a_reply(ASKS, domain), now)
    with pytest.raises(NoNoticeYet):
        answer_reply(stray.pk, WORDS, staff=staff, now=now)
    with pytest.raises(UnknownReply):
        answer_reply(uuid4(), WORDS, staff=staff, now=now)
    reply = asked()
    Case.objects.update(age_group="under_18")
    with pytest.raises(MayNotSend, match="under 18"):
        answer_reply(reply.pk, WORDS, staff=staff, now=now)


def test_an_answer_that_waits_is_stopped_and_erased_once_she_takes_everything_back(
    asked: Callable[..., ReceivedReply], platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    reply = asked()
    row = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    stop_everything(Case.objects.get().pk, now=now)
    assert send(now) == 0
    row.refresh_from_db()
    assert (row.state, row.sealed) == (OutboxState.STOPPED, None)
    assert len(platform.mails()) == 1
    with pytest.raises(MayNotSend):
        answer_reply(reply.pk, WORDS, staff=staff, now=now)


def test_a_case_is_not_closed_by_hand_while_an_answer_waits_to_leave(
    asked: Callable[..., ReceivedReply], staff: Staff, now: datetime
) -> None:
    reply = asked()
    answer_reply(reply.pk, WORDS, staff=staff, now=now)
    Notice.objects.update(state="overdue")
    police = ClosedBecause.POLICE
    with pytest.raises(CannotClose, match="an answer to a recipient's mail"):
        close_case(Case.objects.get().pk, police, "She told them.", staff=staff, now=now)
    send(now)
    close_case(Case.objects.get().pk, police, "She told them.", staff=staff, now=now)


def test_no_answer_leaves_once_she_has_taken_back_her_yes_to_platforms(
    asked: Callable[..., ReceivedReply], staff: Staff, now: datetime
) -> None:
    reply = asked()
    row = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    take_back_choice(Case.objects.get().pk, ConsentScope.PLATFORMS, actor="survivor", now=now)
    assert send(now) == 0
    row.refresh_from_db()
    assert (row.state, row.sealed) == (OutboxState.STOPPED, None)
    with pytest.raises(MayNotSend, match="does not want"):
        answer_reply(reply.pk, WORDS, staff=staff, now=now)


def test_a_second_press_sends_no_second_answer(
    asked: Callable[..., ReceivedReply], staff: Staff, now: datetime
) -> None:
    reply = asked()
    answer_reply(reply.pk, WORDS, staff=staff, now=now)
    with pytest.raises(MayNotSend, match="on its way"):
        answer_reply(reply.pk, WORDS, staff=staff, now=now)
    assert send(now) == 1
    answer_reply(reply.pk, "And one thing more.", staff=staff, now=now)


def test_an_answer_to_an_address_that_is_no_longer_the_recipients_does_not_leave(
    asked: Callable[..., ReceivedReply], platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    reply = asked()
    row = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    OutboundLetter.objects.update(address="collector@elsewhere.example")
    assert send(now) == 0
    row.refresh_from_db()
    assert row.state == OutboxState.STOPPED
    assert events(reply)[-1] == "answer stopped"
    with pytest.raises(MayNotSend, match="address"):
        answer_reply(reply.pk, WORDS, staff=staff, now=now)


def test_a_paused_case_is_not_answered_for(
    asked: Callable[..., ReceivedReply], staff: Staff, now: datetime
) -> None:
    reply = asked()
    Case.objects.update(paused_at=now)
    with pytest.raises(MayNotSend, match="paused"):
        answer_reply(reply.pk, WORDS, staff=staff, now=now)


def test_an_answer_whose_sending_broke_off_is_not_sent_again(
    asked: Callable[..., ReceivedReply], platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    reply = asked()
    platform.answer_mail_with(MailAnswer.DROP_AFTER_DATA)
    row = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    send(now)
    assert send(now + timedelta(days=1)) == 0
    row.refresh_from_db()
    assert (row.state, row.sealed) == (OutboxState.UNKNOWN, None)
    assert events(reply)[-1] == "answer unknown"


def test_what_may_be_said_stands_in_the_recipients_language_and_in_english_with_what_is_missing(
    asked: Callable[..., ReceivedReply], now: datetime
) -> None:
    reply = asked()
    words = suggested_answer(reply, frozenset({"tracking_number"}))
    assert "We hold no copy of the picture and send none." in words
    assert "- a " in words
    assert "We miss in it:" in words
    assert "We miss in it:" not in suggested_answer(reply, frozenset())


def returned(message_id: str, domain: str) -> bytes:
    """A mail server's report that a mail of ours could not be delivered."""
    return (
        f"From: MAILER-DAEMON@{domain}\nTo: centre@jikimi.example\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.{domain}\n\n"
        f"Final-Recipient: rfc822; abuse@{domain}\nAction: failed\nStatus: 5.2.2\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {message_id}\n\n--b--\n"
    ).encode()


def test_an_answer_that_comes_back_leaves_its_notice_with_the_recipient_and_waits_for_a_person(
    asked: Callable[..., ReceivedReply], domain: str, staff: Staff, now: datetime
) -> None:
    reply = asked()
    notice = reply.notice
    assert notice is not None
    row = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    send(now)
    bounce = come_in(returned(row.message_id, domain), now)
    assert (bounce.kind, bounce.notice, bounce.returns) == ("bounce", notice, row)
    without_original = returned("<x@y>", domain)
    headed = f"In-Reply-To: {row.message_id}\n".encode() + without_original
    assert come_in(headed, now).returns == row
    assert not answers_not_arrived().exists()

    confirm_reply(bounce.pk, ReplyKind.BOUNCE, staff=staff, now=now)

    row.refresh_from_db()
    assert (row.state, row.trouble) == (OutboxState.REFUSED, "It came back.")
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT
    assert list(answers_not_arrived()) == [row]


def test_a_bounce_of_the_notice_itself_returns_no_answer(
    asked: Callable[..., ReceivedReply], domain: str, staff: Staff, now: datetime
) -> None:
    reply = asked()
    notice = reply.notice
    assert notice is not None
    answer_reply(reply.pk, WORDS, staff=staff, now=now)
    send(now)
    bounce = come_in(returned(message_id(notice), domain), now)
    assert bounce.returns is None
    confirm_reply(bounce.pk, ReplyKind.BOUNCE, staff=staff, now=now)
    notice.refresh_from_db()
    assert notice.state == NoticeState.UNDELIVERABLE
    assert not answers_not_arrived().exists()


def test_a_bounce_that_names_only_the_notice_is_of_the_answer_that_left_last(
    asked: Callable[..., ReceivedReply], domain: str, staff: Staff, now: datetime
) -> None:
    """Who wrote back had the letter of the notice; one that names nothing is put to it by hand."""
    reply = asked()
    notice = reply.notice
    assert notice is not None
    named = f"Subject: Undeliverable: {notice.reference}\n".encode() + returned("<x@y>", domain)
    assert come_in(named, now).returns is None
    row = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    send(now)
    assert come_in(named.replace(b"<x@y>", b"<z@y>"), now).returns == row
    bounce = come_in(returned("<unknown@y>", domain), now)
    assign_reply(bounce.pk, notice.reference, staff=staff, now=now)
    confirm_reply(bounce.pk, ReplyKind.BOUNCE, staff=staff, now=now)
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT
    assert list(answers_not_arrived()) == [row]


def test_of_two_answers_the_one_that_left_last_comes_back(
    asked: Callable[..., ReceivedReply],
    platform: StandinPlatform,
    domain: str,
    staff: Staff,
    now: datetime,
) -> None:
    reply = asked()
    notice = reply.notice
    assert notice is not None
    platform.answer_mail_with(MailAnswer.DROP_AFTER_DATA)
    first = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    send(now)
    bounce = come_in(returned(first.message_id, domain), now)
    confirm_reply(bounce.pk, ReplyKind.BOUNCE, staff=staff, now=now)
    say_anew(bounce.pk, ReplyKind.OTHER, staff=staff, now=now)
    first.refresh_from_db()
    assert first.state == OutboxState.UNKNOWN

    platform.answer_mail_with(MailAnswer.ACCEPT)
    second = answer_reply(reply.pk, WORDS, staff=staff, now=now + timedelta(hours=1))
    send(now + timedelta(hours=1))
    named = f"Subject: Undeliverable: {notice.reference}\n".encode() + returned("<x@y>", domain)
    assert come_in(named, now).returns == second


def test_an_answer_that_did_not_come_back_after_all_counts_as_sent(
    asked: Callable[..., ReceivedReply], domain: str, staff: Staff, now: datetime
) -> None:
    reply = asked()
    notice = reply.notice
    assert notice is not None
    row = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    send(now)
    bounce = come_in(returned(row.message_id, domain), now)
    confirm_reply(bounce.pk, ReplyKind.BOUNCE, staff=staff, now=now)
    say_anew(bounce.pk, ReplyKind.OTHER, staff=staff, now=now)
    row.refresh_from_db()
    assert (row.state, row.trouble) == (OutboxState.SENT, "")
    assert not answers_not_arrived().exists()
    say_anew(bounce.pk, ReplyKind.BOUNCE, staff=staff, now=now)
    notice.refresh_from_db()
    assert (notice.state, list(answers_not_arrived())) == (NoticeState.SENT, [row])


def test_what_is_said_about_an_answer_that_came_back_may_be_something_else(
    asked: Callable[..., ReceivedReply], domain: str, staff: Staff, now: datetime
) -> None:
    reply = asked()
    row = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    send(now)
    bounce = come_in(returned(row.message_id, domain), now)
    confirm_reply(bounce.pk, ReplyKind.REFUSAL, staff=staff, now=now)
    row.refresh_from_db()
    assert row.state == OutboxState.SENT
    assert Notice.objects.get().state == NoticeState.REFUSED


def test_an_answer_that_broke_off_waits_until_it_is_let_be_or_another_is_written(
    asked: Callable[..., ReceivedReply], platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    reply = asked()
    platform.answer_mail_with(MailAnswer.DROP_AFTER_DATA)
    row = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    send(now)
    assert list(answers_not_arrived()) == [row]
    answer_reply(reply.pk, "Once more, then.", staff=staff, now=now)
    assert not answers_not_arrived().exists()
    with pytest.raises(UnknownReply):
        let_answer_be(row.pk, staff=staff, now=now)


def test_an_answer_is_let_be_once_and_only_one_that_did_not_arrive(
    asked: Callable[..., ReceivedReply], platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    reply = asked()
    row = answer_reply(reply.pk, WORDS, staff=staff, now=now)
    for which in (row.pk, OutboundLetter.objects.get(answers=None).pk, uuid4()):
        with pytest.raises(UnknownReply):
            let_answer_be(which, staff=staff, now=now)
    OutboundLetter.objects.filter(pk=row.pk).update(address="collector@elsewhere.example")
    send(now)
    (stopped,) = answers_not_arrived()
    assert "has been changed" in stopped.trouble
    let_answer_be(row.pk, staff=staff, now=now)
    assert not answers_not_arrived().exists()
    assert events(reply)[-1] == "answer let be"
    with pytest.raises(UnknownReply):
        let_answer_be(row.pk, staff=staff, now=now)


def test_nobody_is_asked_about_the_answers_of_a_case_that_she_took_back(
    asked: Callable[..., ReceivedReply], staff: Staff, now: datetime
) -> None:
    answer_reply(asked().pk, WORDS, staff=staff, now=now)
    stop_everything(Case.objects.get().pk, now=now)
    send(now)
    assert OutboundLetter.objects.filter(state=OutboxState.STOPPED).exists()
    withdraw_report(Case.objects.get(), now=now)
    assert not answers_not_arrived().exists()
