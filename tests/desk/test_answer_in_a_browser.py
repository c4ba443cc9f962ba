"""An open mail and the page to answer it on, in a real browser."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from jikimi.evidence.actions import seal_for_case
from jikimi.evidence.models import Purpose
from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notice
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.replies.models import ReceivedReply

from .conftest import Report
from .test_in_a_browser import shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
Pages = dict[str, tuple[str, str]]
WORDS = (
    "From: safety@telegram.org\nSubject: Re: your notice [#SR-20418]\n\n"
    "Your ticket number is SR-20418. Please log in to your account and send more."
)


@pytest.fixture
def pages(desk: Client, report: Report, staff: Staff, now: datetime) -> Pages:
    """The open mail, its answer, and the list with an earlier answer that was refused."""
    notice = Notice.objects.get(sighting__case=report("https://t.me/some_channel/12"))
    approve_notice(notice.pk, staff=staff, now=now)
    OutboundLetter.objects.update(state="sent", sealed=None, sent_at=now)
    Notice.objects.update(state="sent", sent_at=now)
    reply = ReceivedReply.objects.create(
        notice=notice,
        uid_validity=1,
        uid=1,
        digest="d" * 64,
        came_at=now,
        proof="verified",
        sender_domain="telegram.org",
        kind="request",
        confidence=85,
        sealed=seal_for_case(notice.sighting.case_id, Purpose.REPLY, WORDS, now=now),
    )
    letter = OutboundLetter.objects.get()
    OutboundLetter.objects.create(
        case_id=letter.case_id,
        recipient_id=letter.recipient_id,
        channel="email",
        message_id="<answer@centre.example>",
        address=letter.address,
        state="refused",
        not_before=now,
        answers=reply,
    )
    opened = desk.post(reverse("desk_open_reply", args=[reply.pk]))
    answer = desk.get(reverse("desk_answer", args=[reply.pk]), {"lacks": "outcome"})
    replies = desk.get(reverse("desk_replies"))
    return {
        name: (page.content.decode(), page["Content-Security-Policy"])
        for name, page in {"/opened/": opened, "/answer/": answer, "/replies/": replies}.items()
    }


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", ["/opened/", "/answer/", "/replies/"])
def test_it_is_no_wider_than_its_screen_nor_a_card_than_its_frame(
    pages: Pages, name: str, width: int
) -> None:
    with shown(pages, name, width=width) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") == width
        assert seen.page.evaluate(
            "[...document.querySelectorAll('.card')].every(c => c.scrollWidth <= c.clientWidth)"
        )
        assert seen.complaints == []


def test_what_it_lacks_is_ticked_and_its_number_stands_on_a_button(pages: Pages) -> None:
    with shown(pages, "/opened/") as seen:
        assert seen.page.get_by_label("no account is asked for").is_checked()
        assert not seen.page.get_by_label("your reference").is_checked()
        assert seen.page.get_by_text("It may call our notice SR-20418.").is_visible()
        for name in ("Note this number", "Note what it lacks", "Note it and answer"):
            assert seen.page.get_by_role("button", name=name).is_visible()
        assert seen.page.get_by_role("link", name="Answer").is_visible()
