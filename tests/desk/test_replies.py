"""Replies on the desk: what they are taken for and why, and one press for each answer."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client

from jikimi.cases.models import Case
from jikimi.evidence.actions import seal_for_case
from jikimi.evidence.models import Purpose
from jikimi.intake.actions import withdraw_report
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.trail.lookups import entries_of

from .conftest import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
WORDS = "From: safety@site.example\n\nWe looked at <b>it</b> & it does not violate our rules."


@pytest.fixture
def notice(report: Report, now: datetime) -> Notice:
    """A notice that is with its recipient."""
    notice = Notice.objects.get(sighting__case=report("https://t.me/some_channel/12"))
    Notice.objects.filter(pk=notice.pk).update(state="sent", sent_at=now)
    return Notice.objects.get(pk=notice.pk)


def a_reply(notice: Notice | None, now: datetime, **changes: object) -> ReceivedReply:
    made: dict[str, object] = {
        "uid_validity": 1,
        "uid": uuid4().int % 2**31,
        "digest": uuid4().hex * 2,
        "came_at": now,
        "sender_domain": "site.example",
        "proof": "verified",
        "kind": "refusal",
        "confidence": 85,
        "decided_by": "does not violate",
        "reason": "finds no breach of its rules",
        "matched_by": "message_id" if notice else "nothing",
        **changes,
    }
    owner = notice.sighting.case_id if notice else uuid4()
    sealed = seal_for_case(owner, Purpose.REPLY, WORDS, now=now)
    return ReceivedReply.objects.create(notice=notice, sealed=sealed, **made)


def read(desk: Client, address: str) -> str:
    answer = desk.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def press(desk: Client, reply: ReceivedReply, what: str, **answers: str) -> str:
    answer = desk.post(f"/desk/replies/{reply.pk}/{what}/", answers, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_reply_says_what_it_is_taken_for_and_why_and_shows_none_of_its_words(
    desk: Client, notice: Notice, now: datetime
) -> None:
    a_reply(notice, now, proof="not_verified", cut=True, left_out=2)
    for page in (read(desk, "/desk/replies/"), read(desk, f"/desk/case/{nickname(notice)}/")):
        for told in (
            "refuses",
            "“does not violate” (finds no breach of its rules): 85 % sure",
            "sender not verified",
            notice.reference,
            "only its beginning",
            "2 attachments or pictures left in the mailbox, unopened",
            "none of the domains that are known of Telegram",
        ):
            assert told in page
        assert "We looked at" not in page
        assert "safety@" not in page


def test_a_sender_of_the_recipients_own_is_not_doubted(
    desk: Client, notice: Notice, now: datetime
) -> None:
    a_reply(notice, now, sender_domain="mail.telegram.org")
    assert "none of the domains" not in read(desk, "/desk/replies/")


def nickname(notice: Notice) -> str:
    return Case.objects.get(sightings=notice.sighting_id).nickname


def test_one_press_confirms_it(desk: Client, notice: Notice, now: datetime) -> None:
    reply = a_reply(notice, now)
    page = press(desk, reply, "confirm", kind="refusal")
    assert "Noted: refuses." in page
    assert "No reply waits." in page
    notice.refresh_from_db()
    assert (notice.state, notice.reply) == (
        "refused",
        "Refuses, by mail: finds no breach of its rules (does not violate)",
    )
    assert "confirmed" in read(desk, f"/desk/case/{nickname(notice)}/")
    assert "settled already" in press(desk, reply, "confirm", kind="refusal")


def test_the_caseworker_knows_better(desk: Client, notice: Notice, now: datetime) -> None:
    assert "Noted: has it." in press(desk, a_reply(notice, now), "confirm", kind="acknowledgement")
    notice.refresh_from_db()
    assert notice.state == "acknowledged"


def test_its_words_are_opened_for_one_answer_escaped_and_on_the_trail(
    desk: Client, notice: Notice, now: datetime
) -> None:
    reply = a_reply(notice, now)
    opened = press(desk, reply, "open")
    assert "We looked at &lt;b&gt;it&lt;/b&gt; &amp; it" in opened
    assert "We looked at" not in read(desk, "/desk/replies/")
    (told,) = [
        one.payload
        for one in entries_of(notice.sighting.case_id)
        if one.payload["event"] == "sealed text opened"
    ]
    assert told["purpose"] == "reply"


def test_an_unmatched_mail_is_put_to_its_notice(
    desk: Client, notice: Notice, now: datetime
) -> None:
    reply = a_reply(None, now)
    page = read(desk, "/desk/replies/")
    assert "belongs to no notice that is known" in page
    assert "Yes: refuses" not in page
    assert "No notice has this reference" in press(desk, reply, "assign", reference="JK-1")
    page = press(desk, reply, "assign", reference=notice.reference)
    assert f"It answers {notice.reference}" in page
    assert "Yes: refuses" in page


def test_setting_aside_empties_the_list(desk: Client, notice: Notice, now: datetime) -> None:
    assert "No notice was changed" in press(desk, a_reply(notice, now), "aside")
    notice.refresh_from_db()
    assert notice.state == "sent"


def test_the_rail_counts_what_waits(desk: Client, notice: Notice, now: datetime) -> None:
    for _ in range(3):
        a_reply(notice, now)
    a_reply(notice, now, state="set_aside", settled_at=now)
    page = read(desk, "/desk/")
    assert 'Replies <span class="pill tone-warn">3</span>' in page


def test_after_a_withdrawal_nothing_is_opened_or_noted(
    desk: Client, notice: Notice, now: datetime
) -> None:
    reply = a_reply(notice, now)
    withdraw_report(Case.objects.get(), now=now)
    page = read(desk, "/desk/replies/")
    assert "Open what it says" not in page
    assert "Yes: refuses" not in page
    assert "She has withdrawn" in press(desk, reply, "open")


def test_a_kind_that_is_none_is_refused(desk: Client, notice: Notice, now: datetime) -> None:
    reply = a_reply(notice, now)
    assert desk.post(f"/desk/replies/{reply.pk}/confirm/", {"kind": "x"}).status_code == 404


def test_a_mail_that_could_not_be_read_says_where_it_lies(
    desk: Client, db: None, now: datetime
) -> None:
    a_reply(None, now, unreadable=True, kind="other", decided_by="", sender_domain="")
    assert "Read it in the mailbox, with pictures switched off" in read(desk, "/desk/replies/")


@pytest.fixture
def lost(notice: Notice, now: datetime) -> OutboundLetter:
    """An answer of ours that was refused."""
    letter = OutboundLetter.objects.create(
        case_id=notice.sighting.case_id,
        recipient_id=notice.recipient_id,
        channel="email",
        message_id="<letter@centre.example>",
        address=notice.address,
        state="sent",
        sent_at=now,
        not_before=now,
    )
    Notice.objects.filter(pk=notice.pk).update(letter=letter)
    reply = a_reply(notice, now, state="confirmed", settled_at=now)
    return OutboundLetter.objects.create(
        case_id=letter.case_id,
        recipient_id=notice.recipient_id,
        channel="email",
        message_id="<answer@centre.example>",
        address=notice.address,
        state="refused",
        trouble="550 no <such> mailbox",
        not_before=now,
        answers=reply,
    )


def test_an_answer_that_did_not_arrive_waits_in_the_list_until_it_is_let_be(
    desk: Client, notice: Notice, lost: OutboundLetter
) -> None:
    page = read(desk, "/desk/replies/")
    for told in (
        "our answer was refused by the mail server",
        "550 no &lt;such&gt; mailbox",
        notice.reference,
        f"/desk/replies/{lost.answers_id}/answer/",
    ):
        assert told in page
    assert 'Replies <span class="pill tone-warn">1</span>' in page
    assert desk.get(f"/desk/replies/{lost.answers_id}/answer/").status_code == 200

    answer = desk.post(f"/desk/answers/{lost.pk}/let-be/", follow=True)
    page = " ".join(answer.content.decode().split())
    assert "The mail that it answered stays on its case" in page
    assert "No reply waits." in page
    again = desk.post(f"/desk/answers/{lost.pk}/let-be/", follow=True)
    assert "settled already" in again.content.decode()


def test_an_answer_that_came_back_is_no_notice_that_came_back(
    desk: Client, notice: Notice, lost: OutboundLetter, now: datetime
) -> None:
    OutboundLetter.objects.filter(pk=lost.pk).update(state="sent", sent_at=now, trouble="")
    bounce = a_reply(notice, now, kind="bounce", returns=lost)
    page = read(desk, "/desk/replies/")
    assert "our answer came back" in page
    assert "The notice stays as it is" in page
    assert "becomes undeliverable" not in page
    page = press(desk, bounce, "confirm", kind="bounce")
    assert "Noted: our mail came back." in page
    assert "It came back." in page
    notice.refresh_from_db()
    assert notice.state == "sent"
