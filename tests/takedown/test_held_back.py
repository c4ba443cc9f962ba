"""An approved letter whose entry two people have changed since does not leave."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notice, cancel_notice, dispatch_ready
from jikimi.takedown.actions.judging import handle_pack_change
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.errors import MayNotSend
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import NoticeState, OutboxState
from jikimi.takedown.rules.sending import why_it_stays
from jikimi.trail.models import EntryContent
from jikimi.venues.actions import confirm_change, propose_address, propose_undo
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.models import PackChange
from jikimi.venues.pack_changes import ReadAt
from jikimi.venues.pack_values import LawId, RecipientId
from jikimi.venues.packs import load_packs
from tests.takedown.drafts import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(db: None) -> Staff:
    """Another caseworker."""
    return Staff.objects.create_staff(email="other@centre.example", password="long enough a word")


def change_address(notice: Notice, first: Staff, second: Staff, now: datetime) -> PackChange:
    """Two people give the notice's recipient another address in the same domain."""
    recipient = packs_in_use().recipients[RecipientId(notice.recipient_id)]
    route = next(one for one in recipient.routes if one.address == notice.address)
    domain = notice.address.partition("@")[2]
    proposed = propose_address(
        entry_id=recipient.id,
        route_id=route.id,
        address=f"new-desk@{domain}",
        domains="",
        why="They wrote so.",
        read=ReadAt(link="https://stand-in.example/abuse", on=now.date()),
        staff_id=first.pk,
        now=now,
    )
    return confirm_change(proposed.pk, typed=domain, staff_id=second.pk, now=now)


def send(now: datetime) -> int:
    return dispatch_ready(EmailChannel(), lambda: now)


def state_of(notice: Notice) -> NoticeState:
    return NoticeState(Notice.objects.get(pk=notice.pk).state)


def test_a_letter_to_an_address_that_was_changed_becomes_a_draft_when_it_is_claimed(
    draft: Draft, platform: StandinPlatform, staff: Staff, second: Staff, now: datetime
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    change_address(notice, staff, second, now)
    assert send(now) == 0
    assert state_of(notice) is NoticeState.DRAFT
    assert platform.mails() == ()
    letter = OutboundLetter.objects.get()
    assert (letter.state, letter.sealed) == (OutboxState.STOPPED, None)
    assert Notice.objects.get(pk=notice.pk).approved_by is None
    said = [one.payload for one in EntryContent.objects.all()]
    assert any("has been changed" in str(one.get("because")) for one in said)


def test_the_change_itself_takes_waiting_letters_back_before_their_time(
    draft: Draft, staff: Staff, second: Staff, now: datetime
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    OutboundLetter.objects.update(not_before=now + timedelta(hours=1))
    change = change_address(notice, staff, second, now)
    handle_pack_change(change.pk, now=now)
    handle_pack_change(change.pk, now=now)
    assert state_of(notice) is NoticeState.DRAFT


def test_a_draft_to_the_old_address_cannot_be_approved_and_gives_way_to_another(
    draft: Draft, platform: StandinPlatform, staff: Staff, second: Staff, now: datetime
) -> None:
    notice = draft()
    change_address(notice, staff, second, now)
    with pytest.raises(MayNotSend, match="another notice would be written now"):
        approve_notice(notice.pk, staff=staff, now=now)
    cancel_notice(notice.pk, staff=staff, now=now)
    other = Notice.objects.get(state=NoticeState.DRAFT)
    assert other.address.startswith("new-desk@")
    approve_notice(other.pk, staff=staff, now=now)
    assert send(now) == 1
    assert state_of(other) is NoticeState.SENT


def test_a_change_taken_back_lets_the_old_draft_go(
    draft: Draft, staff: Staff, second: Staff, now: datetime
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    change = change_address(notice, staff, second, now)
    handle_pack_change(change.pk, now=now)
    back = propose_undo(change.pk, why="It was wrong.", staff_id=second.pk, now=now)
    typed = notice.address.partition("@")[2]
    confirm_change(back.pk, typed=typed, staff_id=staff.pk, now=now)
    approve_notice(notice.pk, staff=staff, now=now)
    assert send(now) == 1
    assert state_of(notice) is NoticeState.SENT


def test_a_letter_whose_entry_did_not_change_leaves(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    assert send(now) == 1
    assert state_of(notice) is NoticeState.SENT


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("verified", ""),
        ("unverified", "is unverified"),
        ("degraded", "known not to work"),
        ("dead", "known not to work"),
    ],
)
def test_a_letter_leaves_only_to_whom_it_may_be_sent_on_that_day(
    status: str, why: str, now: datetime
) -> None:
    packs = load_packs()
    telegram = replace(packs.recipients[RecipientId("telegram")], status=status)  # type: ignore[arg-type]
    law, address = packs.laws[LawId("us-take-it-down")], telegram.routes[0].address
    said = why_it_stays(telegram, [law], address, now.date())
    assert why in said
    assert bool(said) == bool(why)
    late = telegram.review.expires + timedelta(days=1)
    assert "expired" in why_it_stays(telegram, [law], address, late)
    assert "has been changed" in why_it_stays(telegram, [law], "abuse@t.me", now.date())
    assert "no entry" in why_it_stays(None, [law], address, now.date())
