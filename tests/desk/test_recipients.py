"""The board of recipients and a page for each: figures over time, health, and what is open."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.test import Client

from jikimi.cases.models import Case
from jikimi.takedown.models import Notice
from jikimi.takedown.outcomes import forget_effects
from jikimi.takedown.rules.notice import NoticeState
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.packs import RecipientId
from tests.desk.conftest import Report
from tests.desk.past_notices import past_notice

LINK = "https://t.me/some_channel/12"
BOARD = "/desk/recipients/"


@pytest.fixture(autouse=True)
def _own_figures() -> Iterator[None]:
    forget_effects()
    yield
    forget_effects()


@pytest.fixture
def case(report: Report, at_noon: datetime) -> Case:
    return report(LINK)


def shown(desk: Client, path: str = BOARD) -> str:
    """A page as it is after the figures have been read anew."""
    forget_effects()
    answer = desk.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def names_on(page: str) -> list[str]:
    return re.findall(r'<h2 id="r-([a-z0-9-]+)">', page)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [BOARD, f"{BOARD}telegram/"])
def test_strangers_see_no_figures(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302


def test_before_anything_was_sent_only_who_is_known_to_have_stalled_is_shown(
    desk: Client, case: Case
) -> None:
    page = shown(desk)
    assert names_on(page) == ["kcsc-successor"]
    assert "It is known not to work at present." in page
    assert "passed over" in page


def test_few_notices_are_said_and_not_drawn(desk: Client, case: Case, at_noon: datetime) -> None:
    for hours in (10, 20, 30, None):
        past_notice(case, at_noon - timedelta(days=40), hours)
    page = shown(desk)
    assert "75 % removed (36 % to 94 %, n = 4)" in page
    assert page.count("Too few to draw: n = 4.") == 2
    assert "<svg" not in page
    assert "too few to choose by" in page


def test_a_year_is_drawn_month_by_month_with_its_table(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    for back in (20, 50, 80):
        for hours in (10, 20, 30, 40, 50, None):
            past_notice(case, at_noon - timedelta(days=back), hours)
    page = shown(desk)
    assert "83 % removed" in page
    assert "Half down within 30 h (n = 18)" in page
    rate, times = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert rate.count("<circle") == times.count("<circle") == 3
    assert 'role="img" aria-label="83 % removed' in rate
    assert "The table below has the figures." in times
    assert "By month, as a table" in page
    assert "Nov 2026" in page
    assert " style=" not in page


def test_a_share_that_never_came_down_has_no_dot_and_its_table_says_not_yet(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    for hours in (10, 20, None, None, None, None):
        past_notice(case, at_noon - timedelta(days=20), hours)
    page = shown(desk)
    _, times = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert "Half are not down yet (n = 6)" in page
    assert times.count('class="spread"') == 1
    assert "<circle" not in times
    assert "20 h to not yet" in page


def test_who_fails_most_surely_stands_first_and_who_was_asked_too_little_last(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    sent = at_noon - timedelta(days=40)
    for number in range(8):
        past_notice(case, sent, 5 if number < 7 else None)
        past_notice(case, sent, None, recipient_id="x", recipient_name="X")
    past_notice(case, sent, None, recipient_id="tiktok", recipient_name="TikTok")
    assert names_on(shown(desk)) == ["x", "telegram", "tiktok", "kcsc-successor"]


def test_an_authority_that_answers_nothing_is_marked_and_its_figures_are_said(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    for _ in range(12):
        past_notice(
            case,
            at_noon - timedelta(days=20),
            None,
            recipient_id="ftc",
            recipient_name="US Federal Trade Commission",
            law_id="",
            route_type="web_form",
            rung="regulator",
        )
    page = shown(desk, f"{BOARD}ftc/")
    assert "stalled" in page
    assert "it answered none of the 12 notices of the last 12 weeks whose time is over" in page
    assert "The ladder passes it over." in page
    assert "Report or complaint without a law" in page


def test_a_hotline_that_is_silent_as_an_authority_is_passed_over_for_adults_alone(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    for number in range(12):
        past_notice(
            case,
            at_noon - timedelta(days=20),
            None,
            recipient_id="siarc" if number < 9 else "esafety",
            rung="regulator" if number < 9 else "platform",
        )
    page = shown(desk, f"{BOARD}siarc/")
    assert "passes it over for adults; of a minor&#x27;s picture it is told in any case" in page
    assert "passes it over" not in shown(desk, f"{BOARD}esafety/")


def test_a_recipients_page_holds_its_entry_its_ways_in_and_what_is_open_latest_clock_last(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    late = past_notice(case, at_noon - timedelta(days=9), None)
    runs = past_notice(case, at_noon - timedelta(days=1), None, state=NoticeState.SENT)
    past_notice(case, at_noon - timedelta(days=5), 10)
    draft = Notice.objects.get(sighting__address=LINK)
    page = shown(desk, f"{BOARD}telegram/")
    assert re.findall(r"JK-[0-9A-F]{10}", page) == [
        late.reference,
        runs.reference,
        draft.reference,
    ]
    assert "run out 6 days ago" in page
    assert "1 clock has run out" in page
    assert "1 clock has run out" in shown(desk)
    assert "abuse@telegram.org" in page
    assert "verified" in page
    assert "To be reviewed by" in page
    assert f"/desk/case/{case.nickname}/" in page
    assert "earlier" not in page  # the link's path is not said


def test_notices_of_ended_cases_are_not_open(desk: Client, case: Case, at_noon: datetime) -> None:
    past_notice(case, at_noon - timedelta(days=9), None)
    Case.objects.update(status="withdrawn", closed_at=at_noon)
    assert "nothing waits for it or at it" in shown(desk, f"{BOARD}telegram/")


def test_whom_only_a_registry_knows_has_a_page_by_the_name_it_was_written_to(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    past_notice(
        case,
        at_noon - timedelta(days=9),
        None,
        recipient_id="found-12ab",
        recipient_name="Example <b>Hosting",
    )
    page = shown(desk, f"{BOARD}found-12ab/")
    assert "Example &lt;b&gt;Hosting" in page
    assert "No entry of the packs" in page


def test_a_recipient_that_nobody_knows_is_not_found(desk: Client, case: Case) -> None:
    assert desk.get(f"{BOARD}nobody/").status_code == 404


def test_the_case_page_names_the_rung_that_is_skipped_and_gives_the_figures(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    for _ in range(12):
        past_notice(
            case,
            at_noon - timedelta(days=20),
            None,
            recipient_id="ftc",
            recipient_name="US Federal Trade Commission",
            law_id="",
            route_type="web_form",
            rung="regulator",
        )
    place = case.sightings.get(address=LINK)
    place.notices.all().delete()
    telegram = packs_in_use().recipients[RecipientId("telegram")]
    laws = (*telegram.laws_ranked, "recipient-terms", "kr-tba-22-5-body", "")
    asked = product(("telegram", "google-search", "bing", "d4u"), laws)
    for number, (recipient, law) in enumerate(asked):
        at = at_noon - timedelta(days=9) + timedelta(minutes=number)
        Notice.objects.create(
            sighting=place,
            recipient_id=recipient,
            recipient_name=recipient,
            law_id=law,
            route_type="email",
            because="Because.",
            state=NoticeState.REFUSED if recipient == "d4u" else NoticeState.OVERDUE,
            drafted_at=at,
            sent_at=at,
            due_at=at + timedelta(days=3),
        )
    page = shown(desk, f"/desk/case/{case.nickname}/")
    assert re.search(
        r"Passed over: [^.]*US Federal Trade Commission, which answered none of the 12 notices of "
        r"the last 12 weeks whose time is over",
        page,
    )
