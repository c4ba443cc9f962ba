"""A platform asks for more: a caseworker notes its number and what it lacks, and answers it.

Mail goes out to a real SMTP server and comes in through a real Dovecot; the desk's pages are used
as a person does.
"""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.takedown.actions.receiving import read_inbox
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.replies.address import inbox_address
from jikimi.takedown.replies.inbox import imap_inbox
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.trail.checking import check_whole_trail
from jikimi.trail.lookups import entries_of
from tests.contracts.inboxes import PASSWORD, USER, Dovecot, dovecot
from tests.desk.conftest import at_noon, desk, staff
from tests.stories.desk_work import send_all_that_waits
from tests.takedown.conftest import domain, draft, photo, platform, sent
from tests.takedown.mail_that_came import a_reply, message_id

__all__ = ["at_noon", "desk", "domain", "draft", "photo", "platform", "sent", "staff"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
ASKS = (
    "Please provide additional information about your report. Your ticket number is SR-20418.\n"
    "Please log in to your account to continue."
)


def read_mail_of(server: Dovecot) -> None:
    who = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
    with imap_inbox(inbox_address(f"imap://{who}@127.0.0.1:{server.port}")) as inbox:
        assert read_inbox(inbox, timezone.now) == 1


def press(desk: Client, address: str, **form: object) -> str:
    answer = desk.post(f"/desk/replies/{address}/", form, follow=True)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def test_a_platform_asks_for_more_and_is_answered_in_the_same_thread(
    sent: Callable[..., Notice],
    desk: Client,
    platform: StandinPlatform,
    domain: str,
) -> None:
    notice = sent()
    case_ref = notice.sighting.case_id
    with dovecot() as server:
        theirs = {"In_Reply_To": message_id(notice), "Message_ID": "<asks@site.example>"}
        server.deliver(a_reply(ASKS, domain, Reply_To="x@elsewhere.example", **theirs))
        read_mail_of(server)
        reply = ReceivedReply.objects.get()
        assert reply.kind == "request"

        # She opens it; what the rules make of it stands beside its words.
        page = press(desk, f"{reply.pk}/open")
        assert "It may call our notice SR-20418." in page
        assert 'value="outcome" checked' in page
        assert 'value="no_account" checked' in page
        assert "log in to your account" in page
        press(desk, f"{reply.pk}/number", number="SR-20418")
        assert OutboundLetter.objects.get().their_reference == "SR-20418"

        # What it lacks goes into the answer, which she reads once more before it leaves.
        written = press(desk, f"{reply.pk}/check", lacks=["outcome", "no_account"], then="answer")
        assert platform.doors.mailbox in written
        assert "elsewhere.example" not in written
        assert "a message that tells us" in written
        words = "The links in our notice name each place. We need no account for it."
        read = press(desk, f"{reply.pk}/answer/read", words=words)
        assert "Yes: send it" in read
        assert OutboundLetter.objects.count() == 1
        assert "goes out now" in press(desk, f"{reply.pk}/answer/send", words=words)
        assert send_all_that_waits() == 1

        answer = platform.mails()[-1]
        assert answer.recipients == (platform.doors.mailbox,)
        assert answer.subject == f"Re: {notice.reference} [SR-20418]"
        assert answer.answers == "<asks@site.example>"
        assert words in answer.text

        # Their next mail, to our answer, finds the notice again.
        server.deliver(a_reply("Thank you.", domain, In_Reply_To=answer.message_id))
        read_mail_of(server)
        assert ReceivedReply.objects.exclude(pk=reply.pk).get().notice == notice

    page = desk.get(f"/desk/notice/{notice.pk}/").content.decode()
    assert "answered" in page
    events = [str(one.payload["event"]) for one in entries_of(case_ref)]
    told = ["recipient's number noted", "reply checked", "reply answered", "answer sent"]
    assert [one for one in events if one in told] == told
    assert check_whole_trail() > 0
