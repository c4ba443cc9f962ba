"""She changes her mind: pauses, adds, takes back, talks, has a copy and a new code, and erases.

Through her own pages, with a stand-in platform that takes real mail.
"""

import html
import json
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jikimi.aftercare.actions import (
    add_to_report,
    answer_survivor,
    ask_for_recovery,
    erase_case,
    open_recovery,
)
from jikimi.aftercare.actions.adding import Addition
from jikimi.aftercare.actions.erasing import erase_what_waits
from jikimi.aftercare.errors import MayNotRecover
from jikimi.aftercare.models import Message
from jikimi.cases.actions import NewFingerprint
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import AgeGroup, read_place
from jikimi.evidence.actions import open_item
from jikimi.evidence.lookups import items_of
from jikimi.evidence.models import Purpose, SealedItem, SurvivorKey
from jikimi.intake.actions import Received, receive_report
from jikimi.intake.models import Receipt
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    channels_with_letters,
    confirm_switch,
    look_at,
    mark_interrupted,
    propose_switch,
    settle_unknown,
    take_up_new_places,
)
from jikimi.takedown.actions.confirming import assign_reply
from jikimi.takedown.actions.forgetting import (
    agree_to_give_up,
    note_asked_to_forget,
    note_forgotten,
    propose_giving_up,
)
from jikimi.takedown.errors import CannotGiveUp, MayNotSend
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.by_rule import Switch
from jikimi.takedown.rules.forgetting import CannotForget
from jikimi.takedown.rules.notice import NoticeState, OutboxState
from jikimi.takedown.seeing.errors import Unreachable
from jikimi.takedown.seeing.fetching import FetchedLink
from jikimi.takedown.withdrawals.models import RecipientWithdrawal
from jikimi.trail.checking import check_whole_trail
from jikimi.trail.exports import export_case
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import Entry
from jikimi.trail.verifying import verify_export
from tests.portal.visitor import Visitor
from tests.reports import a_report
from tests.stories.desk_work import send_all_that_waits
from tests.takedown.conftest import photo, platform, staff
from tests.takedown.test_receiving import come_in

__all__ = ["photo", "platform", "staff"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


@pytest.fixture
def received(platform, now: datetime) -> Received:
    report = a_report(places=(read_place(platform.doors.page),), wants_contact=True)
    received = receive_report(report, now=timezone.now())
    take_up_new_places(received.case.pk, now=timezone.now())
    return received


@pytest.fixture
def her(received: Received) -> Visitor:
    return opened(received.code.spelled())


def opened(code: str) -> Visitor:
    visitor = Visitor().open("/status/?lang=en")
    return visitor.post("/status/", {**visitor.page.hidden, "code": code})


def press(her: Visitor, address: str, **fields: str) -> Visitor:
    token = her.page.hidden["csrfmiddlewaretoken"]
    return her.post(address, {"lang": "en", "csrfmiddlewaretoken": token, **fields})


def approve(case: Case, staff: Staff) -> OutboundLetter:
    notice = Notice.objects.get(sighting__case=case, state=NoticeState.DRAFT)
    return approve_notice(notice.pk, staff=staff, now=timezone.now())


def events(case: Case) -> list[str]:
    return [content.payload["event"] for content in entries_of(case.pk)]


def test_while_she_pauses_nothing_leaves_and_afterwards_it_does(
    her: Visitor, received: Received, staff: Staff
) -> None:
    letter = approve(received.case, staff)
    press(her, "/status/choice/", what="pause")
    assert "You have paused" in her.text
    assert "on hold" in her.text

    assert channels_with_letters(timezone.now()) == []
    assert send_all_that_waits() == 0
    letter.refresh_from_db()
    assert letter.state == OutboxState.READY

    press(her, "/status/choice/", what="go_on")
    assert "You have paused" not in her.text
    assert send_all_that_waits() == 1
    letter.refresh_from_db()
    assert letter.state == OutboxState.SENT
    assert [name for name in events(received.case) if name.startswith("case ")] == [
        "case paused",
        "case resumed",
    ]


def test_while_she_pauses_a_yes_is_refused(her: Visitor, received: Received, staff: Staff) -> None:
    press(her, "/status/choice/", what="pause")
    press(her, "/status/choice/", what="pause")
    with pytest.raises(MayNotSend, match="paused"):
        approve(received.case, staff)


def test_nothing_more_to_one_recipient_stops_its_letter_before_it_leaves(
    her: Visitor, received: Received, staff: Staff
) -> None:
    letter = approve(received.case, staff)
    notice = Notice.objects.get()
    press(her, "/status/choice/", what="recipient", which=notice.recipient_id)
    assert "cannot be called back" in her.text
    notice.refresh_from_db()
    assert notice.state == NoticeState.APPROVED

    press(her, "/status/choice/", what="recipient", which=notice.recipient_id, sure="yes")
    notice.refresh_from_db()
    letter.refresh_from_db()
    assert notice.state == NoticeState.CANCELLED
    assert (letter.state, letter.sealed) == (OutboxState.STOPPED, None)
    assert "They had got nothing" in her.text
    assert take_up_new_places(received.case.pk, now=timezone.now()) == 0
    assert send_all_that_waits() == 0
    assert "recipient withdrawn" in events(received.case)


@pytest.mark.parametrize("which", ["nobody", "\x00", "tele\x00gram", "x" * 5000, ""])
def test_a_recipient_that_is_none_of_hers_changes_nothing(
    her: Visitor, received: Received, which: str
) -> None:
    press(her, "/status/choice/", what="recipient", which=which, sure="yes")
    assert "Your report" in her.text
    assert not RecipientWithdrawal.objects.exists()


def test_a_letter_on_its_way_while_she_takes_back_is_not_tried_again(
    her: Visitor, received: Received, staff: Staff
) -> None:
    letter = approve(received.case, staff)
    notice = Notice.objects.get()
    press(her, "/status/choice/", what="recipient", which=notice.recipient_id, sure="yes")
    # As if a sender had held it at that moment and then found the server away.
    Notice.objects.update(state=NoticeState.APPROVED)
    OutboundLetter.objects.update(state=OutboxState.READY, sealed=b"sealed")

    assert send_all_that_waits() == 0
    letter.refresh_from_db()
    assert letter.state == OutboxState.STOPPED


def test_who_had_got_something_is_asked_to_forget_it_and_her_page_says_so(
    her: Visitor, received: Received, staff: Staff
) -> None:
    approve(received.case, staff)
    send_all_that_waits()
    notice = Notice.objects.get()
    press(her, "/status/choice/", what="recipient", which=notice.recipient_id, sure="yes")
    assert "A caseworker asks them to forget it" in her.text

    row = RecipientWithdrawal.objects.get()
    assert notice.reference in row.references
    note_asked_to_forget(row.pk, staff=staff, now=timezone.now())
    assert "They were asked to forget" in her.open("/status/?lang=en").text
    note_forgotten(row.pk, staff=staff, now=timezone.now())
    assert "They have confirmed that they forgot it" in her.open("/status/?lang=en").text


def test_why_a_recipient_cannot_forget_stands_on_her_page_once_two_have_agreed(
    her: Visitor, received: Received, staff: Staff
) -> None:
    approve(received.case, staff)
    send_all_that_waits()
    which = Notice.objects.get().recipient_id
    press(her, "/status/choice/", what="recipient", which=which, sure="yes")
    row, now = RecipientWithdrawal.objects.get(), timezone.now()
    with pytest.raises(CannotGiveUp, match="Note first"):
        propose_giving_up(row.pk, CannotForget.SILENT, staff=staff, now=now)
    note_asked_to_forget(row.pk, staff=staff, now=now)
    with pytest.raises(CannotGiveUp, match="30 days"):
        propose_giving_up(row.pk, CannotForget.SILENT, staff=staff, now=now)
    propose_giving_up(row.pk, CannotForget.LAW, staff=staff, now=now)
    assert "They have not confirmed it yet" in her.open("/status/?lang=en").text
    with pytest.raises(CannotGiveUp, match="Somebody else"):
        agree_to_give_up(row.pk, staff=staff, now=now)
    other = Staff.objects.create_staff(email="two@centre.example", password="long enough a word")
    agree_to_give_up(row.pk, staff=other, now=now)
    assert "a law makes them keep it" in her.open("/status/?lang=en").text
    assert "request to forget given up" in events(received.case)


def test_a_recipient_that_she_allows_again_is_drafted_for_a_persons_yes(
    her: Visitor, received: Received, staff: Staff
) -> None:
    other = Staff.objects.create_staff(email="two@centre.example", password="long enough a word")
    for switch in (Switch.PLATFORM, Switch.FIRST_NOTICE):
        wish = propose_switch(switch, why="a test", staff=staff, now=timezone.now())
        confirm_switch(wish.pk, staff=other, now=timezone.now())
    approve(received.case, staff)
    stopped = Notice.objects.get()
    press(her, "/status/choice/", what="recipient", which=stopped.recipient_id, sure="yes")
    press(her, "/status/choice/", what="allow", which=stopped.recipient_id)
    assert "nothing goes out before the caseworker says yes" in her.text
    assert RecipientWithdrawal.objects.get().allowed_at is None

    for _twice in range(2):
        press(her, "/status/choice/", what="allow", which=stopped.recipient_id, sure="yes")
    assert "You have allowed them again" in her.text
    anew = Notice.objects.exclude(pk=stopped.pk).get()
    assert (anew.recipient_id, anew.state) == (stopped.recipient_id, NoticeState.DRAFT)
    take_up_new_places(received.case.pk, now=timezone.now())
    assert send_all_that_waits() == 0
    assert approve(received.case, staff)
    assert send_all_that_waits() == 1
    assert "recipient allowed again" in events(received.case)

    press(her, "/status/choice/", what="recipient", which=stopped.recipient_id, sure="yes")
    assert "A caseworker asks them to forget it" in her.text
    assert RecipientWithdrawal.objects.count() == 2


def test_taking_back_the_platforms_stops_what_waits_and_giving_it_again_goes_on(
    her: Visitor, received: Received, staff: Staff
) -> None:
    press(her, "/status/choice/", what="take_back", which="platforms")
    press(her, "/status/choice/", what="take_back", which="platforms", sure="yes")
    assert Notice.objects.get().state == NoticeState.CANCELLED
    assert "No notice goes to platforms" in her.text

    press(her, "/status/choice/", what="give", which="platforms")
    assert "get removal notices" in her.text
    states = Notice.objects.order_by("drafted_at").values_list("state", flat=True)
    assert list(states) == [NoticeState.CANCELLED, NoticeState.DRAFT]


def test_what_she_adds_is_drafted_like_the_first(her: Visitor, received: Received) -> None:
    her.open("/status/add/?lang=en")
    press(her, "/status/add/", places="https://example.com/again", fingerprints="")
    assert "example.com" in her.text
    assert received.case.sightings.count() == 2
    assert "report added to" in events(received.case)


def test_a_new_picture_asks_for_the_age_again(her: Visitor, received: Received) -> None:
    her.open("/status/add/?lang=en")
    made = f"{'1e' * 32} 90"
    press(her, "/status/add/", places="", fingerprints=made)
    assert "how old the person is" in her.text
    assert received.case.fingerprints.count() == 1

    press(her, "/status/add/", places="http://127.0.0.1/a", fingerprints=made, adult="no")
    assert her.status == 422
    assert [one["id"] for one in her.page.inputs if "checked" in one] == ["adult-no"]
    press(her, "/status/add/", places="", fingerprints=made, adult="no")
    received.case.refresh_from_db()
    assert received.case.age_group == AgeGroup.MIXED
    assert received.case.sightings.get().next_look_at is None
    assert NoticeState.CANCELLED in set(Notice.objects.values_list("state", flat=True))


def test_an_adults_letter_on_its_way_is_not_tried_again_on_a_minors_path(
    received: Received, staff: Staff
) -> None:
    letter = approve(received.case, staff)
    OutboundLetter.objects.update(state=OutboxState.SENDING, claimed_at=timezone.now())
    Notice.objects.update(state=NoticeState.SENDING)
    new = NewFingerprint(pdq=bytes(range(1, 33)), quality=90)
    addition = Addition(places=(), fingerprints=(new,), said_adult=False)
    add_to_report(received.case.pk, addition, now=timezone.now())
    mark_interrupted(timezone.now() + timedelta(minutes=6))
    notice = Notice.objects.get(letter=letter)
    settle_unknown(notice.pk, arrived=False, staff=staff, now=timezone.now())

    assert send_all_that_waits() == 0
    letter.refresh_from_db()
    notice.refresh_from_db()
    assert (letter.state, letter.sealed) == (OutboxState.STOPPED, None)
    assert notice.state == NoticeState.CANCELLED


def test_they_write_to_each_other_and_only_her_code_opens_it_on_her_side(
    her: Visitor, received: Received, staff: Staff
) -> None:
    her.open("/status/messages/?lang=en")
    press(her, "/status/messages/", words="Can you see https://example.com/x?")
    assert "https://example.com/x" in her.text
    assert 'href="https://example.com' not in her.response.content.decode()
    answer_survivor(received.case.pk, "Yes. We are on it.", staff=staff, now=timezone.now())
    assert "Yes. We are on it." in her.open("/status/messages/?lang=en").text

    # The session alone, without the cookie that her code put there, opens nothing.
    del her.client.cookies["k"]
    assert "Your code" in her.open("/status/messages/?lang=en").text
    assert "We are on it" not in her.text
    assert "We are on it" not in str([c.payload for c in entries_of(received.case.pk)])


@pytest.mark.parametrize("words", ["", "data:image/png;base64,AAAA", "A" * 5000])
def test_what_is_no_message_is_not_taken_in(her: Visitor, received: Received, words: str) -> None:
    her.open("/status/messages/?lang=en")
    press(her, "/status/messages/", words=words)
    assert her.status == 422
    assert not received.case.messages.exists()


def test_a_flood_of_messages_ends_with_the_day(her: Visitor, received: Received) -> None:
    her.open("/status/messages/?lang=en")
    for number in range(20):
        press(her, "/status/messages/", words=f"Message {number}")
    press(her, "/status/messages/", words="one too many")
    assert "tomorrow" in her.text
    assert received.case.messages.count() == 20
    received.case.messages.update(at=timezone.now() - timedelta(days=2))
    press(her, "/status/messages/", words="the next day")
    assert received.case.messages.count() == 21


def test_stopping_everything_takes_effect_with_the_answer(
    her: Visitor, received: Received, staff: Staff
) -> None:
    letter = approve(received.case, staff)
    her.open("/status/stop/?lang=en")
    press(her, "/status/stop/")
    press(her, "/status/stop/")
    letter.refresh_from_db()
    received.case.refresh_from_db()
    assert letter.state == OutboxState.STOPPED
    assert received.case.status == CaseStatus.WITHDRAWN
    assert events(received.case).count("case withdrawn") == 1


def test_her_copy_holds_everything_and_names_nobody_of_the_staff(
    her: Visitor, received: Received, staff: Staff
) -> None:
    approve(received.case, staff)
    answer_survivor(received.case.pk, "We are on it.", staff=staff, now=timezone.now())
    her.open("/status/copy/?lang=en")
    press(her, "/status/copy/")
    assert her.response["Content-Disposition"] == 'attachment; filename="copy.html"'
    text = html.unescape(her.response.content.decode())
    (place,) = received.case.sightings.all()
    (made,) = received.case.fingerprints.all()
    for expected in (
        place.address,
        made.hex,
        "누군가 제 사진으로",
        "We are on it.",
        "notice approved",
    ):
        assert expected in text
    machine = json.loads(text.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0])
    assert machine["format"] == "jikimi-copy/1"
    assert {event["by"] for event in machine["events"]} == {"you", "the centre", "a program"}
    assert staff.email not in text
    assert f"staff {staff.pk}" not in text


def test_a_new_code_ends_the_old_one_and_every_other_visit(
    her: Visitor, received: Received
) -> None:
    elsewhere = opened(received.code.spelled())
    her.open("/status/messages/?lang=en")
    press(her, "/status/messages/", words="Hello")
    her.open("/status/code/?lang=en")
    press(her, "/status/code/", what="new")
    fresh = "-".join(_shown(her))

    assert "Your report" in her.open("/status/?lang=en").text
    assert "Your code" in elsewhere.open("/status/?lang=en").text
    assert opened(received.code.spelled()).status == 422
    again = opened(fresh)
    assert "Hello" in again.open("/status/messages/?lang=en").text


def test_a_spare_code_gives_a_new_code_once(her: Visitor, received: Received) -> None:
    her.open("/status/code/?lang=en")
    press(her, "/status/code/", what="spare")
    spare = "-".join(_shown(her))
    assert "Your report" in her.open("/status/?lang=en").text

    lost = opened(spare)
    assert "Your new code" in lost.text
    fresh = "-".join(_shown(lost))
    lost.post("/status/code/", {**lost.page.hidden, "then": "status"})
    assert "Your report" in lost.text
    assert "Your code" in her.open("/status/?lang=en").text
    assert opened(spare).status == 422
    assert "Your report" in opened(fresh).text


def test_a_new_code_is_shown_as_seven_words_too(her: Visitor) -> None:
    her.open("/status/code/?lang=en")
    press(her, "/status/code/", what="new")
    shown = her.response.content.decode()
    words = shown.split('class="words"', 1)[1].split(">", 1)[1].split("<", 1)[0]
    assert "Your report" in opened(words).text


def test_a_way_back_takes_two_people_and_three_days_and_she_can_refuse_it(
    her: Visitor, received: Received, staff: Staff
) -> None:
    case, start = received.case, timezone.now()
    other = Staff.objects.create_staff(email="two@centre.example", password="long enough a word")
    with pytest.raises(MayNotRecover, match="safe contact"):
        ask_for_recovery(case.pk, staff=staff, now=start)
    (contact,) = items_of(case.pk, Purpose.CONTACT)
    open_item(contact, actor=f"staff {staff.pk}", now=start)
    ask_for_recovery(case.pk, staff=staff, now=start)
    assert "Somebody asked for a new code" in her.open("/status/?lang=en").text
    press(her, "/status/code/", what="refuse")
    later = start + timedelta(hours=73)
    with pytest.raises(MayNotRecover):
        open_recovery(case.pk, staff=other, now=later)

    ask_for_recovery(case.pk, staff=staff, now=start)
    with pytest.raises(MayNotRecover, match="Somebody else"):
        open_recovery(case.pk, staff=staff, now=later)
    with pytest.raises(MayNotRecover, match="72 hours"):
        open_recovery(case.pk, staff=other, now=start + timedelta(hours=71))
    code = open_recovery(case.pk, staff=other, now=later)
    assert "Your code" in her.open("/status/?lang=en").text
    assert "Your report" in opened(code.spelled()).text


def test_whoever_agreed_to_no_contact_has_no_way_back_through_the_centre(
    staff: Staff, now: datetime
) -> None:
    case = receive_report(a_report(contact="Please do not contact me."), now=now).case
    (contact,) = items_of(case.pk, Purpose.CONTACT)
    open_item(contact, actor=f"staff {staff.pk}", now=now)
    with pytest.raises(MayNotRecover, match="no contact"):
        ask_for_recovery(case.pk, staff=staff, now=now)


def test_erasing_leaves_nothing_but_leaves_and_requests_to_forget(
    her: Visitor, received: Received, staff: Staff
) -> None:
    approve(received.case, staff)
    send_all_that_waits()
    her.open("/status/messages/?lang=en")
    press(her, "/status/messages/", words="Please stop")
    before = Entry.objects.count()
    her.open("/status/erase/?lang=en")
    press(her, "/status/erase/")
    assert Case.objects.exists()
    press(her, "/status/erase/", sure="yes")

    assert "Everything is erased" in her.text
    for table in (Case, Notice, OutboundLetter, SealedItem, SurvivorKey, Message, Receipt):
        assert not table.objects.exists(), table
    assert [entry.payload["event"] for entry in entries_of(received.case.pk)] == ["case erased"]
    assert Entry.objects.count() > before
    assert check_whole_trail() == Entry.objects.count()
    assert verify_export(export_case(received.case.pk)) == 1
    assert RecipientWithdrawal.objects.get().references
    assert "Your code" in her.open("/status/?lang=en").text
    assert opened(received.code.spelled()).status == 422
    erase_what_waits(timezone.now() + timedelta(days=91))
    assert not RecipientWithdrawal.objects.exists()


def test_a_mail_about_her_case_goes_with_it_wherever_it_was_sealed(
    received: Received, staff: Staff, now: datetime
) -> None:
    """It is sealed before somebody says whose it is, and may be put to another's notice."""
    kept = receive_report(a_report(), now=now).case
    take_up_new_places(kept.pk, now=now)
    hers, of_another = (
        Notice.objects.filter(sighting__case=case)[0] for case in (received.case, kept)
    )
    first, second = (come_in(mail(text), now) for text in ("Which link?", hers.reference))
    assert (first.notice, second.notice) == (None, hers)
    assign_reply(first.pk, hers.reference, staff=staff, now=now)
    assign_reply(second.pk, of_another.reference, staff=staff, now=now)

    assert erase_case(received.case.pk, now=now)
    assert not SealedItem.objects.filter(purpose=Purpose.REPLY).exists()
    assert list(ReceivedReply.objects.values_list("pk", "sealed")) == [(second.pk, None)]
    kept.refresh_from_db()


def test_what_was_seen_for_a_case_that_takes_a_minors_path_meanwhile_is_not_written_down(
    received: Received, now: datetime
) -> None:
    sighting = received.case.sightings.get()

    class MeanwhileSheAdds:
        """The link is being fetched while she says that a new picture may be from before 18."""

        def fetch(self, url: str, *, seconds: float = 0) -> FetchedLink:
            new = NewFingerprint(pdq=bytes(range(1, 33)), quality=90)
            addition = Addition(places=(), fingerprints=(new,), said_adult=False)
            add_to_report(received.case.pk, addition, now=now)
            return FetchedLink(
                status=404, final_url=url, media_type="", body=b"", redirects=0, elapsed=0
            )

    look_at(sighting.pk, MeanwhileSheAdds(), now=now)
    sighting.refresh_from_db()
    assert (sighting.looks, sighting.next_look_at, sighting.liveness) == (0, None, "unknown")


def test_a_look_at_a_case_that_is_erased_meanwhile_ends_quietly(
    received: Received, now: datetime
) -> None:
    class MeanwhileSheErases:
        """The link is being fetched while she has it all erased."""

        def fetch(self, url: str, *, seconds: float = 0) -> FetchedLink:
            erase_case(received.case.pk, now=now)
            raise Unreachable

    look_at(received.case.sightings.get().pk, MeanwhileSheErases(), now=now)
    assert not Case.objects.exists()


def test_a_case_is_erased_only_once_its_letter_is_settled(
    her: Visitor, received: Received, staff: Staff
) -> None:
    letter = approve(received.case, staff)
    OutboundLetter.objects.update(state=OutboxState.SENDING, claimed_at=timezone.now())
    Notice.objects.update(state=NoticeState.SENDING)
    her.open("/status/erase/?lang=en")
    press(her, "/status/erase/", sure="yes")
    assert "is being erased" in her.text
    assert erase_what_waits(timezone.now()) == 0
    mark_interrupted(timezone.now() + timedelta(minutes=6))
    letter.refresh_from_db()
    assert letter.sealed is None
    assert erase_what_waits(timezone.now()) == 1
    assert not Case.objects.exists()


def test_a_case_that_cannot_be_erased_keeps_no_other_from_it(
    received: Received, now: datetime
) -> None:
    stuck, other = received.case, receive_report(a_report(), now=now).case
    Case.objects.update(erase_asked_at=now)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'not this one'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER stuck BEFORE DELETE ON cases_case FOR EACH ROW "
            f"WHEN (OLD.id = '{stuck.pk}') EXECUTE FUNCTION refuse()"
        )
    with pytest.raises(ExceptionGroup) as failed:
        erase_what_waits(now)
    assert len(failed.value.exceptions) == 1
    assert list(Case.objects.all()) == [stuck]
    assert not Case.objects.filter(pk=other.pk).exists()


def _shown(visitor: Visitor) -> list[str]:
    """The groups of the code on the page."""
    block = visitor.response.content.decode().split('id="code"', 1)[1].split("</p>", 1)[0]
    return [part.split("</span>")[0] for part in block.split("<span>")[1:]]


def mail(text: str) -> bytes:
    return f"From: a@b.example\nSubject: Your mail\n\n{text}".encode()
