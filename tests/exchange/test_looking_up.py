"""What our own reports list is looked up in the other lists, whichever came last."""

from datetime import datetime

import pytest
from django.db import connection

from jikimi.aftercare.actions import take_choice_back
from jikimi.aftercare.exports import everything_about
from jikimi.cases.models import Case
from jikimi.exchange.actions import (
    end_list,
    import_prints,
    keep_in_step,
    look_up_elsewhere,
    note_on_cases,
)
from jikimi.exchange.case_finds import finds_of
from jikimi.exchange.following import Follower
from jikimi.exchange.lookups import something_to_look_up
from jikimi.exchange.models import ListedElsewhere
from jikimi.exchange.rules.lists import Purpose
from jikimi.intake.actions import receive_report
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import ConsentScope
from tests.exchange.log_of_lists import commit_positions
from tests.exchange.match_door import this_connection
from tests.reports import PDQ, a_report

pytestmark = pytest.mark.django_db
FAR = bytes(255 - byte for byte in PDQ)


def differing(bits: int) -> bytes:
    """PDQ but for its lowest bits."""
    return (int.from_bytes(PDQ) ^ (1 << bits) - 1).to_bytes(32)


def a_listed_case(now: datetime) -> Case:
    case = receive_report(a_report(consents=frozenset(ConsentScope)), now=now).case
    keep_in_step(case.pk, now=now)
    return case


def look_up(now: datetime) -> int:
    """As the job does it, until nothing waits; how many changes were looked up."""
    commit_positions()
    follower = Follower(this_connection(), clock=lambda: 0.0)
    follower.catch_up(connection.connection)
    held, position = follower.lists, follower.followed.position
    looked_up = 0
    while some := look_up_elsewhere(held, position, now=now):
        looked_up += some
    return looked_up


def events_of(case: Case) -> list[str]:
    return [one.payload["event"] for one in entries_of(case.pk)]


@pytest.mark.parametrize("import_comes_first", [True, False])
def test_what_another_list_holds_near_a_case_is_a_line_of_it_once(
    import_comes_first: bool, now: datetime
) -> None:
    if import_comes_first:
        import_prints("known", [differing(9), differing(5), FAR], now=now)
        look_up(now)
    case = a_listed_case(now)
    if not import_comes_first:
        look_up(now)
        import_prints("known", [differing(9), differing(5), FAR], now=now)
    assert look_up(now) == 1
    found = ListedElsewhere.objects.get()
    assert found.distance == 5
    assert (note_on_cases(now=now), note_on_cases(now=now)) == (1, 0)
    assert events_of(case).count("something similar is on another list") == 1
    (told,) = finds_of(case).lists
    assert (told.list_name, told.nearest) == ("known", 5)
    assert "list" not in str(everything_about(case, None, now=now).events)


def test_each_change_is_looked_up_once_and_each_list_told_once(now: datetime) -> None:
    a_listed_case(now)
    import_prints("known", [differing(5)], now=now)
    assert look_up(now) == 2
    assert not something_to_look_up()
    import_prints("known", [differing(3)], now=now)
    import_prints("other", [differing(3)], now=now)
    assert look_up(now) == 2
    assert ListedElsewhere.objects.count() == 2


@pytest.mark.parametrize("import_comes_first", [True, False])
def test_a_negative_list_that_hides_a_case_from_partners_is_a_line_of_it(
    import_comes_first: bool, now: datetime
) -> None:
    if import_comes_first:
        import_prints("blank", [differing(9), FAR], purpose=Purpose.NEGATIVE, now=now)
        look_up(now)
    case = a_listed_case(now)
    if not import_comes_first:
        look_up(now)
        import_prints("blank", [differing(9), FAR], purpose=Purpose.NEGATIVE, now=now)
    assert look_up(now) == 1
    assert note_on_cases(now=now) == 1
    assert events_of(case)[-1] == "a negative list hides something similar from partners"
    (told,) = finds_of(case).lists
    assert (told.list_name, told.nearest, told.hides) == ("blank", 9, True)


def test_what_is_far_or_near_a_negative_list_is_not_told(now: datetime) -> None:
    a_listed_case(now)
    import_prints("far", [FAR], now=now)
    import_prints("blank", [PDQ], purpose=Purpose.NEGATIVE, now=now)
    import_prints("known", [PDQ], now=now)
    look_up(now)
    assert [one.list.name for one in ListedElsewhere.objects.all()] == ["blank"]


def test_two_imported_lists_are_not_looked_up_in_each_other(now: datetime) -> None:
    import_prints("one", [PDQ], now=now)
    import_prints("two", [PDQ], now=now)
    look_up(now)
    assert not ListedElsewhere.objects.exists()


def test_what_she_took_back_and_what_is_taken_away_is_shown_no_more(now: datetime) -> None:
    case = a_listed_case(now)
    import_prints("known", [PDQ], now=now)
    import_prints("other", [PDQ], now=now)
    look_up(now)
    end_list("other", now=now)
    assert [one.list_name for one in finds_of(case).lists] == ["known"]
    take_choice_back(case.pk, ConsentScope.BLOCK_LIST, now=now)
    assert finds_of(case).lists == ()
