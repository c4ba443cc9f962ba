"""The timeline of a notice and of a case: a picture, its sentence and the table behind it."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from jikimi.cases.models import Case, CaseStatus
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from tests.desk.conftest import Report
from tests.desk.past_notices import past_notice

LINK = "https://t.me/her-name/12"


@pytest.fixture
def case(report: Report, at_noon: datetime) -> Case:
    return report(LINK)


def page_of(desk: Client, case: Case) -> str:
    return desk.get(f"/desk/case/{case.nickname}/").content.decode()


def notice_page(desk: Client, notice: Notice) -> str:
    answer = desk.get(f"/desk/notice/{notice.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def drawings(page: str) -> list[str]:
    return re.findall(r"<svg.*?</svg>", page, re.DOTALL)


def labels(drawing: str) -> list[str]:
    return re.findall(r'<text class="label[^>]*>([^<]+)', drawing)


@pytest.mark.django_db
def test_strangers_see_no_notice(client: Client, case: Case) -> None:
    assert client.get(f"/desk/notice/{Notice.objects.get().pk}/").status_code == 302


def test_a_notice_that_does_not_exist_is_not_found(desk: Client, case: Case) -> None:
    assert desk.get(f"/desk/notice/{case.pk}/").status_code == 404


def test_a_case_without_a_place_has_no_timeline(desk: Client, report: Report) -> None:
    assert "Timeline" not in page_of(desk, report())


def test_a_draft_is_a_lane_with_one_event(desk: Client, case: Case) -> None:
    page = page_of(desk, case)
    wide, narrow = drawings(page)
    assert labels(wide) == labels(narrow) == ["drafted"]
    assert "Telegram · t.me" in wide
    assert "0 of 1 place is down." in page


def test_the_picture_says_nothing_of_a_links_path_or_an_accounts_name(
    desk: Client, report: Report, at_noon: datetime
) -> None:
    page = page_of(desk, report(LINK, "@her_account"))
    for drawing in drawings(page):
        assert "her" not in drawing
    assert "account or room" in drawings(page)[0]
    assert "no notice yet" in drawings(page)[0]


def test_a_case_has_a_lane_for_each_notice_newest_below(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    past_notice(case, at_noon - timedelta(days=3), 20)
    past_notice(case, at_noon - timedelta(days=9), None, recipient_name="X")
    wide, _ = drawings(page_of(desk, case))
    assert re.findall(r'class="title" [^>]*>([^<]+)', wide) == [
        "X · t.me",
        "Telegram · t.me",
        "Telegram · t.me",
    ]
    assert labels(wide) == ["sent", "ran out", "sent", "gone", "drafted"]
    assert "1 clock has run out." in page_of(desk, case)


def test_of_very_many_notices_the_newest_are_drawn_and_all_are_in_the_table(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    for back in range(44):
        past_notice(case, at_noon - timedelta(days=back + 2), 20)
    page = page_of(desk, case)
    assert drawings(page)[0].count('class="title"') == 40
    assert "5 older ones are in the table" in page
    table = page.partition('aria-label="Timeline as a table"')[2].partition("</table>")[0]
    assert table.count("<tr>") == 1 + 45


@pytest.mark.parametrize(
    ("changes", "message", "last"),
    [
        ({"state": NoticeState.SENT}, "2 days of 3 days left.", "due"),
        ({"state": NoticeState.SENT, "due_at": None}, "nobody has set a time", "sent"),
        ({"state": NoticeState.UNKNOWN, "sent_at": None}, "broke off", "drafted"),
        ({"state": NoticeState.UNDELIVERABLE}, "A mail server refused it", "sent"),
        ({"state": NoticeState.CANCELLED, "sent_at": None, "ended": 2}, "never left", "cancelled"),
        ({"state": NoticeState.REFUSED, "ended": 5}, "Refused 5 h after it was sent", "refused"),
        (
            {"state": NoticeState.REMOVED, "ended": 5},
            "Gone 5 h after it was sent, in time.",
            "gone",
        ),
        ({"state": NoticeState.REMOVED, "ended": 3, "sent_at": None}, "Gone before", "gone"),
    ],
)
def test_each_end_is_said_in_a_sentence_and_drawn_last(
    desk: Client,
    case: Case,
    at_noon: datetime,
    changes: dict[str, object],
    message: str,
    last: str,
) -> None:
    begun = at_noon - timedelta(hours=24)
    hours = changes.pop("ended", None)
    ended = begun + timedelta(hours=hours) if isinstance(hours, int) else None
    notice = past_notice(case, begun, None, **({"ended_at": ended} | changes))
    page = notice_page(desk, notice)
    wide, narrow = drawings(page)
    assert message in page
    assert labels(wide)[-1] == labels(narrow)[-1] == last


def test_a_removal_after_the_clock_says_how_late(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    notice = past_notice(case, at_noon - timedelta(days=9), 96)
    page = notice_page(desk, notice)
    assert "Gone 4 days after it was sent, 24 h late." in page
    assert labels(drawings(page)[0]) == ["drafted", "sent", "ran out", "gone"]


def test_everything_that_happened_is_in_the_picture_and_the_table_of_a_notice(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    hour = timedelta(hours=1)
    begun = at_noon - 90 * hour
    notice = past_notice(
        case,
        begun,
        None,
        drafted_at=begun - 3 * hour,
        approved_at=begun - hour,
        acknowledged_at=begun + 5 * hour,
        reminded_at=begun + 54 * hour,
        escalated_at=begun + 73 * hour,
        because="Because the link is on t.me.",
    )
    page = notice_page(desk, notice)
    events = ["drafted", "approved", "sent", "acknowledged", "reminder", "ran out", "next rung"]
    assert labels(drawings(page)[0]) == events
    assert re.findall(r"</time> ([a-z ]+)</li>", page) == events
    assert "Its clock ran out 18 h ago." in page
    assert "Because the link is on t.me." in page
    assert "/desk/recipients/telegram/" in page
    assert f"/desk/case/{case.nickname}/" in page
    assert " style=" not in page


def test_an_acknowledgement_is_drawn_where_it_was_noted(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    notice = past_notice(case, at_noon - timedelta(hours=24), None, state=NoticeState.SENT)
    answer = desk.post(
        f"/desk/notice/{notice.pk}/reply/", {"state": "acknowledged", "words": "We have it"}
    )
    assert answer.status_code == 302
    assert "acknowledged" in labels(drawings(notice_page(desk, notice))[0])


def test_a_withdrawn_case_shows_what_was_and_no_now(
    desk: Client, case: Case, at_noon: datetime
) -> None:
    Notice.objects.update(state=NoticeState.CANCELLED, ended_at=at_noon)
    Case.objects.update(status=CaseStatus.WITHDRAWN, closed_at=at_noon)
    wide, _ = drawings(page_of(desk, case))
    assert "cancelled" in wide
    assert 'class="now"' not in wide


def test_coordinates_are_written_for_machines(desk: Client, case: Case, at_noon: datetime) -> None:
    past_notice(case, at_noon - timedelta(hours=31), 7)
    for drawing in drawings(page_of(desk, case)):
        for value in re.findall(r' (?:x|y|x1|y1|cx|width|height)="([^"]*)"', drawing):
            assert re.fullmatch(r"\d+(\.\d)?", value), value
