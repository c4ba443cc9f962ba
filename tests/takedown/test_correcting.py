"""An answer that was none, or holds no more: its notices go back to where they were."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from jikimi.aftercare.actions import pause
from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import AgeGroup, Liveness, read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report, withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notices,
    dispatch_ready,
    escalate_due,
    hand_over_notices,
    record_reply,
    sweep_clocks,
    take_answer_back,
    take_up_new_places,
)
from jikimi.takedown.actions.confirming import confirm_reply, say_anew
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.errors import AnswerStands, NotNow
from jikimi.takedown.letters import preview_letter
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.outcomes import answers_at, effects_at, forget_effects
from jikimi.takedown.replies.errors import UnknownReply
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.takedown.rules.reply import ReplyKind, ReplyState
from jikimi.trail.lookups import entries_of
from tests.reports import a_report
from tests.takedown.drafts import to_compare
from tests.takedown.mail_that_came import a_reply, come_in, message_id

pytestmark = pytest.mark.django_db
NO = ReportedReply(state=NoticeState.REFUSED, words="not our rules")
HAS_IT = ReportedReply(state=NoticeState.ACKNOWLEDGED, words="we have it")
HOUR = timedelta(hours=1)


def fresh(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def told_of(case: Case) -> list[str]:
    return [str(entry.payload["event"]) for entry in entries_of(case.pk)]


def send(now: datetime) -> int:
    return dispatch_ready(EmailChannel(), lambda: now)


def next_rung(notice: Notice) -> Notice:
    return Notice.objects.exclude(pk=notice.pk).get()


@pytest.fixture
def refused(sent: Callable[..., Notice], staff: Staff, now: datetime) -> Notice:
    """Noted by hand an hour after it went, with the next rung drafted at once."""
    notice = sent()
    record_reply(notice.pk, NO, staff=staff, now=now + HOUR)
    assert escalate_due(now + HOUR) == 1
    return fresh(notice)


def test_a_refusal_that_was_none_goes_back_to_its_old_clock_and_what_it_drafted_is_cancelled(
    refused: Notice, staff: Staff, now: datetime
) -> None:
    following, before = next_rung(refused), refused
    take_answer_back(refused.pk, staff=staff, now=now + 2 * HOUR)

    notice, cancelled = fresh(refused), fresh(following)
    assert (notice.state, notice.due_at) == (NoticeState.SENT, before.due_at)
    assert (notice.sent_at, notice.remind_at) == (before.sent_at, before.remind_at)
    assert (notice.ended_at, notice.escalated_at, notice.reply) == (None, None, "")
    assert (cancelled.state, cancelled.replaced) == (NoticeState.CANCELLED, True)

    (entry,) = [
        one.payload
        for one in entries_of(notice.sighting.case_id)
        if one.payload["event"] == "refusal taken back"
    ]
    assert (entry["notice"], entry["actor"]) == (str(notice.pk), f"staff {staff.pk}")
    assert "rules" not in str(entry)
    assert told_of(notice.sighting.case).count("notice sent") == 1
    assert escalate_due(now + 2 * HOUR) == 0


def test_its_law_is_not_barred_and_its_clock_leads_on_as_it_would_have(
    refused: Notice, staff: Staff, now: datetime
) -> None:
    following = next_rung(refused)
    take_answer_back(refused.pk, staff=staff, now=now + 2 * HOUR)
    later = now + 80 * HOUR
    assert sweep_clocks(later) == 1
    assert escalate_due(later) == 1
    (drafted,) = Notice.objects.filter(state=NoticeState.DRAFT)
    assert (drafted.recipient_id, drafted.law_id) == (following.recipient_id, following.law_id)


def test_who_had_acknowledged_it_has_it_still(
    sent: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = sent()
    record_reply(notice.pk, HAS_IT, staff=staff, now=now)
    record_reply(notice.pk, NO, staff=staff, now=now + HOUR)
    take_answer_back(notice.pk, staff=staff, now=now + 2 * HOUR)
    assert fresh(notice).state == NoticeState.ACKNOWLEDGED
    assert fresh(notice).acknowledged_at == now


def test_an_approved_letter_that_tells_of_the_refusal_does_not_leave(
    refused: Notice, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    following = next_rung(refused)
    approve_notices([following.pk], staff=staff, now=now + HOUR)
    take_answer_back(refused.pk, staff=staff, now=now + 2 * HOUR)
    assert fresh(following).state == NoticeState.CANCELLED
    assert not OutboundLetter.objects.exclude(sealed=None).exists()
    assert send(now + 2 * HOUR) == 0
    assert len(platform.mails()) == 1


def test_a_minors_letter_that_does_not_rest_on_the_refusal_keeps_its_yes(
    draft: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    hotline = draft(age_group=AgeGroup.UNDER_18)
    hand_over_notices([hotline.pk], staff=staff, now=now, compared=to_compare(hotline, now))
    record_reply(hotline.pk, NO, staff=staff, now=now + HOUR)
    platforms = Notice.objects.get(recipient_id="standin")
    approve_notices([platforms.pk], staff=staff, now=now + HOUR)
    take_answer_back(hotline.pk, staff=staff, now=now + 2 * HOUR)
    assert fresh(hotline).state == NoticeState.SENT
    assert fresh(platforms).state == NoticeState.APPROVED
    assert send(now + 2 * HOUR) == 1


def test_what_has_left_stays_and_both_are_waited_for(
    refused: Notice, staff: Staff, now: datetime
) -> None:
    following = next_rung(refused)
    approve_notices([following.pk], staff=staff, now=now + HOUR)
    assert send(now + HOUR) == 1
    take_answer_back(refused.pk, staff=staff, now=now + 2 * HOUR)
    assert fresh(following).state == NoticeState.SENT
    assert fresh(refused).state == NoticeState.SENT


def test_where_its_time_ran_out_meanwhile_the_next_rung_is_drafted_for_that_and_says_so(
    refused: Notice, staff: Staff, settings: Settings, now: datetime
) -> None:
    settings.CENTRE_COUNTRY = "US"
    second = next_rung(refused)
    approve_notices([second.pk], staff=staff, now=now + HOUR)
    send(now + HOUR)
    record_reply(second.pk, NO, staff=staff, now=now + 2 * HOUR)
    assert escalate_due(now + 2 * HOUR) == 1
    complaint = Notice.objects.get(rung="regulator")
    assert complaint.because.count("refused on") == 2

    later = now + 80 * HOUR
    take_answer_back(second.pk, staff=staff, now=later)
    assert (fresh(second).state, fresh(complaint).state) == ("sent", "cancelled")
    assert sweep_clocks(later) == 1
    assert escalate_due(later) == 1
    anew = Notice.objects.get(rung="regulator", state=NoticeState.DRAFT)
    assert "its clock ran out on" in anew.because
    assert anew.because.count("refused on") == 1


def test_a_clock_that_had_run_out_before_the_refusal_leads_on_again(
    sent: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice, late = sent(), now + 80 * HOUR
    sweep_clocks(late)
    assert escalate_due(late) == 1
    before = next_rung(notice)
    record_reply(notice.pk, NO, staff=staff, now=late + HOUR)
    take_answer_back(notice.pk, staff=staff, now=late + 2 * HOUR)
    assert fresh(before).state == NoticeState.DRAFT
    assert sweep_clocks(late + 2 * HOUR) == 1
    assert escalate_due(late + 2 * HOUR) == 0
    assert fresh(notice).state == NoticeState.OVERDUE
    assert fresh(before).state == NoticeState.DRAFT


def test_an_authority_is_not_told_of_a_refusal_that_was_none(
    refused: Notice, staff: Staff, settings: Settings, now: datetime
) -> None:
    settings.CENTRE_COUNTRY = "US"
    second = next_rung(refused)
    approve_notices([second.pk], staff=staff, now=now + HOUR)
    send(now + HOUR)
    take_answer_back(refused.pk, staff=staff, now=now + 2 * HOUR)
    later = now + 80 * HOUR
    sweep_clocks(later)
    escalate_due(later)
    complaint = Notice.objects.get(rung="regulator")
    assert refused.reference in preview_letter(complaint, later).text
    assert "refused" not in preview_letter(complaint, later).text


# --- One letter, many places


@pytest.fixture
def three(platform: StandinPlatform, staff: Staff, now: datetime) -> list[Notice]:
    """Three links of one case in one letter that has gone out."""
    places = tuple(read_place(f"{platform.doors.page}?{n}") for n in range(3))
    case = receive_report(a_report(places=places), now=now).case
    take_up_new_places(case.pk, now=now)
    notices = list(Notice.objects.order_by("drafted_at", "pk"))
    approve_notices([one.pk for one in notices], staff=staff, now=now)
    assert send(now) == 1
    return [fresh(one) for one in notices]


def test_it_holds_for_every_notice_of_the_letter_on_which_that_answer_was_noted(
    three: list[Notice], domain: str, staff: Staff, now: datetime
) -> None:
    first, *rest = three
    record_reply(first.pk, NO, staff=staff, now=now)
    reply = come_in(a_reply("No.", domain, In_Reply_To=message_id(first)), now)
    reply.notice = rest[0]
    reply.save()
    confirm_reply(reply.pk, ReplyKind.REFUSAL, staff=staff, now=now + HOUR)
    assert {fresh(one).state for one in three} == {NoticeState.REFUSED}

    take_answer_back(rest[1].pk, staff=staff, now=now + 2 * HOUR)
    assert [fresh(one).state for one in three] == ["refused", "sent", "sent"]


def test_a_letter_about_other_places_goes_on_without_this_one(
    three: list[Notice], platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    first, second, _third = three
    for one in (first, second):
        record_reply(one.pk, NO, staff=staff, now=now + (HOUR if one == first else 2 * HOUR))
    assert escalate_due(now + 2 * HOUR) == 2
    drafts = list(Notice.objects.filter(state=NoticeState.DRAFT))
    approve_notices([one.pk for one in drafts], staff=staff, now=now + 3 * HOUR)
    assert len({fresh(one).letter_id for one in drafts}) == 1

    take_answer_back(first.pk, staff=staff, now=now + 4 * HOUR)
    assert send(now + 4 * HOUR) == 1
    letter = platform.mails()[-1].text
    assert second.sighting.address in letter
    assert first.sighting.address not in letter
    assert fresh(second).state == NoticeState.REFUSED


# --- Where it is refused


def test_nothing_goes_back_where_nobody_is_asked_any_more(
    refused: Notice, staff: Staff, now: datetime
) -> None:
    case = refused.sighting.case
    Sighting.objects.update(liveness=Liveness.SAID_GONE)
    with pytest.raises(AnswerStands, match="This place is down"):
        take_answer_back(refused.pk, staff=staff, now=now)
    Sighting.objects.update(liveness=Liveness.UNKNOWN)
    Case.objects.update(status="closed", closed_at=now)
    with pytest.raises(AnswerStands, match="Open it again first"):
        take_answer_back(refused.pk, staff=staff, now=now)
    Case.objects.update(status="open", closed_at=None)
    withdraw_report(Case.objects.get(pk=case.pk), now=now)
    with pytest.raises(AnswerStands, match="She has withdrawn"):
        take_answer_back(refused.pk, staff=staff, now=now)
    assert fresh(refused).state == NoticeState.REFUSED


def test_while_she_pauses_it_goes_back_and_nothing_leaves(
    refused: Notice, staff: Staff, now: datetime
) -> None:
    pause(refused.sighting.case_id, now=now + HOUR)
    take_answer_back(refused.pk, staff=staff, now=now + 2 * HOUR)
    assert fresh(refused).state == NoticeState.SENT
    assert send(now + 2 * HOUR) == 0


def test_a_notice_without_such_an_answer_stays_as_it_is(
    sent: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = sent()
    with pytest.raises(NotNow):
        take_answer_back(notice.pk, staff=staff, now=now)
    record_reply(notice.pk, NO, staff=staff, now=now)
    take_answer_back(notice.pk, staff=staff, now=now)
    with pytest.raises(NotNow):
        take_answer_back(notice.pk, staff=staff, now=now)


# --- The figures


@pytest.fixture
def _own_figures() -> Iterator[None]:
    forget_effects()
    yield
    forget_effects()


@pytest.mark.usefixtures("_own_figures")
def test_no_figure_counts_a_refusal_that_was_taken_back(
    refused: Notice, staff: Staff, now: datetime
) -> None:
    hour = now + 3 * HOUR
    (effect,), (answers,) = effects_at(hour), answers_at(hour)
    assert (effect.n, answers.answered) == (1, 1)
    take_answer_back(refused.pk, staff=staff, now=now + 2 * HOUR)
    forget_effects()
    (effect,) = effects_at(hour)
    assert (effect.n, effect.watched) == (0, 1)
    assert answers_at(hour) == ()


# --- A mail is of another kind


@pytest.fixture
def noted(
    sent: Callable[..., Notice], domain: str, staff: Staff, now: datetime
) -> Callable[[ReplyKind], ReceivedReply]:
    """A mail that a caseworker has noted as one kind."""

    def note(kind: ReplyKind) -> ReceivedReply:
        mail = a_reply("Lovely weather.", domain, In_Reply_To=message_id(sent()))
        reply = come_in(mail, now)
        confirm_reply(reply.pk, kind, staff=staff, now=now)
        return ReceivedReply.objects.get(pk=reply.pk)

    return note


@pytest.mark.parametrize(
    ("was", "kind", "state"),
    [
        (ReplyKind.REFUSAL, ReplyKind.ACKNOWLEDGEMENT, NoticeState.ACKNOWLEDGED),
        (ReplyKind.REFUSAL, ReplyKind.REQUEST, NoticeState.ACKNOWLEDGED),
        (ReplyKind.REFUSAL, ReplyKind.BOUNCE, NoticeState.UNDELIVERABLE),
        (ReplyKind.REFUSAL, ReplyKind.REMOVAL, NoticeState.SENT),
        (ReplyKind.REFUSAL, ReplyKind.AUTO_REPLY, NoticeState.SENT),
        (ReplyKind.REFUSAL, ReplyKind.OTHER, NoticeState.SENT),
        (ReplyKind.BOUNCE, ReplyKind.AUTO_REPLY, NoticeState.SENT),
        (ReplyKind.BOUNCE, ReplyKind.REFUSAL, NoticeState.REFUSED),
        (ReplyKind.ACKNOWLEDGEMENT, ReplyKind.REFUSAL, NoticeState.REFUSED),
        (ReplyKind.ACKNOWLEDGEMENT, ReplyKind.BOUNCE, NoticeState.UNDELIVERABLE),
        (ReplyKind.ACKNOWLEDGEMENT, ReplyKind.AUTO_REPLY, NoticeState.SENT),
        (ReplyKind.AUTO_REPLY, ReplyKind.REFUSAL, NoticeState.REFUSED),
        (ReplyKind.OTHER, ReplyKind.ACKNOWLEDGEMENT, NoticeState.ACKNOWLEDGED),
    ],
)
def test_a_settled_mail_may_be_said_to_be_another_kind(
    was: ReplyKind,
    kind: ReplyKind,
    state: NoticeState,
    noted: Callable[[ReplyKind], ReceivedReply],
    staff: Staff,
    now: datetime,
) -> None:
    reply = noted(was)
    due_at = Notice.objects.get().due_at
    say_anew(reply.pk, kind, staff=staff, now=now + HOUR)

    notice = Notice.objects.get()
    assert (notice.state, notice.due_at) == (state, due_at)
    assert (notice.acknowledged_at is None) is (state is not NoticeState.ACKNOWLEDGED)
    reply.refresh_from_db()
    assert (reply.kind, reply.state, reply.settled_at) == (kind, "confirmed", now + HOUR)
    (entry,) = [
        one.payload
        for one in entries_of(notice.sighting.case_id)
        if one.payload["event"] == "reply said anew"
    ]
    assert (entry["judged"], entry["kind"], entry["actor"]) == (was, kind, f"staff {staff.pk}")
    is_claimed = Sighting.objects.get().claimed_gone_at is not None
    assert is_claimed is (kind is ReplyKind.REMOVAL)


def test_a_mail_said_to_ask_for_more_keeps_the_time_at_which_it_came(
    noted: Callable[[ReplyKind], ReceivedReply], staff: Staff, now: datetime
) -> None:
    reply = noted(ReplyKind.ACKNOWLEDGEMENT)
    say_anew(reply.pk, ReplyKind.REQUEST, staff=staff, now=now + HOUR)
    notice = Notice.objects.get()
    assert (notice.state, notice.acknowledged_at) == (NoticeState.ACKNOWLEDGED, now)
    assert notice.reply == "Asks for more, by mail"
    say_anew(reply.pk, ReplyKind.OTHER, staff=staff, now=now + 2 * HOUR)
    assert Notice.objects.get().state == NoticeState.SENT


def test_what_was_noted_by_itself_may_be_said_to_be_something_else(
    sent: Callable[..., Notice], domain: str, staff: Staff, now: datetime
) -> None:
    words = "We have received your report and will review it."
    reply = come_in(a_reply(words, domain, In_Reply_To=message_id(sent())), now)
    assert (reply.state, Notice.objects.get().state) == (ReplyState.BY_ITSELF, "acknowledged")
    say_anew(reply.pk, ReplyKind.REFUSAL, staff=staff, now=now + HOUR)
    notice = Notice.objects.get()
    assert (notice.state, notice.acknowledged_at) == (NoticeState.REFUSED, None)
    reply.refresh_from_db()
    assert (reply.state, reply.settled_by) == (ReplyState.CONFIRMED, staff)


def test_what_another_answer_has_moved_since_stays(
    noted: Callable[[ReplyKind], ReceivedReply], staff: Staff, now: datetime
) -> None:
    reply = noted(ReplyKind.REFUSAL)
    notice = Notice.objects.get()
    take_answer_back(notice.pk, staff=staff, now=now + HOUR)
    record_reply(notice.pk, NO, staff=staff, now=now + 2 * HOUR)
    say_anew(reply.pk, ReplyKind.AUTO_REPLY, staff=staff, now=now + 3 * HOUR)
    assert fresh(notice).state == NoticeState.REFUSED


def test_a_letter_sent_again_after_it_came_back_is_not_touched_by_the_first_report(
    noted: Callable[[ReplyKind], ReceivedReply], staff: Staff, now: datetime
) -> None:
    reply = noted(ReplyKind.BOUNCE)
    notice = Notice.objects.get()
    approve_notices([notice.pk], staff=staff, now=now + HOUR)
    assert send(now + HOUR) == 1
    bounced = ReportedReply(state=NoticeState.UNDELIVERABLE, words="came back")
    record_reply(notice.pk, bounced, staff=staff, now=now + 2 * HOUR)
    say_anew(reply.pk, ReplyKind.AUTO_REPLY, staff=staff, now=now + 3 * HOUR)
    assert fresh(notice).state == NoticeState.UNDELIVERABLE


def test_a_letter_that_did_arrive_after_all_waits_with_its_old_clock(
    noted: Callable[[ReplyKind], ReceivedReply], staff: Staff, now: datetime
) -> None:
    noted(ReplyKind.BOUNCE)
    before = Notice.objects.get()
    take_answer_back(before.pk, staff=staff, now=now + HOUR)
    after = Notice.objects.get()
    assert (after.state, after.due_at) == (NoticeState.SENT, before.due_at)
    assert told_of(after.sighting.case)[-1] == "bounce taken back"


@pytest.mark.parametrize("kind", [ReplyKind.REMOVAL, ReplyKind.OTHER])
def test_a_word_of_removal_or_what_is_noted_already_is_not_said_anew(
    kind: ReplyKind,
    noted: Callable[[ReplyKind], ReceivedReply],
    staff: Staff,
    now: datetime,
) -> None:
    reply = noted(kind)
    with pytest.raises(AnswerStands):
        say_anew(reply.pk, ReplyKind.OTHER, staff=staff, now=now)


def test_a_mail_that_waits_is_confirmed_and_not_said_anew(
    sent: Callable[..., Notice], domain: str, staff: Staff, now: datetime
) -> None:
    reply = come_in(a_reply("Lovely weather.", domain, In_Reply_To=message_id(sent())), now)
    with pytest.raises(UnknownReply):
        say_anew(reply.pk, ReplyKind.REFUSAL, staff=staff, now=now)


def test_nothing_is_said_anew_after_a_withdrawal(
    noted: Callable[[ReplyKind], ReceivedReply], staff: Staff, now: datetime
) -> None:
    reply = noted(ReplyKind.REFUSAL)
    withdraw_report(Case.objects.get(), now=now)
    with pytest.raises(AnswerStands):
        say_anew(reply.pk, ReplyKind.OTHER, staff=staff, now=now)
    assert ReceivedReply.objects.get().kind == ReplyKind.REFUSAL
