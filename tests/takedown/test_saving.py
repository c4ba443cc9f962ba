"""Rows that were changed together are written by one statement, each as it is."""

from datetime import datetime, timedelta

import pytest
from django.db import DataError
from pytest_django import DjangoAssertNumQueries

from jikimi.cases.models import Sighting
from jikimi.cases.rules import Liveness, read_place
from jikimi.intake.actions import receive_report
from jikimi.takedown.actions.saving import save_together
from tests.reports import a_report

pytestmark = pytest.mark.django_db
COLUMNS = ("liveness", "because", "distance", "seen_there", "last_look_at")


@pytest.fixture
def sightings(now: datetime) -> list[Sighting]:
    """Two places of one case, and a third that nobody touches."""
    places = tuple(read_place(f"https://host.example/{n}") for n in range(3))
    receive_report(a_report(places=places), now=now)
    return list(Sighting.objects.order_by("address")[:2])


def test_each_row_is_written_as_it_is(
    sightings: list[Sighting], now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one, other = sightings
    one.liveness, one.distance, one.seen_there = Liveness.STILL_THERE.value, 4, True
    one.last_look_at, one.because = now, "It's there, 100 % {sure}."
    other.liveness, other.last_look_at = Liveness.GONE.value, now - timedelta(days=1)
    with django_assert_num_queries(1):
        save_together(sightings, COLUMNS)
    kept = Sighting.objects.order_by("address").values_list(*COLUMNS)
    assert list(kept) == [
        ("still_there", "It's there, 100 % {sure}.", 4, True, now),
        ("gone", "", None, False, now - timedelta(days=1)),
        (Liveness.UNKNOWN.value, "", None, False, None),
    ]


def test_other_columns_stay_as_they_are(sightings: list[Sighting]) -> None:
    sightings[0].host = "elsewhere.example"
    save_together(sightings, COLUMNS)
    assert set(Sighting.objects.values_list("host", flat=True)) == {"host.example"}


def test_a_text_that_is_too_long_is_refused_and_not_cut(sightings: list[Sighting]) -> None:
    sightings[0].liveness = "x" * 200
    with pytest.raises(DataError):
        save_together(sightings, COLUMNS)


def test_nothing_to_write_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        save_together([], COLUMNS)
