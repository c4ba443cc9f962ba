"""A report is taken in whole or not at all, and its code is the only way back to it."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import AgeGroup
from jikimi.intake.actions import receive_report, withdraw_report
from jikimi.intake.errors import NothingToGoBy, TryAgainLater, WrongReceipt
from jikimi.intake.models import Report
from jikimi.intake.receipts import open_with
from jikimi.intake.rules import ALPHABET, check_character, read_receipt
from jikimi.trail.lookups import consents_of
from tests.reports import A_REPORT, a_report

pytestmark = pytest.mark.django_db


def test_a_report_becomes_a_case_with_its_fingerprint_and_its_place(now: datetime) -> None:
    case = receive_report(A_REPORT, now=now).case
    assert case.fingerprints.count() == case.sightings.count() == 1
    assert not case.is_minor


@pytest.mark.parametrize("age", [AgeGroup.UNDER_18, AgeGroup.NOT_SURE, AgeGroup.MIXED])
def test_every_age_but_a_clear_adult_takes_the_minors_path(age: AgeGroup, now: datetime) -> None:
    assert receive_report(a_report(age_group=age), now=now).case.is_minor


def test_an_empty_report_is_refused_and_leaves_nothing(now: datetime) -> None:
    with pytest.raises(NothingToGoBy):
        receive_report(a_report(fingerprints=(), places=(), statement="  "), now=now)
    assert not Case.objects.exists()


def test_the_job_that_drafts_commits_with_the_report(now: datetime) -> None:
    case = receive_report(A_REPORT, now=now).case
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args->>'case_id' FROM procrastinate_jobs")
        assert cursor.fetchall() == [("takedown.handle_new_sightings", str(case.pk))]


def test_the_time_of_a_report_is_kept_to_the_hour(now: datetime) -> None:
    receive_report(A_REPORT, now=now + timedelta(minutes=17, seconds=3))
    assert Report.objects.get().received_at == now


def test_the_code_opens_its_case_however_it_is_typed(now: datetime) -> None:
    received = receive_report(A_REPORT, now=now)
    code = received.code.spelled()
    for typed in (code, code.lower(), code.replace("-", " "), f"  {code.replace('-', '')}\n"):
        assert open_with(typed, now=now).case == received.case


def test_the_code_is_kept_nowhere_and_never_printed(now: datetime) -> None:
    received = receive_report(A_REPORT, now=now)
    assert received.code.secret not in repr(received)
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM intake_receipt AS r")
        (row,) = cursor.fetchone()
    assert received.code.secret not in row


def test_a_misspelled_code_is_caught_by_its_check_character() -> None:
    code = "7K3M" + "0123456789ABCDEF"
    whole = code + check_character(code)
    assert read_receipt(whole) is not None
    assert read_receipt(whole.replace("9", "8")) is None
    assert read_receipt(whole.replace("01", "OI")) is not None


@pytest.mark.parametrize(
    "typed", ["", "0", "가나다라", "\x00" * 21, "A" * 10_000, "'; DROP TABLE x"]
)
def test_what_is_no_code_opens_nothing(typed: str, now: datetime) -> None:
    with pytest.raises(WrongReceipt):
        open_with(typed, now=now)


def test_wrong_codes_slow_down_and_never_keep_the_owner_out(now: datetime) -> None:
    received = receive_report(A_REPORT, now=now)
    locator = received.code.locator
    secret = "0" * 15
    answers = []
    for last in ALPHABET:
        guess = locator + secret + last
        check = check_character(guess)
        if check in "*~$=U":
            continue
        try:
            open_with(guess + check, now=now)
        except (WrongReceipt, TryAgainLater) as error:
            answers.append(type(error))
    assert answers.count(WrongReceipt) <= 6
    assert answers.count(TryAgainLater) > 15
    assert open_with(received.code.spelled(), now=now).case == received.case


def test_an_unknown_locator_gets_the_same_answers_as_a_known_one(now: datetime) -> None:
    code = "0000" + "0" * 16
    answers = []
    for _ in range(8):
        try:
            open_with(code + check_character(code), now=now)
        except (WrongReceipt, TryAgainLater) as error:
            answers.append(type(error))
    assert answers[:5] == [WrongReceipt] * 5
    assert answers[-1] is TryAgainLater


def test_withdrawing_takes_every_choice_back_and_ends_the_case(now: datetime) -> None:
    case = receive_report(A_REPORT, now=now).case
    withdraw_report(case, now=now)
    withdraw_report(case, now=now)
    case.refresh_from_db()
    assert case.status == CaseStatus.WITHDRAWN
    assert consents_of(case.pk) == frozenset()
