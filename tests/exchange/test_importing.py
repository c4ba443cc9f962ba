"""Lists are read in: by the row, once, and never into the list of our own reports."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from jikimi.exchange.actions import (
    clear_ended_lists,
    end_list,
    import_prints,
    withdraw_prints,
)
from jikimi.exchange.actions.changing import hold_own_list, open_change
from jikimi.exchange.errors import (
    ListIsOtherwise,
    NoSuchList,
    NotAListName,
    OwnListIsFedByReports,
)
from jikimi.exchange.lookups import all_lists
from jikimi.exchange.models import Change, Entry, PrintList
from jikimi.exchange.rules.lists import OWN_LIST, Audience, Purpose

pytestmark = pytest.mark.django_db


def some_prints(count: int, first: int = 0) -> list[bytes]:
    return [(first + number).to_bytes(32) for number in range(count)]


def test_each_row_is_listed_once_under_a_random_id(now: datetime) -> None:
    done = import_prints("known", [*some_prints(5), *some_prints(3)], now=now)
    assert (done.read, done.added) == (8, 5)
    ids = list(Entry.objects.values_list("pk", flat=True))
    assert len(set(ids)) == 5
    assert min(ids) >= 0


def test_an_import_that_is_repeated_finds_what_it_had(now: datetime) -> None:
    import_prints("known", some_prints(5), now=now)
    done = import_prints("known", some_prints(7), now=now)
    assert (done.read, done.added) == (7, 2)
    assert import_prints("known", some_prints(7), now=now).added == 0
    assert Change.objects.count() == 2


def test_the_same_fingerprint_on_two_lists_has_two_ids(now: datetime) -> None:
    import_prints("one", some_prints(1), now=now)
    import_prints("two", some_prints(1), now=now)
    assert Entry.objects.count() == 2


def test_a_new_list_is_for_the_house_alone_unless_told_otherwise(now: datetime) -> None:
    import_prints("ours", some_prints(1), now=now)
    import_prints("theirs", some_prints(1), audience=Audience.PLATFORMS, now=now)
    told = {row.facts.name: (row.facts.audience, row.entries) for row in all_lists()}
    assert told == {"ours": (Audience.HOUSE, 1), "theirs": (Audience.PLATFORMS, 1)}


def test_a_list_does_not_change_its_purpose_or_audience_by_an_import(now: datetime) -> None:
    import_prints("known", some_prints(1), now=now)
    with pytest.raises(ListIsOtherwise, match="audience is house"):
        import_prints("known", some_prints(1), audience=Audience.PLATFORMS, now=now)
    with pytest.raises(ListIsOtherwise, match="purpose is match"):
        import_prints("known", some_prints(1), purpose=Purpose.NEGATIVE, now=now)


def test_nothing_is_imported_into_the_list_of_our_own_reports(now: datetime) -> None:
    with pytest.raises(OwnListIsFedByReports):
        import_prints(OWN_LIST, some_prints(1), now=now)
    with pytest.raises(OwnListIsFedByReports):
        withdraw_prints(OWN_LIST, some_prints(1), now=now)


@pytest.mark.parametrize("name", ["", "Known", "-x", "a b", "ä", "x" * 41])
def test_a_name_that_no_list_can_have_is_refused(name: str, now: datetime) -> None:
    with pytest.raises(NotAListName):
        import_prints(name, some_prints(1), now=now)
    assert not PrintList.objects.exists()


def test_a_fingerprint_is_taken_off_a_list(now: datetime) -> None:
    import_prints("known", some_prints(3), now=now)
    assert withdraw_prints("known", some_prints(1), now=now) == 1
    assert withdraw_prints("known", some_prints(1), now=now) == 0
    assert Entry.objects.count() == 2
    with pytest.raises(NoSuchList):
        withdraw_prints("unknown", some_prints(1), now=now)


def sizes_kept_and_counted() -> list[tuple[int, int]]:
    """What each list says it holds, and what it holds."""
    return [(one.size, one.entries.count()) for one in PrintList.objects.order_by("pk")]


def test_a_list_knows_its_size_and_when_it_changed(now: datetime) -> None:
    import_prints("known", some_prints(5), now=now, batch=2)
    assert sizes_kept_and_counted() == [(5, 5)]
    later = now + timedelta(hours=1)
    import_prints("known", some_prints(5), now=later)
    assert all_lists()[0].changed_at == now
    withdraw_prints("known", some_prints(3), now=later, batch=2)
    assert sizes_kept_and_counted() == [(2, 2)]
    assert all_lists()[0].changed_at == later


def test_a_list_is_taken_away_and_its_name_is_free(now: datetime) -> None:
    import_prints("known", some_prints(5), now=now)
    import_prints("other", some_prints(5), now=now)
    assert end_list("known", now=now) == 5
    assert [row.facts.name for row in all_lists()] == ["other"]
    assert sizes_kept_and_counted() == [(0, 0), (5, 5)]
    assert import_prints("known", some_prints(2), now=now).added == 2
    with pytest.raises(NoSuchList):
        end_list("unknown", now=now)
    with pytest.raises(OwnListIsFedByReports):
        end_list(OWN_LIST, now=now)


def test_what_is_left_of_a_list_that_was_broken_off_goes_later(now: datetime) -> None:
    import_prints("known", some_prints(5), now=now)
    PrintList.objects.update(ended_at=now)  # as if it had been killed then
    assert clear_ended_lists(batch=2) == 5
    assert clear_ended_lists() == 0


def test_nothing_is_read_into_a_list_that_is_taken_away_meanwhile(now: datetime) -> None:
    def take_away(_so_far: object) -> None:
        end_list("known", now=now)

    with pytest.raises(NoSuchList):
        import_prints("known", some_prints(5), now=now, batch=2, on_batch=take_away)
    assert not Entry.objects.exists()


def test_progress_is_told_after_each_batch(now: datetime) -> None:
    told: list[int] = []
    import_prints(
        "known", some_prints(5), now=now, batch=2, on_batch=lambda done: told.append(done.read)
    )
    assert told == [2, 4, 5]


def test_the_database_refuses_what_is_no_fingerprint(now: datetime) -> None:
    own = hold_own_list(now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(
            id=1, list=own, pdq=b"short", added_on=now.date(), change=open_change(now)
        )
