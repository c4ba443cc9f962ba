"""Copies that somebody found join a case together, each place once."""

from datetime import datetime

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from jikimi.cases.actions import FoundCopy, add_found_copies, end_case, hold_case
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import Liveness, read_place
from jikimi.intake.actions import receive_report
from tests.reports import a_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(now: datetime) -> Case:
    """One with a place that she reported."""
    places = (read_place("https://known.example/1"),)
    return hold_case(receive_report(a_report(places=places), now=now).case.pk)


def at(*links: str) -> list[FoundCopy]:
    return [FoundCopy(place=read_place(link), distance=4, quality=90) for link in links]


def test_copies_found_together_are_sightings_that_still_show_the_picture(
    case: Case, now: datetime
) -> None:
    added = add_found_copies(case, at("https://a.example/1", "https://b.example/2"), now=now)
    kept = case.sightings.filter(pk__in=[one.pk for one in added])
    assert {(one.address, one.liveness, one.seen_there, one.distance) for one in kept} == {
        ("https://a.example/1", Liveness.STILL_THERE, True, 4),
        ("https://b.example/2", Liveness.STILL_THERE, True, 4),
    }


def test_one_job_drafts_for_all_of_them(case: Case, now: datetime) -> None:
    add_found_copies(case, at("https://a.example/1", "https://b.example/2"), now=now)
    waiting = ProcrastinateJob.objects.filter(task_name="takedown.handle_new_sightings")
    assert waiting.filter(args__case_id=str(case.pk)).count() == 1


def test_a_place_is_added_once_however_often_it_was_found(case: Case, now: datetime) -> None:
    links = ("https://known.example/1", "https://a.example/1", "https://a.example/1")
    (added,) = add_found_copies(case, at(*links), now=now)
    assert added.address == "https://a.example/1"


def test_a_closed_case_opens_again_for_a_copy_and_for_nothing_else(
    case: Case, now: datetime
) -> None:
    end_case(case, CaseStatus.CLOSED, actor="system", now=now)
    add_found_copies(case, at("https://known.example/1"), now=now)
    assert Case.objects.get().status == CaseStatus.CLOSED
    add_found_copies(case, at("https://a.example/1"), now=now)
    assert Case.objects.get().status == CaseStatus.OPEN
