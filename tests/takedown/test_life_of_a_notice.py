"""From a sighting to a removal, with a real mail server and a real site on loopback."""

import smtplib
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import AgeGroup, Liveness
from jikimi.cli.demo.standin.conduct import Behaviour
from jikimi.cli.demo.standin.mails import MailAnswer
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    ask_for_look,
    cancel_notice,
    dispatch_ready,
    hand_over_notices,
    look_at,
    look_at_due,
    mark_interrupted,
    record_reply,
    settle_unknown,
    stop_notices_of,
    sweep_clocks,
)
from jikimi.takedown.channels import Parcel, Taken
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.errors import (
    LetterIncomplete,
    MayNotLook,
    MayNotSend,
    NotNow,
)
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import NoticeState, OutboxState, ReportedReply
from jikimi.takedown.seeing.fetching import FetchedLink, GuardedFetcher
from jikimi.takedown.seeing.links import FetchPolicy
from jikimi.trail.checking import check_whole_trail
from jikimi.trail.lookups import entries_of
from tests.takedown.drafts import Draft, to_compare

pytestmark = pytest.mark.django_db


@pytest.fixture
def fetcher(platform: StandinPlatform) -> GuardedFetcher:
    ports = frozenset({platform.doors.http_port})
    return GuardedFetcher(user_agent="test", policy=FetchPolicy(allowed_loopback_ports=ports))


class NeverFetches:
    """A fetcher that nothing may reach."""

    def fetch(self, url: str, *, seconds: float = 0) -> FetchedLink:
        raise AssertionError(url)


def state_of(notice: Notice) -> NoticeState:
    return NoticeState(Notice.objects.get(pk=notice.pk).state)


def events_of(case: Case) -> list[str]:
    return [str(content.payload["event"]) for content in entries_of(case.pk)]


def send(now: datetime) -> int:
    return dispatch_ready(EmailChannel(), lambda: now)


def test_a_notice_goes_out_once_and_the_removal_is_seen(
    draft: Draft, fetcher: GuardedFetcher, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notice = draft()
    sighting_id = notice.sighting_id
    first = look_at(sighting_id, fetcher, now=now)
    assert first is not None
    assert first.verdict == "still_there"

    approve_notice(notice.pk, staff=staff, now=now)
    assert send(now) == 1
    assert send(now) == 0
    (mail,) = platform.mails()
    assert mail.recipients == (platform.doors.mailbox,)
    assert platform.doors.page in mail.text
    assert mail.notice is not None
    assert mail.notice["format"] == "jikimi-notice/1"
    assert notice.sighting.case.nickname not in mail.text
    assert state_of(notice) is NoticeState.SENT
    assert OutboundLetter.objects.get().sealed is None

    last = look_at(sighting_id, fetcher, now=now + timedelta(minutes=5))
    assert last is not None
    assert last.verdict == "gone"
    assert state_of(notice) is NoticeState.REMOVED
    case = Case.objects.get()
    assert case.status == CaseStatus.CLOSED
    assert events_of(case)[-7:] == [
        "looked: still_there",
        "notice approved",
        "notice sending",
        "notice sent",
        "looked: gone",
        "notice removed",
        "case closed",
    ]
    assert check_whole_trail() > 0


def test_a_picture_that_comes_back_reopens_the_case_with_a_new_draft(
    draft: Draft, fetcher: GuardedFetcher, now: datetime
) -> None:
    notice = draft()
    Sighting.objects.update(liveness=Liveness.GONE)
    Notice.objects.update(state=NoticeState.REMOVED)
    Case.objects.update(status=CaseStatus.CLOSED, closed_at=now)
    look_at(notice.sighting_id, fetcher, now=now)
    assert Case.objects.get().status == CaseStatus.OPEN
    assert Notice.objects.filter(state=NoticeState.DRAFT).count() == 1
    assert "case reopened" in events_of(Case.objects.get())


@pytest.mark.parametrize("age", [AgeGroup.UNDER_18, AgeGroup.NOT_SURE, AgeGroup.MIXED])
def test_a_minors_case_goes_to_a_hotline_first_and_nothing_is_ever_fetched(
    age: AgeGroup,
    draft: Draft,
    platform: StandinPlatform,
    staff: Staff,
    now: datetime,
) -> None:
    fetcher = NeverFetches()
    notice = draft(age_group=age)
    sighting_id = notice.sighting_id
    assert notice.recipient_id == "d4u"
    assert look_at(sighting_id, fetcher, now=now) is None
    with pytest.raises(MayNotLook):
        ask_for_look(sighting_id, staff=staff, now=now)
    with pytest.raises(MayNotSend):
        approve_notice(notice.pk, staff=staff, now=now)
    hand_over_notices([notice.pk], staff=staff, now=now, compared=to_compare(notice, now))

    after = Notice.objects.exclude(pk=notice.pk).get()
    assert after.recipient_id == "standin"
    approve_notice(after.pk, staff=staff, now=now)
    send(now)
    (mail,) = platform.mails()
    assert "0001020304" not in mail.text
    assert mail.notice is not None
    assert not mail.notice.get("fingerprints")
    assert look_at(sighting_id, fetcher, now=now + timedelta(days=1)) is None
    sighting = Sighting.objects.get()
    assert (sighting.looks, sighting.next_look_at) == (0, None)


def test_without_consent_for_platforms_none_is_told(draft: Draft, now: datetime) -> None:
    with pytest.raises(Notice.DoesNotExist):
        draft(consents=frozenset())
    assert "no route" in events_of(Case.objects.get())


def test_nobody_looks_at_what_was_taken_back_and_what_else_is_due_is_seen(
    draft: Draft, fetcher: GuardedFetcher, platform: StandinPlatform, now: datetime
) -> None:
    taken_back, other = draft().sighting, draft().sighting
    due = now - timedelta(hours=1)
    Sighting.objects.filter(pk=taken_back.pk).update(next_look_at=due)
    withdraw_report(taken_back.case, now=now)
    taken_back.refresh_from_db()
    assert taken_back.next_look_at is None
    # A look that was under way may have asked for the next one.
    Sighting.objects.filter(pk=taken_back.pk).update(next_look_at=due)
    Sighting.objects.filter(pk=other.pk).update(next_look_at=now)
    assert look_at_due(fetcher, lambda: now) == 1
    taken_back.refresh_from_db()
    other.refresh_from_db()
    assert (taken_back.looks, taken_back.next_look_at) == (0, None)
    assert other.looks == 1
    assert look_at_due(NeverFetches(), lambda: now) == 0


def test_withdrawing_stops_what_has_not_left(
    draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    withdraw_report(notice.sighting.case, now=now)
    assert send(now) == 0
    assert platform.mails() == ()
    assert state_of(notice) is NoticeState.CANCELLED
    with pytest.raises(MayNotSend, match="withdrawn"):
        approve_notice(notice.pk, staff=staff, now=now)
    stop_notices_of(notice.sighting.case_id, now=now)


def test_two_caseworkers_cannot_approve_the_same_notice(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    with pytest.raises(NotNow, match="already approved"):
        approve_notice(notice.pk, staff=staff, now=now)


def test_a_notice_that_lacks_a_mandatory_element_is_not_approved(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft(declared_no_consent=False)
    with pytest.raises(LetterIncomplete) as told:
        approve_notice(notice.pk, staff=staff, now=now)
    assert told.value.missing
    assert state_of(notice) is NoticeState.DRAFT


@pytest.mark.parametrize(
    ("answer", "notice_state", "mail_state"),
    [
        (MailAnswer.DEFER, NoticeState.APPROVED, OutboxState.READY),
        (MailAnswer.REJECT, NoticeState.UNDELIVERABLE, OutboxState.REFUSED),
        (MailAnswer.DROP_AFTER_DATA, NoticeState.UNKNOWN, OutboxState.UNKNOWN),
        (MailAnswer.HANG, NoticeState.UNKNOWN, OutboxState.UNKNOWN),
    ],
)
def test_each_fault_of_a_mail_server_is_told_apart_and_nothing_is_lost(
    answer: MailAnswer,
    notice_state: NoticeState,
    mail_state: OutboxState,
    draft: Draft,
    platform: StandinPlatform,
    staff: Staff,
    now: datetime,
    settings: Settings,
) -> None:
    settings.EMAIL_TIMEOUT = 2
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    platform.answer_mail_with(answer)
    send(now)
    mail = OutboundLetter.objects.get()
    assert (state_of(notice), mail.state) == (notice_state, mail_state)
    assert mail.sealed is not None
    assert mail.trouble


def test_a_mail_server_that_is_down_is_tried_again_later(
    draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime, settings: Settings
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    settings.EMAIL_PORT = 1
    assert send(now) == 1
    assert send(now) == 0
    settings.EMAIL_PORT = platform.doors.smtp_port
    assert send(now + timedelta(minutes=2)) == 1
    assert state_of(notice) is NoticeState.SENT


def test_while_the_mail_server_is_away_other_mails_wait_untouched(
    draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime, settings: Settings
) -> None:
    for _ in range(3):
        approve_notice(draft().pk, staff=staff, now=now)
    settings.EMAIL_PORT = 1
    assert send(now) == 1
    assert sorted(OutboundLetter.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    settings.EMAIL_PORT = platform.doors.smtp_port
    assert send(now + timedelta(minutes=2)) == 3
    assert len(platform.mails()) == 3


def test_an_unknown_mail_is_never_sent_again_by_itself(
    draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    platform.answer_mail_with(MailAnswer.DROP_AFTER_DATA)
    send(now)
    platform.answer_mail_with(MailAnswer.ACCEPT)
    assert send(now + timedelta(days=1)) == 0
    settle_unknown(notice.pk, arrived=False, staff=staff, now=now + timedelta(days=1))
    assert send(now + timedelta(days=1)) == 1
    first, second = platform.mails()
    assert first.message_id == second.message_id


def test_a_mail_that_turns_out_to_have_arrived_starts_its_clock(
    draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    platform.answer_mail_with(MailAnswer.DROP_AFTER_DATA)
    send(now)
    settle_unknown(notice.pk, arrived=True, staff=staff, now=now)
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT
    assert notice.due_at == now + timedelta(hours=72)


class _Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("delivered", [False, True])
def test_a_sender_killed_while_sending_leaves_unknown_behind_and_not_a_second_mail(
    delivered: bool, draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    class DiesSending(EmailChannel):
        def send(self, parcel: Parcel) -> Taken:
            assert OutboundLetter.objects.get().state == OutboxState.SENDING
            if delivered:
                super().send(parcel)
            raise _Killed

    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    with pytest.raises(_Killed):
        dispatch_ready(DiesSending(), lambda: now)
    assert send(now + timedelta(minutes=1)) == 0
    assert mark_interrupted(now + timedelta(minutes=1)) == 0
    assert mark_interrupted(now + timedelta(minutes=6)) == 1
    assert state_of(notice) is NoticeState.UNKNOWN
    assert send(now + timedelta(minutes=6)) == 0
    assert len(platform.mails()) == int(delivered)


def test_the_clock_runs_out_on_a_recipient_that_ignores_the_notice(
    draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    platform.behave(Behaviour.IGNORES)
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    send(now)
    assert sweep_clocks(now + timedelta(hours=71)) == 0
    assert sweep_clocks(now + timedelta(hours=73)) == 1
    assert state_of(notice) is NoticeState.OVERDUE
    assert sweep_clocks(now + timedelta(hours=74)) == 0


def test_replies_move_a_notice_on_and_a_claim_of_removal_has_it_looked_at(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    send(now)
    for state in (NoticeState.ACKNOWLEDGED, NoticeState.REFUSED):
        record_reply(notice.pk, ReportedReply(state=state, words="ticket 5"), staff=staff, now=now)
        assert state_of(notice) is state
    claim = ReportedReply(state=NoticeState.REMOVED, words="gone")
    record_reply(notice.pk, claim, staff=staff, now=now)
    assert state_of(notice) is NoticeState.REFUSED
    assert Sighting.objects.get().claimed_gone_at == now


def test_a_cancelled_notice_leaves_nothing_in_the_outbox(
    draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    cancel_notice(notice.pk, staff=staff, now=now)
    assert send(now) == 0
    assert OutboundLetter.objects.get().sealed is None


def test_the_dispatchers_bytes_carry_no_picture(
    draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    sent: list[Parcel] = []

    class Keeps(EmailChannel):
        def send(self, parcel: Parcel) -> Taken:
            sent.append(parcel)
            return Taken()

    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    dispatch_ready(Keeps(), lambda: now)
    (parcel,) = sent
    assert b"Content-Type: image" not in parcel.content
    assert b"multipart/mixed" in parcel.content
    longest = max(len(line) for line in parcel.content.splitlines())
    assert longest <= smtplib._MAXLINE
