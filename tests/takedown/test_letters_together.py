"""One letter with many links: written, sent, answered and left by each of its notices."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from pytest_django import Settings

from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import read_place
from jikimi.cli.demo.standin.mails import MailAnswer
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report, withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notices,
    cancel_notice,
    dispatch_ready,
    hand_over_notices,
    mark_interrupted,
    settle_unknown,
    stop_notices_of,
    take_up_new_places,
)
from jikimi.takedown.actions.moving import locked, take_back
from jikimi.takedown.channels import (
    BY_HAND,
    DeliveryTrouble,
    MaybeSent,
    NotSentYet,
    Parcel,
    RefusedForGood,
    Taken,
)
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.errors import MayNotSend, NotNow, TakedownError
from jikimi.takedown.letters import preview_letter
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import NoticeState
from tests.reports import a_report

pytestmark = pytest.mark.django_db
Drafts = Callable[[int], list[Notice]]


@pytest.fixture
def drafts(platform: StandinPlatform, now: datetime) -> Drafts:
    """A report with some links on the stand-in, each with its draft."""

    def make(number: int) -> list[Notice]:
        places = tuple(read_place(f"{platform.doors.page}?{n}") for n in range(number))
        case = receive_report(a_report(places=places), now=now).case
        take_up_new_places(case.pk, now=now)
        return list(Notice.objects.filter(sighting__case=case).order_by("drafted_at", "pk"))

    return make


def ids(notices: list[Notice]) -> list[object]:
    return [notice.pk for notice in notices]


def send(now: datetime) -> int:
    return dispatch_ready(EmailChannel(), lambda: now)


def states(notices: list[Notice]) -> list[str]:
    return [Notice.objects.get(pk=notice.pk).state for notice in notices]


def test_many_links_leave_in_one_letter_and_each_keeps_its_own_clock(
    drafts: Drafts, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notices = drafts(5)
    (letter,) = approve_notices(ids(notices), staff=staff, now=now)
    assert send(now) == 1
    (mail,) = platform.mails()
    links = {notice.sighting.address for notice in notices}
    assert mail.notice is not None
    assert set(mail.notice["links"]) == links
    assert all(link in mail.text for link in links)
    assert mail.notice["notice_id"] == notices[0].reference
    assert states(notices) == [NoticeState.SENT] * 5
    assert {n.due_at for n in Notice.objects.all()} == {now + timedelta(hours=72)}
    letter.refresh_from_db()
    assert (letter.sealed, letter.sent_at) == (None, now)


def test_a_link_that_is_cancelled_leaves_the_letter_and_the_others_go_on(
    drafts: Drafts, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    first, second, third = notices = drafts(3)
    approve_notices(ids(notices), staff=staff, now=now)
    cancel_notice(second.pk, staff=staff, now=now)
    assert second.sighting.address not in preview_letter(Notice.objects.get(pk=first.pk), now).text
    assert send(now) == 1
    (mail,) = platform.mails()
    assert mail.notice is not None
    assert set(mail.notice["links"]) == {first.sighting.address, third.sighting.address}
    assert second.sighting.address not in mail.text
    assert states(notices) == [NoticeState.SENT, NoticeState.CANCELLED, NoticeState.SENT]


def test_a_letter_is_erased_once_its_last_notice_is_cancelled(
    drafts: Drafts, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notices = drafts(2)
    approve_notices(ids(notices), staff=staff, now=now)
    for notice in notices:
        cancel_notice(notice.pk, staff=staff, now=now)
    assert OutboundLetter.objects.get().sealed is None
    assert send(now) == 0
    assert platform.mails() == ()


def test_the_preview_of_an_approved_notice_is_the_letter_it_stands_in(
    drafts: Drafts, staff: Staff, now: datetime
) -> None:
    notices = drafts(2)
    assert notices[1].sighting.address not in preview_letter(notices[0], now).text
    approve_notices(ids(notices), staff=staff, now=now)
    approved = Notice.objects.get(pk=notices[0].pk)
    assert notices[1].sighting.address in preview_letter(approved, now).text


def test_an_approval_taken_back_is_a_draft_again_and_does_not_leave(
    drafts: Drafts, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notices = drafts(2)
    approve_notices(ids(notices), staff=staff, now=now)
    take_back([locked(notices[0].pk)], now=now, because="a test")
    assert send(now) == 1
    (mail,) = platform.mails()
    assert mail.notice is not None
    assert mail.notice["links"] == [notices[1].sighting.address]
    back = Notice.objects.get(pk=notices[0].pk)
    assert (back.state, back.approved_at, back.letter) == (NoticeState.DRAFT, None, None)
    (again,) = approve_notices([back.pk], staff=staff, now=now)
    assert again.state == "ready"


def test_if_one_of_them_may_not_go_nothing_has_changed(
    drafts: Drafts, staff: Staff, now: datetime
) -> None:
    notices = drafts(3)
    cancel_notice(notices[1].pk, staff=staff, now=now)
    with pytest.raises(NotNow):
        approve_notices(ids(notices), staff=staff, now=now)
    assert states(notices) == [NoticeState.DRAFT, NoticeState.CANCELLED, NoticeState.DRAFT]
    assert not OutboundLetter.objects.exists()


def test_letters_of_two_people_are_never_one(drafts: Drafts, staff: Staff, now: datetime) -> None:
    with pytest.raises(ValueError, match="several cases"):
        approve_notices([drafts(1)[0].pk, drafts(1)[0].pk], staff=staff, now=now)


def test_a_withdrawal_stops_the_whole_letter(
    drafts: Drafts, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notices = drafts(3)
    approve_notices(ids(notices), staff=staff, now=now)
    withdraw_report(Case.objects.get(), now=now)
    assert send(now) == 0
    assert states(notices) == [NoticeState.CANCELLED] * 3
    assert OutboundLetter.objects.get().sealed is None
    with pytest.raises(MayNotSend):
        approve_notices(ids(notices), staff=staff, now=now)


class WithdrawnMeanwhile(EmailChannel):
    """The server's answer comes after she has withdrawn."""

    def __init__(self, trouble: DeliveryTrouble, now: datetime) -> None:
        self._trouble, self._now = trouble, now

    def send(self, parcel: Parcel) -> Taken:
        case = OutboundLetter.objects.get(pk=parcel.outbound_id).case
        withdraw_report(case, now=self._now)
        stop_notices_of(case.pk, now=self._now)
        raise self._trouble


@pytest.mark.parametrize(
    ("trouble", "left"),
    [
        (NotSentYet("wait"), NoticeState.CANCELLED),
        (RefusedForGood("no"), NoticeState.CANCELLED),
        (MaybeSent("silence"), NoticeState.UNKNOWN),
    ],
)
def test_a_letter_that_comes_back_after_a_withdrawal_is_erased_and_waits_for_nothing(
    trouble: DeliveryTrouble, left: NoticeState, drafts: Drafts, staff: Staff, now: datetime
) -> None:
    notices = drafts(2)
    approve_notices(ids(notices), staff=staff, now=now)
    assert dispatch_ready(WithdrawnMeanwhile(trouble, now), lambda: now) == 1
    letter = OutboundLetter.objects.get()
    may_have_gone = left is NoticeState.UNKNOWN
    assert (letter.state, letter.sealed) == ("unknown" if may_have_gone else "stopped", None)
    assert states(notices) == [left] * 2
    assert send(now + timedelta(days=1)) == 0


def test_what_is_found_out_about_a_letter_holds_for_all_in_it_and_it_goes_again_as_the_same(
    drafts: Drafts, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notices = drafts(3)
    approve_notices(ids(notices), staff=staff, now=now)
    platform.answer_mail_with(MailAnswer.DROP_AFTER_DATA)
    send(now)
    assert states(notices) == [NoticeState.UNKNOWN] * 3
    cancel_notice(notices[2].pk, staff=staff, now=now)
    platform.answer_mail_with(MailAnswer.ACCEPT)
    settle_unknown(notices[1].pk, arrived=False, staff=staff, now=now)
    assert send(now) == 1
    first, second = platform.mails()
    assert first.message_id == second.message_id
    assert second.notice is not None
    assert set(second.notice["links"]) == {n.sighting.address for n in notices[:2]}
    assert states(notices) == [NoticeState.SENT, NoticeState.SENT, NoticeState.CANCELLED]


def test_a_sender_that_died_leaves_every_notice_of_the_letter_unknown(
    drafts: Drafts, staff: Staff, now: datetime
) -> None:
    notices = drafts(2)
    approve_notices(ids(notices), staff=staff, now=now)
    OutboundLetter.objects.update(state="sending", claimed_at=now, attempts=1)
    Notice.objects.update(state=NoticeState.SENDING)
    assert mark_interrupted(now + timedelta(minutes=6)) == 1
    assert states(notices) == [NoticeState.UNKNOWN] * 2
    settle_unknown(notices[0].pk, arrived=True, staff=staff, now=now)
    assert states(notices) == [NoticeState.SENT] * 2
    assert Sighting.objects.count() == 2


def test_a_letter_that_cannot_be_written_without_a_link_does_not_go_out_with_it(
    drafts: Drafts, platform: StandinPlatform, staff: Staff, settings: Settings, now: datetime
) -> None:
    notices = drafts(2)
    approve_notices(ids(notices), staff=staff, now=now)
    platform.answer_mail_with(MailAnswer.DROP_AFTER_DATA)
    send(now)
    cancel_notice(notices[1].pk, staff=staff, now=now)
    settings.CENTRE_EMAIL = ""
    platform.answer_mail_with(MailAnswer.ACCEPT)
    settle_unknown(notices[0].pk, arrived=False, staff=staff, now=now)
    assert send(now) == 0
    assert len(platform.mails()) == 1
    assert states(notices) == [NoticeState.DRAFT, NoticeState.CANCELLED]
    letter = OutboundLetter.objects.get()
    assert (letter.state, letter.sealed) == ("stopped", None)


@pytest.mark.parametrize("number", [1, 2])
def test_a_letter_that_broke_off_is_not_sent_anew_by_an_old_approval_form(
    number: int, drafts: Drafts, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notices = drafts(number)
    approve_notices(ids(notices), staff=staff, now=now)
    platform.answer_mail_with(MailAnswer.DROP_AFTER_DATA)
    send(now)
    platform.answer_mail_with(MailAnswer.ACCEPT)
    with pytest.raises(NotNow):
        approve_notices(ids(notices[:1]), staff=staff, now=now)
    assert send(now) == 0
    assert OutboundLetter.objects.count() == 1
    assert states(notices) == [NoticeState.UNKNOWN] * number


def test_what_is_handed_over_after_its_yes_leaves_no_letter_behind(
    drafts: Drafts, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notices = drafts(2)
    (letter,) = approve_notices(ids(notices), staff=staff, now=now)
    # As after a change of its entry: from now on a person reaches that recipient, and no channel.
    Notice.objects.update(channel=BY_HAND)
    (handed,) = hand_over_notices(ids(notices), staff=staff, now=now)
    letter.refresh_from_db()
    assert (letter.state, letter.sealed) == ("stopped", None)
    assert send(now) == 0
    assert platform.mails() == ()
    assert {one.letter_id for one in Notice.objects.all()} == {handed.pk}
    assert states(notices) == ["sent", "sent"]


def test_a_letter_in_which_nothing_stands_does_not_leave_and_holds_nobody_up(
    drafts: Drafts, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    left, other = drafts(1), drafts(1)
    (letter,) = approve_notices(ids(left), staff=staff, now=now - timedelta(minutes=1))
    approve_notices(ids(other), staff=staff, now=now)
    Notice.objects.filter(pk=left[0].pk).update(letter=None)
    assert send(now) == 1
    assert len(platform.mails()) == 1
    letter.refresh_from_db()
    assert (letter.state, letter.sealed) == ("stopped", None)


def test_an_approved_letter_that_its_entry_no_longer_takes_says_so_and_keeps_its_notices(
    drafts: Drafts, staff: Staff, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    notices = drafts(2)
    approve_notices(ids(notices), staff=staff, now=now)
    stands_in = Path("recipients") / "standin.yaml"
    entry = yaml.safe_load((settings.PACK_FOLDERS[0] / stands_in).read_text("utf-8"))
    entry["routes"][0]["limits"] = {
        "links_per_notice": 1,
        "one_host_per_notice": False,
        "note": None,
    }
    (tmp_path / "later" / "recipients").mkdir(parents=True)
    (tmp_path / "later" / stands_in).write_text(yaml.safe_dump(entry), "utf-8")
    settings.PACK_FOLDERS = [*settings.PACK_FOLDERS, tmp_path / "later"]

    with pytest.raises(TakedownError, match="takes 1 links a notice, not 2"):
        preview_letter(Notice.objects.get(pk=notices[0].pk), now)
    assert states(notices) == [NoticeState.APPROVED] * 2
