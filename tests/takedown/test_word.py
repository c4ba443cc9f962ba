"""A removal that no look of ours can tell: claimed, taken on somebody's word, and seen again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from jikimi.aftercare.actions.adding import Addition, add_to_report
from jikimi.aftercare.exports import everything_about
from jikimi.cases.actions import NewFingerprint
from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import AgeGroup, Liveness, Origin, read_place
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    escalate_due,
    look_at,
    record_reply,
    sweep_clocks,
    take_up_new_places,
)
from jikimi.takedown.actions.believing import take_word, take_word_back
from jikimi.takedown.actions.drafting import draft_all_the_same
from jikimi.takedown.actions.telling import note_country, note_origin
from jikimi.takedown.errors import NotNow, NoWordTaken, OnlyALookProvesIt
from jikimi.takedown.letters import preview_letter
from jikimi.takedown.models import Notice
from jikimi.takedown.outcomes import effects_at, forget_effects, not_seen_at
from jikimi.takedown.queue_models import QueueEntry
from jikimi.takedown.queueing.counting import count_what_changed
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.takedown.rules.word import TakenWord, Word
from jikimi.trail.checking import check_whole_trail
from jikimi.trail.lookups import entries_of
from jikimi_core.fingerprint import pdq
from tests.pictures import encoded, photo
from tests.reports import a_report
from tests.takedown.looks import Answers

pytestmark = pytest.mark.django_db
X = "https://x.com/somebody/status/81"
REMOVED = ReportedReply(state=NoticeState.REMOVED, words="We took it down, case 12.")
SHE_SAW = TakenWord(by=Word.SHE, words="She was told by a friend and checked her own post.")


@pytest.fixture
def posted(db: None, now: datetime) -> Callable[..., Notice]:
    """A report about a place, whose notice its recipient has."""

    def receive(address: str = X, **changes: object) -> Notice:
        case = receive_report(a_report(places=(read_place(address),), **changes), now=now).case
        take_up_new_places(case.pk, now=now)
        notice = Notice.objects.get(sighting__case=case)
        due = now + timedelta(hours=48)
        Notice.objects.filter(pk=notice.pk).update(state="sent", sent_at=now, due_at=due)
        notice.refresh_from_db()
        return notice

    return receive


@pytest.fixture
def hers() -> Answers:
    """Every link answers with her picture, here a cup of coffee."""
    return Answers(200, encoded(photo("coffee"), "PNG"))


@pytest.fixture
def prints() -> dict[str, object]:
    """A report that holds its fingerprint."""
    made = pdq.from_array(photo("coffee"))
    return {"fingerprints": (NewFingerprint(pdq=made.hash, quality=made.quality),)}


@pytest.fixture(autouse=True)
def _figures_of_this_test_alone() -> None:
    forget_effects()


def look(notice: Notice, at: datetime, answers: Answers) -> None:
    assert look_at(notice.sighting_id, answers, now=at) is not None


def look_in_vain(notice: Notice, now: datetime) -> datetime:
    """Three looks that ask us to sign in, over two days; the time of the last."""
    for days in (0, 1, 2):
        look(notice, now + timedelta(days=days, minutes=1), Answers(401))
    return now + timedelta(days=2, minutes=2)


def place_of(notice: Notice) -> Sighting:
    return Sighting.objects.get(pk=notice.sighting_id)


def state_of(notice: Notice) -> NoticeState:
    return NoticeState(Notice.objects.get(pk=notice.pk).state)


def events_of(case: Case) -> list[str]:
    return [str(content.payload["event"]) for content in entries_of(case.pk)]


def test_a_recipients_word_is_a_claim_while_a_look_may_decide(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = posted()
    record_reply(notice.pk, REMOVED, staff=staff, now=now)
    assert state_of(notice) is NoticeState.SENT
    place = place_of(notice)
    assert (place.claimed_gone_at, place.next_look_at) == (now, now)
    assert Notice.objects.get().reply == REMOVED.words
    assert events_of(place.case)[-1] == "said to be gone"


def test_a_recipients_word_is_taken_once_looks_cannot_tell_and_marked_as_not_seen(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = posted()
    later = look_in_vain(notice, now)
    record_reply(notice.pk, REMOVED, staff=staff, now=later)
    place, case = place_of(notice), Case.objects.get()
    assert (place.liveness, place.claimed_gone_at) == (Liveness.SAID_GONE, None)
    assert "Not seen by us: “We took it down, case 12.”" in place.because
    assert state_of(notice) is NoticeState.REMOVED
    assert Notice.objects.get().on_word_of == Word.RECIPIENT
    assert case.status == CaseStatus.CLOSED
    assert events_of(case)[-3:] == ["word taken", "notice removed", "case closed"]
    assert place.next_look_at is not None
    assert check_whole_trail() > 0


def test_a_persons_word_ends_every_notice_about_the_place(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = posted()
    later = look_in_vain(notice, now)
    sweep_clocks(later)
    assert escalate_due(later) == 1
    take_word(notice.sighting_id, SHE_SAW, staff=staff, now=later)
    assert {one.state for one in Notice.objects.all()} == {NoticeState.REMOVED}
    assert {one.on_word_of for one in Notice.objects.all()} == {Word.SHE}
    told = [one.payload for one in entries_of(place_of(notice).case_id)]
    (taken,) = [one for one in told if one["event"] == "word taken"]
    assert (taken["word_of"], taken["actor"]) == ("she", f"staff {staff.pk}")
    assert SHE_SAW.words not in str(told)
    copied = everything_about(place_of(notice).case, None, now=later)
    assert {(one.state, one.on_word_of) for one in copied.notices} == {("removed", "she")}


def test_no_word_is_taken_before_looks_had_their_time(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = posted()
    look(notice, now + timedelta(minutes=5), Answers(403))
    with pytest.raises(OnlyALookProvesIt, match="so far 1"):
        take_word(notice.sighting_id, SHE_SAW, staff=staff, now=now + timedelta(minutes=6))
    assert place_of(notice).liveness == Liveness.BLOCKED_HERE


def test_looks_before_the_notice_went_out_do_not_count(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = posted()
    later = look_in_vain(notice, now)
    Notice.objects.update(sent_at=later)
    with pytest.raises(OnlyALookProvesIt, match="so far 0"):
        take_word(notice.sighting_id, SHE_SAW, staff=staff, now=later)


def test_no_word_is_taken_against_a_look_that_found_the_picture(
    posted: Callable[..., Notice],
    hers: Answers,
    prints: dict[str, object],
    staff: Staff,
    now: datetime,
) -> None:
    notice = posted(**prints)
    look(notice, now + timedelta(minutes=1), hers)
    later = look_in_vain(notice, now + timedelta(hours=1))
    record_reply(notice.pk, REMOVED, staff=staff, now=later)
    assert state_of(notice) is NoticeState.SENT
    with pytest.raises(OnlyALookProvesIt, match="against a look"):
        take_word(notice.sighting_id, SHE_SAW, staff=staff, now=later)


def test_a_later_look_that_cannot_tell_changes_nothing_and_one_that_sees_it_gone_confirms_it(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = posted()
    later = look_in_vain(notice, now)
    take_word(notice.sighting_id, SHE_SAW, staff=staff, now=later)
    look(notice, later + timedelta(days=3), Answers(401))
    assert place_of(notice).liveness == Liveness.SAID_GONE
    assert Case.objects.get().status == CaseStatus.CLOSED
    assert "looked: blocked_here" in events_of(Case.objects.get())[-1]
    look(notice, later + timedelta(days=10), Answers(404))
    assert place_of(notice).liveness == Liveness.GONE


def test_a_later_look_that_finds_the_picture_opens_everything_again(
    posted: Callable[..., Notice],
    hers: Answers,
    prints: dict[str, object],
    staff: Staff,
    now: datetime,
) -> None:
    notice = posted(**prints)
    later = look_in_vain(notice, now)
    take_word(notice.sighting_id, SHE_SAW, staff=staff, now=later)
    look(notice, later + timedelta(days=3), hers)
    assert place_of(notice).liveness == Liveness.STILL_THERE
    assert Case.objects.get().status == CaseStatus.OPEN
    assert Notice.objects.filter(state=NoticeState.DRAFT).count() == 1
    assert "case reopened" in events_of(Case.objects.get())


@pytest.mark.parametrize("by_her", [True, False])
def test_a_word_is_taken_back_and_the_work_begins_again(
    posted: Callable[..., Notice], staff: Staff, now: datetime, *, by_her: bool
) -> None:
    notice = posted()
    later = look_in_vain(notice, now)
    take_word(notice.sighting_id, SHE_SAW, staff=staff, now=later)
    moment = later + timedelta(days=1)
    if by_her:
        again = Addition(places=(read_place(X),), fingerprints=(), said_adult=True)
        add_to_report(place_of(notice).case_id, again, now=moment)
    else:
        take_word_back(notice.sighting_id, staff=staff, now=moment)
    place, case = place_of(notice), Case.objects.get()
    assert (place.liveness, place.next_look_at) == (Liveness.UNKNOWN, moment)
    assert case.status == CaseStatus.OPEN
    told = [content.payload for content in entries_of(case.pk)]
    (back,) = [one for one in told if one["event"] == "word taken back"]
    assert back["actor"] == ("reporter" if by_her else f"staff {staff.pk}")
    draft = Notice.objects.get(state=NoticeState.DRAFT)
    assert (draft.sighting_id, draft.recipient_id) == (place.pk, "x")
    assert "found removed" not in preview_letter(draft, moment).text
    look(notice, moment + timedelta(hours=1), Answers(401))
    assert place_of(notice).liveness == Liveness.BLOCKED_HERE


def test_only_a_word_that_stands_is_taken_back(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = posted()
    look(notice, now + timedelta(hours=1), Answers(404))
    with pytest.raises(NoWordTaken, match="No word stands"):
        take_word_back(notice.sighting_id, staff=staff, now=now + timedelta(hours=2))
    Sighting.objects.update(liveness=Liveness.SAID_GONE)
    Case.objects.update(status=CaseStatus.WITHDRAWN)
    with pytest.raises(NoWordTaken, match="withdrawn"):
        take_word_back(notice.sighting_id, staff=staff, now=now + timedelta(hours=2))
    assert Notice.objects.count() == 1


def test_the_ladder_waits_for_a_claim_until_a_look_finds_the_picture(
    posted: Callable[..., Notice],
    hers: Answers,
    prints: dict[str, object],
    staff: Staff,
    now: datetime,
) -> None:
    notice = posted(**prints)
    record_reply(notice.pk, REMOVED, staff=staff, now=now)
    late = now + timedelta(hours=49)
    assert sweep_clocks(late) == 1
    assert escalate_due(late) == 0
    look(notice, late, Answers(401))
    assert escalate_due(late) == 0
    look(notice, late + timedelta(hours=1), hers)
    assert place_of(notice).claimed_gone_at is None
    assert escalate_due(late + timedelta(hours=1)) == 1


def test_a_person_may_go_on_without_waiting_for_a_claim(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = posted()
    record_reply(notice.pk, REMOVED, staff=staff, now=now)
    late = now + timedelta(hours=49)
    sweep_clocks(late)
    assert isinstance(draft_all_the_same(notice.sighting_id, now=late), Notice)
    assert place_of(notice).claimed_gone_at is None


def test_what_she_tells_passes_over_no_claim(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = posted()
    record_reply(notice.pk, REMOVED, staff=staff, now=now)
    late = now + timedelta(hours=49)
    sweep_clocks(late)
    note_country(place_of(notice).case_id, "AU", staff=staff, now=late)
    note_origin(place_of(notice).case_id, Origin.FAKE, staff=staff, now=late)
    assert Notice.objects.count() == 1
    assert place_of(notice).claimed_gone_at == now
    assert escalate_due(late) == 0
    Sighting.objects.update(claimed_gone_at=None)
    assert escalate_due(late) == 1


def test_a_removal_nobody_saw_counts_for_no_rate_and_is_told_beside_it(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    seen, told = posted(), posted("https://x.com/somebody/status/82")
    look(seen, now + timedelta(hours=1), Answers(404))
    later = look_in_vain(told, now)
    record_reply(told.pk, REMOVED, staff=staff, now=later)
    moment = later + timedelta(hours=2)
    (effect,) = effects_at(moment)
    assert (effect.removed, effect.n, effect.watched) == (1, 1, 1)
    assert not_seen_at(moment) == {"x": 1}


def test_an_account_is_down_by_a_word_alone_and_the_queue_counts_it(
    db: None, staff: Staff, now: datetime
) -> None:
    places = (read_place("@somebody"),)
    case = receive_report(a_report(places=places), now=now).case
    take_up_new_places(case.pk, now=now)
    place = case.sightings.get()
    assert not Notice.objects.exists()
    word = TakenWord(by=Word.CASEWORKER, words="The app says that there is no such account.")
    take_word(place.pk, word, staff=staff, now=now)
    assert Case.objects.get().status == CaseStatus.CLOSED
    count_what_changed()
    assert QueueEntry.objects.get().down == 1
    with pytest.raises(OnlyALookProvesIt, match="is down"):
        take_word(place.pk, word, staff=staff, now=now)


def test_of_a_minors_place_a_recipients_word_alone_is_taken_and_the_hotlines_report_stands(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    hotline = posted(age_group=AgeGroup.UNDER_18)
    platform = Notice.objects.create(
        sighting=hotline.sighting, recipient_id="x", state="sent", sent_at=now, drafted_at=now
    )
    with pytest.raises(OnlyALookProvesIt, match="under 18"):
        take_word(hotline.sighting_id, SHE_SAW, staff=staff, now=now)
    record_reply(platform.pk, REMOVED, staff=staff, now=now)
    assert (state_of(platform), state_of(hotline)) == (NoticeState.REMOVED, NoticeState.SENT)
    assert place_of(hotline).liveness == Liveness.SAID_GONE
    assert Case.objects.get().status == CaseStatus.OPEN
    record_reply(hotline.pk, REMOVED, staff=staff, now=now)
    assert Case.objects.get().status == CaseStatus.CLOSED


def test_there_is_no_helpers_word_where_nobody_helped(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = posted()
    word = TakenWord(by=Word.HELPER, words="Her sister saw that it is gone.")
    with pytest.raises(OnlyALookProvesIt, match="Nobody reported this for her"):
        take_word(notice.sighting_id, word, staff=staff, now=look_in_vain(notice, now))


def test_a_word_that_is_taken_at_a_minors_place_does_not_end_the_hotlines_report(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    hotline = posted(age_group=AgeGroup.UNDER_18)
    Sighting.objects.update(claimed_gone_at=now)
    word = TakenWord(by=Word.RECIPIENT, words="Its mail of today says so.")
    take_word(hotline.sighting_id, word, staff=staff, now=now)

    assert state_of(hotline) is NoticeState.SENT
    assert Case.objects.get().status == CaseStatus.OPEN


def test_a_notice_that_has_ended_takes_no_word(
    posted: Callable[..., Notice], staff: Staff, now: datetime
) -> None:
    notice = posted()
    look(notice, now + timedelta(hours=1), Answers(404))
    with pytest.raises(NotNow):
        record_reply(notice.pk, REMOVED, staff=staff, now=now + timedelta(hours=2))
