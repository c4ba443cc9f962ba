"""The way back with a code: what is shown, for how long, and how to stop everything."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import AgeGroup, Authority, Liveness, Relation
from jikimi.intake.actions import receive_report
from jikimi.intake.models import WrongTries
from jikimi.intake.receipts import forget_wrong_tries
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.trail.lookups import consents_of
from tests.portal.visitor import Visitor
from tests.reports import a_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def received():
    return receive_report(a_report(), now=timezone.now())


def opened(code: str, language: str = "en") -> Visitor:
    visitor = Visitor(language=language)
    visitor.open(f"/status/?lang={language}")
    return visitor.post("/status/", {**visitor.page.hidden, "code": code})


def notice_for(case: Case, state: NoticeState, **changes: object) -> Notice:
    now = timezone.now()
    return Notice.objects.create(
        **{
            "sighting": case.sightings.get(),
            "recipient_id": "telegram",
            "recipient_name": "Telegram",
            "route_type": "email",
            "address": "abuse@telegram.org",
            "because": "Because.",
            "state": state,
            "drafted_at": now,
            "sent_at": now,
            "due_at": now + timedelta(hours=24),
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (NoticeState.SENT, "The police have been told, without your name."),
        (NoticeState.ACKNOWLEDGED, "The police have taken the report."),
        (NoticeState.OVERDUE, "We have not heard from the police yet."),
    ],
)
def test_nobody_reads_that_the_police_were_asked_to_remove_it(received, state, words):
    police = {"recipient_id": "police-kr", "recipient_name": "경찰 (Police)", "rung": "police"}
    notice_for(received.case, state, **police)
    page = opened(received.code.spelled()).text

    assert words in page
    for said in ("asked to remove", "We wait for the removal", "Time until", "Their time ran out"):
        assert said not in page


def test_the_police_who_took_the_report_are_not_said_to_be_silent(received):
    police = {"recipient_id": "police-kr", "recipient_name": "경찰 (Police)", "rung": "police"}
    notice_for(received.case, NoticeState.OVERDUE, acknowledged_at=timezone.now(), **police)
    page = opened(received.code.spelled()).text

    assert "The police have taken the report." in page
    assert "A caseworker decides on the next step." in page
    assert "not heard from the police" not in page


@pytest.mark.parametrize("written", [str, str.lower, lambda code: f" {code.replace('-', ' ')} "])
def test_the_code_opens_the_report_however_it_is_written(received, written):
    visitor = opened(written(received.code.spelled()))

    assert "Your report" in visitor.text
    assert "t.me" in visitor.text


def test_the_page_names_the_host_and_not_the_whole_link(received):
    visitor = opened(received.code.spelled())

    assert "t.me" in visitor.text
    assert "some_channel" not in visitor.response.content.decode()


def test_the_session_holds_the_case_and_nothing_else_for_half_an_hour(received):
    visitor = opened(received.code.spelled())
    session = visitor.client.session

    assert set(session.keys()) == {"report", "receipt", "key", "_session_expiry"}
    assert session["report"] == str(received.case.pk)
    assert visitor.client.cookies["k"].value not in str(dict(session.items()))
    assert session.get_expiry_age() == 1800


def test_an_earlier_session_of_this_browser_ends(received):
    visitor = Visitor()
    session = visitor.client.session
    session["somebody"] = "else"
    session.save()
    visitor.client.cookies["s"] = session.session_key
    visitor.open("/status/")
    visitor.post("/status/", {**visitor.page.hidden, "code": received.code.spelled()})

    assert "somebody" not in visitor.client.session
    assert visitor.client.cookies["s"].value != session.session_key


def test_a_wrong_code_and_an_unknown_one_get_the_same_answer(received):
    code = received.code.spelled()
    wrong_secret = next(c for c in _codes_like(code) if c[:4] == code[:4] and c != code)
    unknown = next(c for c in _codes_like(code) if c[:4] != code[:4])

    answers = [opened(typed) for typed in (wrong_secret, unknown, "nonsense")]

    assert {visitor.status for visitor in answers} == {422}
    assert len({visitor.text for visitor in answers}) == 1
    assert all(not visitor.client.cookies for visitor in answers)


def test_many_wrong_tries_are_slowed_down_and_never_locked(received, monkeypatch):
    meanwhile = timezone.now()  # the first wait lasts a second
    monkeypatch.setattr("django.utils.timezone.now", lambda: meanwhile)
    code = received.code.spelled()
    wrong = next(c for c in _codes_like(code) if c[:4] == code[:4] and c != code)
    for _ in range(5):
        assert opened(wrong).status == 422

    told_to_wait = opened(wrong)

    assert told_to_wait.status == 429
    assert int(told_to_wait.response["Retry-After"]) >= 1
    assert "never locked" in told_to_wait.text


def test_wrong_tries_are_forgotten_after_an_hour_and_a_flood_of_them_keeps_only_the_newest(now):
    minutes = range(0, 120, 10)
    for n in minutes:
        WrongTries.objects.create(locator=f"A{n:03}", last_at=now - timedelta(minutes=n))
    forget_wrong_tries(now)
    assert WrongTries.objects.count() == len([n for n in minutes if n <= 60])
    forget_wrong_tries(now, most=3)
    assert {tries.locator for tries in WrongTries.objects.all()} == {"A000", "A010", "A020"}


def test_whoever_has_lost_the_code_is_told_every_way_back(settings):
    settings.CENTRE_PHONE = "02-1234-5678"
    page = Visitor().open("/status/?lang=en")
    for way in ("spare code", "02-1234-5678", "report again at any time", "cookies are off"):
        assert way in page.text


def test_a_thousand_misspelled_codes_change_nothing(received):
    visitor = Visitor()
    visitor.open("/status/")
    for n in range(1000):
        visitor.post("/status/", {"lang": "en", "code": f"{n:021d}"})
        assert visitor.status in {422, 429}
    assert "Your report" in opened(received.code.spelled()).text


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (NoticeState.DRAFT, "A caseworker reads it before it goes out."),
        (NoticeState.APPROVED, "The centre has approved the notice."),
        (NoticeState.SENDING, "The notice is being sent."),
        (NoticeState.UNKNOWN, "We do not know yet if it arrived."),
        (NoticeState.UNDELIVERABLE, "Their address did not accept the notice."),
        (NoticeState.SENT, "They have been asked to remove it."),
        (NoticeState.ACKNOWLEDGED, "They say that they have the notice."),
        (NoticeState.OVERDUE, "nothing confirms that it was removed"),
        (NoticeState.REFUSED, "They said no."),
        (NoticeState.CANCELLED, "stopped before it left"),
        (NoticeState.REMOVED, "We did not look ourselves."),
    ],
)
def test_every_state_of_a_notice_is_one_true_sentence(received, state, sentence):
    notice_for(received.case, state)
    assert sentence in opened(received.code.spelled()).text


def test_what_a_rule_let_go_is_not_said_to_have_been_read_by_a_person(received):
    rule = {"approved_at": timezone.now(), "approved_by_rule": "rung platform"}
    notice_for(received.case, NoticeState.SENT, **rule)
    text = opened(received.code.spelled()).text
    assert "The centre approved it." in text
    assert "caseworker" not in text


def test_a_removal_that_was_seen_says_so_and_when(received):
    received.case.sightings.update(liveness=Liveness.GONE, last_look_at=timezone.now())
    notice_for(received.case, NoticeState.REMOVED)

    text = opened(received.code.spelled()).text
    assert "When we last looked, it was no longer there." in text
    assert "We did not look ourselves." not in text


@pytest.mark.parametrize("seen", [Liveness.STILL_THERE, Liveness.BLOCKED_HERE])
def test_a_removal_that_the_last_look_contradicts_is_only_a_claim(received, seen):
    received.case.sightings.update(liveness=seen, last_look_at=timezone.now())
    notice_for(received.case, NoticeState.REMOVED)

    text = opened(received.code.spelled()).text
    assert "our last look does not confirm it" in text
    assert "We did not look ourselves." not in text
    assert "no longer there" not in text


def test_a_place_nobody_looked_at_is_not_said_to_have_been_seen_gone(received):
    received.case.sightings.update(liveness=Liveness.GONE, last_look_at=None)
    notice_for(received.case, NoticeState.REMOVED)

    assert "When we last looked" not in opened(received.code.spelled()).text


@pytest.mark.parametrize(
    "state", [NoticeState.SENT, NoticeState.OVERDUE, NoticeState.REFUSED, NoticeState.REMOVED]
)
def test_after_stopping_no_next_step_is_promised(received, state):
    notice_for(received.case, state)
    Case.objects.update(status=CaseStatus.WITHDRAWN, closed_at=timezone.now())

    text = opened(received.code.spelled()).text
    for promise in ("We wait", "A caseworker decides", "looks for", "begins again"):
        assert promise not in text


def test_the_page_leaves_the_screen_when_its_time_is_over(received):
    assert opened(received.code.spelled()).response["Refresh"] == "1801"


def test_blocked_is_never_called_deleted_or_removed(received):
    received.case.sightings.update(liveness=Liveness.BLOCKED_HERE, last_look_at=timezone.now())
    notice_for(received.case, NoticeState.SENT)

    text = opened(received.code.spelled(), "ko").text
    assert "막힌 것이지 지워진 것은 아니에요" in text
    assert "내려감" not in text


def test_a_running_clock_is_shown_and_an_ended_one_is_not(received):
    notice_for(received.case, NoticeState.SENT)
    assert "Time until" in opened(received.code.spelled()).text
    Notice.objects.update(state=NoticeState.OVERDUE)
    assert "Time until" not in opened(received.code.spelled()).text


def test_a_helpers_report_says_that_whoever_wrote_down_a_way_may_be_contacted():
    said = {"helper": Relation.FRIEND, "authority": Authority.AGREED, "wants_contact": True}
    visitor = opened(receive_report(a_report(**said), now=timezone.now()).code.spelled())
    for address in ("/status/?lang=en", "/status/contact/?lang=en"):
        shown = visitor.open(address).text
        assert "may contact the person who wrote down a safe way" in shown
        assert "may contact you" not in shown
        assert "wrote down a safe way to reach you" not in shown


def test_what_a_helpers_report_says_of_contact_changed_is_true_for_whoever_reads_it():
    said = {"helper": Relation.FRIEND, "authority": Authority.AGREED, "wants_contact": True}
    visitor = opened(receive_report(a_report(**said), now=timezone.now()).code.spelled())
    visitor.open("/status/contact/?lang=en")
    another = {"contact_by": "call", "contact_how": "010-0000-0000"}
    for pressed, told in (
        ({"what": "change", **another}, "The new way is saved"),
        ({"what": "stop"}, "The centre makes no contact any more"),
    ):
        visitor.post("/status/contact/", {**visitor.page.hidden, **pressed})
        assert told in visitor.text
        assert "What was written" in visitor.text
        assert "reach you" not in visitor.text
        assert "you had written" not in visitor.text
        visitor.open("/status/contact/?lang=en")


def test_stopping_everything_takes_every_choice_back(received):
    notice_for(received.case, NoticeState.DRAFT)
    visitor = opened(received.code.spelled()).open("/status/stop/")
    assert "Stop everything?" in visitor.text

    visitor.post("/status/stop/", visitor.page.hidden)

    received.case.refresh_from_db()
    assert received.case.status == CaseStatus.WITHDRAWN
    assert not consents_of(received.case.pk)
    assert "You have stopped everything" in visitor.text
    assert "stopped before it left" in visitor.text
    assert "nothing more can be written here" in visitor.open("/status/messages/").text


@pytest.mark.parametrize(
    ("age", "looks", "may_miss_it"),
    [(AgeGroup.ADULT, True, False), (AgeGroup.NOT_SURE, False, True)],
)
def test_a_minors_page_never_says_that_links_are_looked_at(age, looks, may_miss_it):
    received = receive_report(a_report(age_group=age), now=timezone.now())
    visitor = opened(received.code.spelled())
    visitor.post("/status/choice/", {**visitor.page.hidden, "what": "pause"})
    assert "You have paused" in visitor.text
    assert ("We still look at the links" in visitor.text) == looks

    Case.objects.update(status=CaseStatus.CLOSED, closed_at=timezone.now(), paused_at=None)
    text = visitor.open("/status/").text
    assert "Everything we know of is down" in text
    assert ("we may not notice a copy" in text) == may_miss_it


@pytest.mark.parametrize(
    ("because", "words"),
    [
        ("police", "because the police have been told"),
        ("said_gone", "We could not see that ourselves"),
        ("all_asked", "Not everything is confirmed as removed"),
    ],
)
def test_a_case_closed_by_hand_says_why_and_that_she_may_come_back(received, because, words):
    notice_for(received.case, NoticeState.OVERDUE)
    Case.objects.update(
        status=CaseStatus.CLOSED,
        closed_at=timezone.now(),
        closed_because=because,
        closed_words="for colleagues",
    )
    text = opened(received.code.spelled()).text
    assert words in text
    assert "add the link here: then the work begins again" in text
    assert "You can write to the centre at any time" in text
    assert "Everything we know of is down" not in text
    assert "A caseworker decides on the next step" not in text
    assert "for colleagues" not in text


def test_what_was_only_told_is_never_said_to_have_been_seen(received):
    notice_for(received.case, NoticeState.REMOVED)
    Sighting.objects.update(liveness=Liveness.SAID_GONE, last_look_at=timezone.now())
    Case.objects.update(status=CaseStatus.CLOSED, closed_at=timezone.now())
    text = opened(received.code.spelled()).text
    assert "We were told that it was removed. We could not see that ourselves." in text
    assert "We looked and could not tell. We were told that it is gone." in text
    assert "Some of this we were told" in text
    assert "it was no longer there" not in text


def test_stopping_needs_the_pages_own_token(received):
    visitor = opened(received.code.spelled())
    visitor.post("/status/stop/", {"lang": "en"})

    assert visitor.status == 403
    received.case.refresh_from_db()
    assert received.case.status == CaseStatus.OPEN


@pytest.mark.parametrize("address", ["/status/stop/", "/status/leave/"])
def test_nothing_is_done_for_somebody_without_a_code(received, address):
    visitor = Visitor().post(address, {"lang": "en"})

    assert "Your code" in visitor.text
    told = "What you did last was not received" in visitor.text
    assert told == (address == "/status/stop/")
    received.case.refresh_from_db()
    assert received.case.status == CaseStatus.OPEN


def test_closing_the_page_ends_the_session(received):
    visitor = opened(received.code.spelled())
    visitor.post("/status/leave/", visitor.page.hidden)

    assert "You can get help here" in visitor.text
    assert "Your code" in visitor.open("/status/").text


def test_a_case_that_is_gone_asks_for_the_code(received):
    visitor = opened(received.code.spelled())
    session = visitor.client.session
    session["report"] = "00000000-0000-4000-8000-000000000000"
    session.save()
    assert "Your code" in visitor.open("/status/").text


def _codes_like(code: str) -> list[str]:
    """Well-formed codes that were never given out: one character changed, check mended."""
    from jikimi.intake.rules import ALPHABET, check_character  # noqa: PLC0415

    whole = code.replace("-", "")[:-1]
    made = []
    for position in (0, 10):
        for char in ALPHABET:
            other = whole[:position] + char + whole[position + 1 :]
            check = check_character(other)
            if other != whole and check in ALPHABET:
                made.append(other + check)
    return made
