"""A mail is taken for a refusal and is none; later they refuse, look again, and take it up.

Through the desk's pages; mail goes out to a real SMTP server.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.takedown.actions import escalate_due, sweep_clocks
from jikimi.takedown.letters import preview_letter
from jikimi.takedown.models import Notice
from jikimi.trail.checking import check_whole_trail
from jikimi.trail.lookups import entries_of
from tests.desk.conftest import at_noon, desk, staff
from tests.stories.desk_work import send_all_that_waits
from tests.takedown.conftest import domain, draft, photo, platform, sent
from tests.takedown.mail_that_came import a_reply, come_in, message_id

__all__ = ["at_noon", "desk", "domain", "draft", "photo", "platform", "sent", "staff"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
MEANT_OTHERWISE = "It does not violate our rules to report this twice. We are looking into it."


def press(desk: Client, address: str, **form: object) -> str:
    answer = desk.post(f"/desk/{address}/", form, follow=True)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def test_what_was_no_refusal_is_taken_back_and_no_authority_hears_of_it(
    sent: Callable[..., Notice],
    desk: Client,
    platform: StandinPlatform,
    domain: str,
    settings: Settings,
) -> None:
    settings.CENTRE_COUNTRY = "US"
    notice, now = sent(), timezone.now()
    case = notice.sighting.case
    reply = come_in(a_reply(MEANT_OTHERWISE, domain, In_Reply_To=message_id(notice)), now)
    assert reply.kind == "refusal"
    assert "Noted: refuses." in press(desk, f"replies/{reply.pk}/confirm", kind="refusal")

    # The ladder climbs, and its letter has a yes, when a colleague reads the mail again.
    assert escalate_due(now) == 1
    second = Notice.objects.exclude(pk=notice.pk).get()
    press(desk, f"notice/{second.pk}/approve")
    page = press(desk, f"replies/{reply.pk}/anew", kind="acknowledgement")
    assert "Noted instead: has it." in page
    assert send_all_that_waits() == 0
    assert len(platform.mails()) == 1
    notice.refresh_from_db()
    assert notice.state == "acknowledged"

    # By telephone they say no, and later that they look at it again.
    press(desk, f"notice/{notice.pk}/reply", state="refused", words="no")
    assert escalate_due(now) == 1
    page = press(desk, f"notice/{notice.pk}/reply/back")
    assert "owes an answer again; its time runs as it did." in page
    assert escalate_due(now) == 0

    # Nothing comes of it. Who is asked next hears that the time ran out, and of no refusal.
    sweep_clocks(now + timedelta(days=4))
    assert escalate_due(now + timedelta(days=4)) == 1
    again = Notice.objects.get(law_id=second.law_id, state="draft")
    press(desk, f"notice/{again.pk}/approve")
    assert send_all_that_waits() == 1
    late = now + timedelta(days=8)
    sweep_clocks(late)
    assert escalate_due(late) == 1
    complaint = preview_letter(Notice.objects.get(rung="regulator"), late).text
    assert notice.reference in complaint
    assert "refused" not in complaint

    events = [str(one.payload["event"]) for one in entries_of(case.pk)]
    told = [one for one in events if "refus" in one or one == "reply said anew"]
    each_time = ["notice refused", "refusal taken back"]
    assert told == [*each_time, "reply said anew", *each_time]
    assert check_whole_trail() > 0
