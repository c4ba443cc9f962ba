"""What ends without a look, at the desk: somebody's word is taken, a case is closed by hand."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import AgeGroup, Liveness
from jikimi.takedown.actions import look_at
from jikimi.takedown.models import Notice
from jikimi.takedown.outcomes import forget_effects
from tests.takedown.looks import Answers

from .conftest import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
X = "https://x.com/somebody/status/81"


def page_of(desk: Client, case: Case) -> str:
    return " ".join(desk.get(f"/desk/case/{case.nickname}/").content.decode().split())


def press(desk: Client, name: str, which: object, **answers: str) -> str:
    answer = desk.post(reverse(name, args=[which]), answers, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def refused(desk: Client, name: str, which: object, **answers: str) -> str:
    """The page of the case that comes back where it was not done."""
    answer = desk.post(reverse(name, args=[which]), answers)
    assert answer.status_code == 409
    return " ".join(answer.content.decode().split())


def blocked(case: Case, now: datetime) -> Notice:
    """Its notice went out three days ago, and no look since could tell."""
    sent = now - timedelta(days=3)
    Notice.objects.filter(sighting__case=case).update(
        state="sent", sent_at=sent, due_at=now + timedelta(hours=1)
    )
    for day in (1, 2, 3):
        look_at(case.sightings.get().pk, Answers(401), now=sent + timedelta(days=day))
    return Notice.objects.get(sighting__case=case)


def test_nobodys_word_is_asked_for_while_looks_may_decide(desk: Client, report: Report) -> None:
    case = report(X)
    assert "Take somebody’s word" not in page_of(desk, case)
    answer = refused(desk, "desk_take_word", case.sightings.get().pk, by="she", words="I saw it")
    assert "so far 0" in answer
    assert 'value="I saw it"' in answer
    assert case.sightings.get().liveness == Liveness.UNKNOWN


def test_a_word_is_taken_and_the_page_says_that_nobody_of_us_saw_it(
    desk: Client, report: Report, now: datetime
) -> None:
    case = report(X)
    notice = blocked(case, now)
    page = page_of(desk, case)
    assert "Take somebody’s word that it is gone" in page
    assert "Ask nobody to look for the picture" in page
    assert "The recipient says so" not in page
    assert "Her helper saw" not in page
    said = press(desk, "desk_take_word", notice.sighting_id, by="she", words="It is gone for me")
    assert "marked as not seen by us" in said
    assert "said to be gone, not seen by us" in said
    assert "said to be removed, not seen by us" in said
    assert "1 of 1 place is down (1 by somebody&#x27;s word, not seen by us)" in said
    assert "word of she" in said
    assert "It is gone for me" in said
    one = desk.get(reverse("desk_notice", args=[notice.pk])).content.decode()
    assert "Said to be gone, not seen by us," in one


def test_a_word_that_does_not_hold_is_taken_back_at_the_place(
    desk: Client, report: Report, now: datetime
) -> None:
    case = report(X)
    notice = blocked(case, now)
    button = "It is not gone: go on"
    assert button not in page_of(desk, case)
    taken = press(desk, "desk_take_word", notice.sighting_id, by="she", words="It is gone for me")
    assert button in taken
    back = press(desk, "desk_take_word_back", notice.sighting_id)
    assert "The word is taken back." in back
    assert "word taken back" in back
    assert button not in back
    assert Notice.objects.filter(state="draft").count() == 1
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN
    assert "No word stands" in press(desk, "desk_take_word_back", notice.sighting_id)


def test_a_place_that_is_up_again_can_be_drafted_for(
    desk: Client, report: Report, now: datetime
) -> None:
    case = report(X)
    blocked(case, now)
    Notice.objects.update(state="removed", ended_at=now, on_word_of="she")
    case.sightings.update(liveness=Liveness.SAID_GONE)
    assert "Draft the next notice" not in page_of(desk, case)
    case.sightings.update(liveness=Liveness.BLOCKED_HERE)
    assert "Draft the next notice" in page_of(desk, case)


def test_a_recipients_claim_is_shown_and_taken_where_looks_cannot_tell(
    desk: Client, report: Report, now: datetime
) -> None:
    case = report(X)
    notice = blocked(case, now)
    case.sightings.update(claimed_gone_at=now)
    page = page_of(desk, case)
    assert "Until a look or you decide, nobody else is asked by itself." in page
    assert "The recipient says so" in page
    press(desk, "desk_take_word", notice.sighting_id, by="recipient", words="By its form")
    assert Notice.objects.get().on_word_of == "recipient"


@pytest.mark.parametrize(
    ("answers", "why", "kept"),
    [
        ({"by": "she"}, "Say in a few words how they know.", '<option value="she" selected>'),
        ({"words": "it is gone"}, "Choose who says so.", 'value="it is gone"'),
        ({"by": "nobody", "words": "it is gone"}, "Select a valid choice", 'value="it is gone"'),
        (
            {"by": "she", "words": "data:image/png;base64,AAAA"},
            "a picture cannot be kept here",
            '<option value="she" selected>',
        ),
    ],
)
def test_a_word_needs_somebody_who_says_it_and_how_they_know(
    desk: Client,
    report: Report,
    now: datetime,
    answers: dict[str, str],
    why: str,
    kept: str,
) -> None:
    case = report(X)
    blocked(case, now)
    page = refused(desk, "desk_take_word", case.sightings.get().pk, **answers)
    assert why in page
    assert kept in page
    assert case.sightings.get().liveness == Liveness.BLOCKED_HERE


@pytest.mark.parametrize(
    "meanwhile", [{"liveness": Liveness.GONE}, {"liveness": Liveness.SAID_GONE}]
)
def test_words_that_came_too_late_stay_at_their_place(
    desk: Client, report: Report, now: datetime, meanwhile: dict[str, str]
) -> None:
    case = report(X)
    notice = blocked(case, now)
    case.sightings.update(**meanwhile)
    page = refused(desk, "desk_take_word", notice.sighting_id, by="she", words="She told us so")
    assert page.count("The case is not open, or this place is down.") == 1
    assert 'value="She told us so"' in page


def test_words_stay_where_the_case_was_closed_or_withdrawn_meanwhile(
    desk: Client, report: Report, now: datetime
) -> None:
    case = report(X)
    notice = blocked(case, now)
    for status in (CaseStatus.CLOSED, CaseStatus.WITHDRAWN):
        Case.objects.update(status=status, closed_at=now)
        page = refused(desk, "desk_take_word", notice.sighting_id, by="she", words="She told us")
        assert 'value="She told us"' in page
        page = refused(desk, "desk_close_case", case.nickname, because="police", words="Busan")
        assert page.count("This case is not open.") == 1
        assert 'value="Busan"' in page
        assert '<option value="police" selected>' in page


def test_a_minors_page_offers_nobodys_word_but_a_recipients_that_claims_it(
    desk: Client, report: Report, now: datetime
) -> None:
    case = report(X, age_group=AgeGroup.UNDER_18)
    assert "Take somebody’s word" not in page_of(desk, case)
    hotline, place = Notice.objects.get(), case.sightings.get()
    Notice.objects.update(state="sent", sent_at=now)
    asked = Notice.objects.create(
        sighting=place,
        recipient_id="x",
        route_type="web_form",
        state="sent",
        sent_at=now,
        drafted_at=now,
    )
    case.sightings.update(claimed_gone_at=now)
    page = page_of(desk, case)
    assert "Until a look or you decide, nobody else is asked by itself." in page
    assert "The recipient says so" in page
    for nobody in ("She saw", "Her helper saw", "A caseworker saw"):
        assert nobody not in page
    answer = refused(desk, "desk_take_word", place.pk, by="she", words="It is gone for me")
    assert "only a recipient’s word is taken here" in answer
    assert 'value="It is gone for me"' in answer
    assert "She saw" not in answer
    press(desk, "desk_take_word", place.pk, by="recipient", words="In its mail")
    assert Notice.objects.get(pk=asked.pk).on_word_of == "recipient"
    assert Notice.objects.get(pk=hotline.pk).state == "sent"


def test_the_board_tells_beside_the_figures_what_nobody_saw(
    desk: Client, report: Report, now: datetime
) -> None:
    case = report(X)
    notice = blocked(case, now)
    press(desk, "desk_take_word", notice.sighting_id, by="she", words="It is gone for me")
    forget_effects()
    for page in ("/desk/recipients/", "/desk/recipients/x/"):
        shown = " ".join(desk.get(page).content.decode().split())
        assert "1 more ended because somebody said that the picture is gone" in shown
    forget_effects()


def test_a_case_is_closed_by_hand_and_opened_again(desk: Client, report: Report) -> None:
    case = report()
    assert "Close this case by hand" in page_of(desk, case)
    closed = press(desk, "desk_close_case", case.nickname, because="police", words="Busan has it")
    assert "Closed. Her page says so, and why." in closed
    assert "closed: it was told to the police, who go on with it" in closed
    assert "“Busan has it”" in closed
    case.refresh_from_db()
    assert case.status == CaseStatus.CLOSED
    assert "Open again." in press(desk, "desk_open_again", case.nickname)
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN


def test_a_case_with_a_notice_under_way_says_which_and_stays_open(
    desk: Client, report: Report
) -> None:
    case = report(X)
    notice = Notice.objects.get()
    page = page_of(desk, case)
    assert f"Still under way: {notice.reference} to X (draft)" in page
    assert "Close this case by hand" not in page
    said = refused(desk, "desk_close_case", case.nickname, because="police", words="They have it")
    assert said.count("cancel what has not left") == 1
    assert 'value="They have it"' in said
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN


def test_closing_needs_a_reason_and_words(desk: Client, report: Report) -> None:
    case = report()
    for answers, why, kept in (
        ({"because": "police"}, "Say in a few words how you know.", '"police" selected'),
        ({"words": "so it is"}, "Choose why.", 'value="so it is"'),
        ({"because": "tired", "words": "so it is"}, "Select a valid choice", 'value="so it is"'),
    ):
        page = refused(desk, "desk_close_case", case.nickname, **answers)
        assert why in page
        assert kept in page
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN


def test_an_unknown_case_or_place_is_nothing(desk: Client) -> None:
    nothing = "00000000-0000-4000-8000-000000000000"
    for name, which in (
        ("desk_take_word", nothing),
        ("desk_take_word_back", nothing),
        ("desk_close_case", "no-such-00"),
        ("desk_open_again", "no-such-00"),
    ):
        assert desk.post(reverse(name, args=[which])).status_code == 404
