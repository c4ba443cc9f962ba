"""What she tells a caseworker later: where she lives, how the picture came about."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from jikimi.aftercare.actions import erase_case
from jikimi.aftercare.exports import everything_about
from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import AgeGroup, Origin, Situation, read_place
from jikimi.cli.demo.standin.mails import MailAnswer
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    approve_notices,
    cancel_notice,
    dispatch_ready,
    note_country,
    note_origin,
    settle_unknown,
    take_up_new_places,
)
from jikimi.takedown.alike import drafts_of, groups_alike, in_kinds
from jikimi.takedown.channels import DeliveryTrouble, MaybeSent, NotSentYet, Parcel, Taken
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.errors import CaseNotOpen
from jikimi.takedown.letters import preview_letter
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import NoticeState
from jikimi.trail.lookups import entries_of
from tests.reports import a_report

pytestmark = pytest.mark.django_db
Report = Callable[..., Case]
ASSUMED = "That she lives in AU is assumed, because she has not said where."


@pytest.fixture
def report(platform: object, now: datetime) -> Report:
    """A report about a public post on Telegram, with its notices drafted."""

    def receive(**changes: object) -> Case:
        case = receive_report(a_report(**changes), now=now).case
        take_up_new_places(case.pk, now=now)
        return case

    return receive


def drafts(case: Case) -> dict[str, Notice]:
    found = Notice.objects.filter(sighting__case=case, state=NoticeState.DRAFT)
    return {notice.recipient_id: notice for notice in found}


def test_a_law_of_her_country_applies_once_she_has_said_where_she_lives(
    report: Report, staff: Staff, now: datetime
) -> None:
    case = report()
    before = drafts(case)
    assert set(before) == {"telegram"}
    note_country(case.pk, "AU", staff=staff, now=now)
    after = drafts(case)
    assert set(after) == {"telegram", "esafety"}
    assert after["telegram"].pk == before["telegram"].pk
    assert after["esafety"].law_id == "au-osa-77"
    assert "assumed" not in after["esafety"].because


def test_a_place_that_came_back_is_asked_about_too(
    report: Report, staff: Staff, now: datetime
) -> None:
    case = report()
    Notice.objects.update(state=NoticeState.REMOVED, sent_at=now, ended_at=now)
    Sighting.objects.update(liveness="still_there", last_look_at=now)
    note_country(case.pk, "AU", staff=staff, now=now)
    assert "esafety" in drafts(case)


def test_the_centres_country_counts_until_then_and_is_told_to_be_assumed(
    report: Report, staff: Staff, settings: Settings, now: datetime
) -> None:
    settings.CENTRE_COUNTRY = "AU"
    case = report()
    before = drafts(case)
    assert ASSUMED in before["esafety"].because
    assert "assumed" not in before["telegram"].because

    note_country(case.pk, "AU", staff=staff, now=now)
    said = drafts(case)["esafety"]
    assert said.pk == before["esafety"].pk
    assert ASSUMED not in said.because

    note_country(case.pk, "NZ", staff=staff, now=now)
    assert set(drafts(case)) == {"telegram"}
    assert Notice.objects.get(pk=said.pk).state == NoticeState.CANCELLED


def test_a_country_that_was_mistaken_for_a_while_costs_no_authority(
    report: Report, staff: Staff, settings: Settings, now: datetime
) -> None:
    settings.CENTRE_COUNTRY = "US"
    case = report()
    for country in ("AU", "", "AU"):
        note_country(case.pk, country, staff=staff, now=now)
    assert set(drafts(case)) == {"telegram", "esafety"}


def test_a_minors_hotline_is_that_of_her_country(
    report: Report, staff: Staff, now: datetime
) -> None:
    case = report(age_group=AgeGroup.UNDER_18)
    assert set(drafts(case)) == {"d4u"}
    note_country(case.pk, "AU", staff=staff, now=now)
    assert set(drafts(case)) == {"esafety"}
    note_country(case.pk, "NZ", staff=staff, now=now)
    assert set(drafts(case)) == {"cybertipline"}


def test_a_letter_says_that_it_is_a_recording_once_she_has_said_so(
    report: Report, staff: Staff, now: datetime
) -> None:
    case = report(situation=Situation.THREATENED)
    (notice,) = drafts(case).values()
    assert "unknown" in str(preview_letter(notice, now).notice_json)
    note_origin(case.pk, Origin.RECORDING, staff=staff, now=now)
    (same,) = drafts(case).values()
    assert same.pk == notice.pk
    assert "recorded or shared without consent" in same.because
    assert '"situation": "recording"' in preview_letter(same, now).notice_json
    assert Case.objects.get().situation == Situation.THREATENED


def test_what_she_says_counts_more_than_what_was_reported(
    report: Report, staff: Staff, now: datetime
) -> None:
    case = report(situation=Situation.FAKED)
    note_origin(case.pk, Origin.RECORDING, staff=staff, now=now)
    (notice,) = drafts(case).values()
    assert '"situation": "recording"' in preview_letter(notice, now).notice_json
    note_origin(case.pk, None, staff=staff, now=now)
    (notice,) = drafts(case).values()
    assert '"situation": "fake"' in preview_letter(notice, now).notice_json


def test_an_approved_letter_with_other_words_does_not_leave(
    report: Report, staff: Staff, now: datetime
) -> None:
    case = report(situation=Situation.POSTED)
    (notice,) = drafts(case).values()
    approve_notice(notice.pk, staff=staff, now=now)
    note_origin(case.pk, Origin.FAKE, staff=staff, now=now)
    letter = OutboundLetter.objects.get()
    assert (letter.state, letter.sealed) == ("stopped", None)
    back = Notice.objects.get(pk=notice.pk)
    assert (back.state, back.approved_at) == (NoticeState.DRAFT, None)
    approve_notice(notice.pk, staff=staff, now=now)


class ToldMeanwhile(EmailChannel):
    """The server's answer comes after she has told a caseworker more."""

    def __init__(self, tell: Callable[[], None], trouble: DeliveryTrouble) -> None:
        self._tell, self._trouble = tell, trouble

    def send(self, parcel: Parcel) -> Taken:
        self._tell()
        raise self._trouble


@pytest.mark.parametrize("trouble", [NotSentYet("wait"), MaybeSent("silence")])
@pytest.mark.parametrize("told", [Origin.FAKE, "NZ"])
def test_a_letter_that_was_on_its_way_when_she_told_more_goes_again_only_after_another_yes(
    told: str, trouble: DeliveryTrouble, report: Report, staff: Staff, now: datetime
) -> None:
    case, later = report(situation=Situation.POSTED), now + timedelta(hours=1)
    (notice,) = drafts(case).values()
    approve_notice(notice.pk, staff=staff, now=now)

    def tell() -> None:
        at = now + timedelta(minutes=1)
        if isinstance(told, Origin):
            note_origin(case.pk, told, staff=staff, now=at)
        else:
            note_country(case.pk, told, staff=staff, now=at)

    assert dispatch_ready(ToldMeanwhile(tell, trouble), lambda: now) == 1
    if isinstance(trouble, MaybeSent):
        assert not settle_unknown(notice.pk, arrived=False, staff=staff, now=later)
    assert dispatch_ready(EmailChannel(), lambda: later) == 0
    (back,) = drafts(case).values()
    assert (back.pk, back.approved_at, back.letter) == (notice.pk, None, None)
    letter = OutboundLetter.objects.get()
    assert (letter.state, letter.sealed) == ("stopped", None)
    approve_notice(back.pk, staff=staff, now=later)
    assert dispatch_ready(EmailChannel(), lambda: later) == 1


def test_what_was_approved_after_she_told_goes_again_by_itself(
    report: Report, platform: StandinPlatform, staff: Staff, settings: Settings, now: datetime
) -> None:
    case = report()
    note_country(case.pk, "NZ", staff=staff, now=now - timedelta(minutes=1))
    (notice,) = drafts(case).values()
    approve_notice(notice.pk, staff=staff, now=now)
    settings.EMAIL_PORT = 1
    dispatch_ready(EmailChannel(), lambda: now)
    settings.EMAIL_PORT = platform.doors.smtp_port
    later = now + timedelta(hours=1)
    platform.answer_mail_with(MailAnswer.DROP_AFTER_DATA)
    assert dispatch_ready(EmailChannel(), lambda: later) == 1
    platform.answer_mail_with(MailAnswer.ACCEPT)
    assert settle_unknown(notice.pk, arrived=False, staff=staff, now=later)
    assert dispatch_ready(EmailChannel(), lambda: later) == 1
    first, second = platform.mails()
    assert first.message_id == second.message_id


def test_what_she_tells_of_many_places_asks_no_more_than_of_few(
    report: Report,
    staff: Staff,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    places = tuple(read_place(f"https://t.me/some_channel/{n}") for n in range(60))
    case = report(places=places)
    note_country(case.pk, "AU", staff=staff, now=now)
    told = Notice.objects.filter(recipient_id="telegram").values_list("pk", flat=True)
    approve_notices(told[:40], staff=staff, now=now)
    for country in ("NZ", "AU"):
        with django_assert_max_num_queries(40):
            note_country(case.pk, country, staff=staff, now=now)
    found = Notice.objects.filter(state=NoticeState.DRAFT).values_list("recipient_id", flat=True)
    assert Counter(found) == {"telegram": 60, "esafety": 60}


def test_what_a_person_has_cancelled_is_not_drafted_again(
    report: Report, staff: Staff, now: datetime
) -> None:
    case = report()
    cancel_notice(drafts(case)["telegram"].pk, staff=staff, now=now)
    note_country(case.pk, "AU", staff=staff, now=now)
    assert drafts(case) == {}


def test_the_trail_says_that_it_was_noted_and_by_whom_and_not_what(
    report: Report, staff: Staff, now: datetime
) -> None:
    case = report()
    note_country(case.pk, "NZ", staff=staff, now=now)
    note_country(case.pk, "NZ", staff=staff, now=now)
    note_origin(case.pk, Origin.RECORDING, staff=staff, now=now)
    note_country(case.pk, "", staff=staff, now=now)
    noted = [
        one.payload
        for one in entries_of(case.pk)
        if str(one.payload["event"]).startswith(("country", "origin"))
    ]
    assert [(one["event"], one["actor"]) for one in noted] == [
        ("country noted", f"staff {staff.pk}"),
        ("origin noted", f"staff {staff.pk}"),
        ("country taken back", f"staff {staff.pk}"),
    ]
    assert not [one for one in noted if "NZ" in str(one) or "recording" in str(one)]


def test_nothing_is_noted_in_a_case_that_has_ended(
    report: Report, staff: Staff, now: datetime
) -> None:
    case = report()
    Case.objects.update(status=CaseStatus.CLOSED, closed_at=now)
    with pytest.raises(CaseNotOpen):
        note_country(case.pk, "AU", staff=staff, now=now)
    with pytest.raises(CaseNotOpen):
        note_origin(case.pk, Origin.FAKE, staff=staff, now=now)


def test_letters_that_call_the_picture_something_else_are_not_alike(
    report: Report, staff: Staff, now: datetime
) -> None:
    cases = [report(situation=Situation.POSTED) for _ in range(3)]
    fake = report(situation=Situation.FAKED)
    for case, origin in zip(cases, (Origin.FAKE, Origin.RECORDING, None), strict=True):
        note_origin(case.pk, origin, staff=staff, now=now)
    assert [group.notices for group in groups_alike()] == [2]
    kinds = in_kinds(drafts_of([one.nickname for one in (*cases, fake)]))
    assert sorted(len(kind) for kind in kinds) == [1, 1, 2]


def test_both_stand_in_her_copy_of_everything_and_go_with_the_case(
    report: Report, staff: Staff, now: datetime
) -> None:
    case = report()
    copied = everything_about(case, None, now=now)
    assert (copied.country, copied.origin) == ("", "")
    note_country(case.pk, "NZ", staff=staff, now=now)
    note_origin(case.pk, Origin.RECORDING, staff=staff, now=now)
    copied = everything_about(Case.objects.get(), None, now=now)
    assert (copied.country, copied.origin) == ("NZ", "recording")
    erase_case(case.pk, now=now)
    assert not Case.objects.exists()
