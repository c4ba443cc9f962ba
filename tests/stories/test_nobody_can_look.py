"""X shows our look a sign-in page: it says that it removed the picture, and the case still ends."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import ClosedBecause, read_place
from jikimi.intake.actions import Received, receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    escalate_due,
    hand_over_notices,
    look_at,
    record_reply,
    sweep_clocks,
    take_up_new_places,
)
from jikimi.takedown.actions.believing import take_word
from jikimi.takedown.actions.closing import close_case
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.takedown.rules.word import TakenWord, Word
from tests.portal.visitor import Visitor
from tests.reports import a_report
from tests.takedown.looks import Answers

pytestmark = pytest.mark.django_db
POST, ACCOUNT = "https://x.com/somebody/status/81", "@somebody"
SIGN_IN = Answers(401)


@pytest.fixture
def then() -> datetime:
    """Five days ago, when she reported it."""
    return timezone.now() - timedelta(days=5)


@pytest.fixture
def received(then: datetime, settings) -> Received:
    settings.CENTRE_NAME = "Test centre"
    settings.CENTRE_ADDRESS = "1 Test Street, Seoul"
    settings.CENTRE_EMAIL = "centre@jikimi.example"
    settings.CENTRE_PHONE = "+82 2 000 0000"
    settings.CENTRE_REPRESENTATIVE = "Kim Test"
    places = (read_place(POST), read_place(ACCOUNT))
    made = receive_report(a_report(places=places), now=then)
    take_up_new_places(made.case.pk, now=then)
    return made


def her_page(received: Received, language: str = "en") -> str:
    her = Visitor(language=language).open(f"/status/?lang={language}")
    return her.post("/status/", {**her.page.hidden, "code": received.code.spelled()}).text


def status() -> CaseStatus:
    return CaseStatus(Case.objects.get().status)


def test_a_platform_that_lets_nobody_look_is_neither_believed_at_once_nor_complained_about(
    received: Received, staff: Staff, then: datetime
) -> None:
    notice = Notice.objects.get()
    hand_over_notices([notice.pk], staff=staff, now=then)
    look_at(notice.sighting_id, SIGN_IN, now=then + timedelta(hours=1))

    # X answers; nobody can see whether it is true.
    claim = ReportedReply(state=NoticeState.REMOVED, words="We removed this content.")
    record_reply(notice.pk, claim, staff=staff, now=then + timedelta(days=1))
    assert "That is blocked, not deleted" in her_page(received)
    for day in (1, 3):
        look_at(notice.sighting_id, SIGN_IN, now=then + timedelta(days=day, hours=1))
    late = then + timedelta(days=4)
    sweep_clocks(late)
    assert escalate_due(late) == 0
    assert Notice.objects.count() == 1

    # A caseworker takes its word, and for the account what she told by herself.
    said = TakenWord(by=Word.RECIPIENT, words="Its form says removed")
    take_word(notice.sighting_id, said, staff=staff, now=late)
    assert status() is CaseStatus.OPEN
    account = Case.objects.get().sightings.get(kind="handle")
    hers = TakenWord(by=Word.SHE, words="Her friend wrote to her that it is gone")
    take_word(account.pk, hers, staff=staff, now=late)
    assert status() is CaseStatus.CLOSED

    page = her_page(received)
    assert "We were told that it was removed. We could not see that ourselves." in page
    assert "Some of this we were told, and could not see ourselves." in page
    assert "저희가 직접 확인하지는 못했어요" in her_page(received, "ko")


def test_what_is_with_the_police_ends_with_words_that_leave_the_door_open(
    received: Received, staff: Staff, then: datetime
) -> None:
    case = received.case
    Notice.objects.update(state=NoticeState.REFUSED, sent_at=then)
    words = "Told on the telephone"
    close_case(case.pk, ClosedBecause.POLICE, words, staff=staff, now=timezone.now())
    page = her_page(received)
    assert "because the police have been told" in page
    assert "then the work begins again" in page
    assert words not in page
    assert "警察" in her_page(received, "ja")

    her = Visitor().open("/status/?lang=en")
    her.post("/status/", {**her.page.hidden, "code": received.code.spelled()})
    her.open("/status/add/?lang=en")
    her.post("/status/add/", {**her.page.hidden, "places": "https://t.me/another/3"})
    assert status() is CaseStatus.OPEN
    assert "The centre is working on it" in her_page(received)
