"""Who follows the log holds what is listed, whatever happened meanwhile."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import psycopg
import pytest
from django.db import connection

from jikimi.exchange.actions import end_list, import_prints, withdraw_prints
from jikimi.exchange.errors import LogDiffers, NotReadyYet
from jikimi.exchange.following import Follower
from jikimi.exchange.following.follower import MOST_READ_BY_A_JOB, STALE_AFTER
from jikimi.exchange.following.here import folder_of_lists, order_key, verify_kept
from jikimi.exchange.following.news import FEW
from jikimi.exchange.models import Change, Entry, PrintList
from jikimi_core.index import IndexFileError
from tests.exchange.log_of_lists import commit_positions
from tests.reports import PDQ

pytestmark = pytest.mark.django_db
OTHER = bytes(255 - byte for byte in PDQ)
NOTE = "followed.json"


def no_other_connection() -> psycopg.Connection:
    raise AssertionError("it follows in the test's transaction alone")


def a_follower(folder: Path | None = None, **how: Any) -> Follower:
    follower = Follower(no_other_connection, folder=folder, clock=lambda: 0.0, **how)
    follower.open_kept()
    return follower


def catch_up(follower: Follower) -> None:
    commit_positions()
    follower.catch_up(connection.connection)


def holds(follower: Follower, *hashes: bytes) -> list[int]:
    """How many entries of all lists are exactly each of these."""
    rows = np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 32)
    lists = follower.lists.facts
    radii = np.zeros(len(rows), np.int64)
    return [len(answer.hits) for answer in follower.lists.search(rows, radii, lists)]


def test_nothing_is_held_before_the_log_was_followed_once() -> None:
    with pytest.raises(NotReadyYet):
        a_follower().lists  # noqa: B018  # asking is the point


def test_additions_and_withdrawals_are_followed(now: datetime) -> None:
    follower = a_follower()
    import_prints("known", [PDQ], now=now)
    catch_up(follower)
    assert holds(follower, PDQ, OTHER) == [1, 0]
    import_prints("other", [PDQ, OTHER], now=now)
    withdraw_prints("known", [PDQ], now=now)
    catch_up(follower)
    assert holds(follower, PDQ, OTHER) == [1, 1]
    assert follower.followed.position == 3


class Watched:
    """The test's connection, which calls somebody before each question."""

    def __init__(self, before_each: Callable[[], object]) -> None:
        self._before_each = before_each

    def execute(self, *asked: Any) -> Any:
        self._before_each()
        return connection.connection.execute(*asked)

    def cursor(self) -> Any:
        raise AssertionError("a small change is not copied")


def test_a_change_is_in_force_with_the_answer_to_the_first_question(now: datetime) -> None:
    follower = a_follower()
    import_prints("known", [PDQ], now=now)
    catch_up(follower)
    import_prints("known", [OTHER], now=now)
    withdraw_prints("known", [PDQ], now=now)
    commit_positions()
    before: list[list[int]] = []
    watched: Any = Watched(lambda: before.append(holds(follower, PDQ, OTHER)))
    follower.catch_up(watched)
    assert before[:2] == [[1, 0], [0, 1]]


def test_more_than_comes_with_one_answer_is_followed_as_well(now: datetime) -> None:
    follower = a_follower()
    crowd = [number.to_bytes(32) for number in range(FEW + 1)]
    import_prints("known", crowd, now=now)
    catch_up(follower)
    assert holds(follower, crowd[0], crowd[-1], PDQ) == [1, 1, 0]
    withdraw_prints("known", crowd, now=now)
    import_prints("known", [PDQ], now=now)
    catch_up(follower)
    assert holds(follower, crowd[0], crowd[-1], PDQ) == [0, 0, 1]


def test_what_came_and_went_while_nobody_followed_is_not_held(now: datetime) -> None:
    follower = a_follower()
    catch_up(follower)
    import_prints("known", [PDQ], now=now)
    withdraw_prints("known", [PDQ], now=now)
    catch_up(follower)
    assert holds(follower, PDQ) == [0]


def test_a_list_that_is_taken_away_is_dropped_with_all_it_held(now: datetime) -> None:
    follower = a_follower()
    import_prints("known", [PDQ], now=now)
    catch_up(follower)
    end_list("known", now=now)
    import_prints("known", [OTHER], now=now)
    catch_up(follower)
    assert holds(follower, PDQ, OTHER) == [0, 1]


def test_what_is_left_of_an_ended_list_is_passed_over(now: datetime) -> None:
    import_prints("known", [PDQ], now=now)
    PrintList.objects.update(ended_at=now)  # its fingerprints are not deleted yet
    follower = a_follower()
    catch_up(follower)
    assert not follower.lists.facts


def test_a_restart_goes_on_from_what_is_kept(now: datetime, tmp_path: Path) -> None:
    first = a_follower(tmp_path)
    import_prints("known", [PDQ], now=now)
    catch_up(first)
    first.keep()
    withdraw_prints("known", [PDQ], now=now)
    import_prints("known", [OTHER], now=now)
    again = a_follower(tmp_path)
    assert again.followed.position == 1
    catch_up(again)
    assert holds(again, PDQ, OTHER) == [0, 1]


def test_files_that_are_ahead_of_their_note_do_no_harm(now: datetime, tmp_path: Path) -> None:
    first = a_follower(tmp_path)
    import_prints("known", [PDQ], now=now)
    catch_up(first)
    first.keep()
    note = (tmp_path / NOTE).read_text()
    import_prints("known", [OTHER], now=now)
    catch_up(first)
    first.keep()
    (tmp_path / NOTE).write_text(note)  # which comes last
    again = a_follower(tmp_path, keeps=False)
    catch_up(again)
    assert holds(again, PDQ, OTHER) == [1, 1]


def test_one_process_of_a_folder_keeps_and_the_next_takes_over(
    now: datetime, tmp_path: Path
) -> None:
    first, second = a_follower(tmp_path), a_follower(tmp_path)
    import_prints("known", [PDQ], now=now)
    catch_up(second)
    second.keep()
    assert not (tmp_path / NOTE).exists()
    catch_up(first)
    first.keep()
    first.stop()
    import_prints("known", [OTHER], now=now)
    catch_up(second)
    second.keep()
    assert a_follower(tmp_path).followed.position == 2


def test_who_reads_along_goes_over_to_what_is_kept(now: datetime, tmp_path: Path) -> None:
    keeper, reader = a_follower(tmp_path), a_follower(tmp_path, keeps=False)
    import_prints("known", [PDQ], now=now)
    catch_up(keeper)
    catch_up(reader)
    its_own = reader.lists
    keeper.keep()
    import_prints("known", [OTHER], now=now)
    withdraw_prints("known", [PDQ], now=now)
    catch_up(reader)
    assert reader.lists is not its_own
    assert holds(reader, PDQ, OTHER) == [0, 1]
    catch_up(reader)
    assert holds(reader, PDQ, OTHER) == [0, 1]


def cut_off(kept_list: Path) -> None:
    (kept_list / "manifest").write_bytes(b"no manifest")


def behind(kept_list: Path) -> None:
    """As it was before the last time that it was kept."""
    shutil.rmtree(kept_list)
    shutil.copytree(kept_list.parent / "before", kept_list)


@pytest.mark.parametrize("harm", [cut_off, shutil.rmtree, behind])
@pytest.mark.parametrize("keeps", [True, False])
def test_a_list_whose_kept_index_cannot_be_used_is_read_anew(
    harm: Callable[[Path], None], keeps: bool, now: datetime, tmp_path: Path
) -> None:
    first = a_follower(tmp_path)
    import_prints("known", [PDQ], now=now)
    import_prints("other", [PDQ], now=now)
    catch_up(first)
    first.keep()
    (kept_list, _other) = sorted(tmp_path.glob("list-*"))
    shutil.copytree(kept_list, tmp_path / "before")
    import_prints("known", [OTHER], now=now)
    catch_up(first)
    first.stop()
    harm(kept_list)
    again = a_follower(tmp_path, keeps=keeps)
    assert again.followed.position == 3
    catch_up(again)
    assert holds(again, PDQ, OTHER) == [2, 1]
    again.stop()
    last = a_follower(tmp_path)
    catch_up(last)
    assert holds(last, PDQ, OTHER) == [2, 1]


def test_what_a_keeper_wrote_who_was_killed_before_its_note_is_read_anew(
    now: datetime, tmp_path: Path
) -> None:
    first = a_follower(tmp_path)
    import_prints("known", [PDQ], now=now)
    catch_up(first)
    first.keep()
    note = (tmp_path / NOTE).read_text()
    import_prints("known", [OTHER], now=now)
    catch_up(first)
    first.stop()
    (tmp_path / NOTE).write_text(note)
    again = a_follower(tmp_path)
    assert again.followed.position == 1
    catch_up(again)
    assert holds(again, PDQ, OTHER) == [1, 1]


def test_with_another_secret_the_indexes_are_built_anew(now: datetime, tmp_path: Path) -> None:
    first = a_follower(tmp_path, key=b"one secret of the house")
    import_prints("known", [PDQ], now=now)
    catch_up(first)
    first.stop()
    again = a_follower(tmp_path, key=b"another secret of the house")
    catch_up(again)
    assert holds(again, PDQ) == [1]


def test_nothing_is_answered_after_damage_until_all_is_read_anew(
    now: datetime, tmp_path: Path
) -> None:
    follower = a_follower(tmp_path)
    import_prints("known", [PDQ], now=now)
    catch_up(follower)
    follower.keep()
    follower.distrust()
    with pytest.raises(NotReadyYet):
        follower.lists  # noqa: B018
    assert (tmp_path / NOTE).exists()
    catch_up(follower)
    assert holds(follower, PDQ) == [1]
    assert not (tmp_path / NOTE).exists()


def test_what_is_kept_is_compared_with_its_checksums(now: datetime) -> None:
    assert verify_kept() == 0
    keeper = a_follower(folder_of_lists(), key=order_key())
    import_prints("known", [PDQ, OTHER], now=now)
    catch_up(keeper)
    keeper.keep()
    assert verify_kept() == 2
    largest = max(folder_of_lists().glob("list-*/*"), key=lambda file: file.stat().st_size)
    cut_off = largest.read_bytes()[:-1]
    largest.unlink()  # the keeper has it mapped
    largest.write_bytes(cut_off)
    with pytest.raises(IndexFileError):
        verify_kept()


def test_a_job_does_not_read_by_itself_what_many_read(now: datetime, tmp_path: Path) -> None:
    reader = a_follower(tmp_path, keeps=False)
    import_prints("known", [PDQ], now=now)
    assert not reader.is_far_behind(connection.connection)
    PrintList.objects.update(size=MOST_READ_BY_A_JOB + 1)
    assert reader.is_far_behind(connection.connection)
    keeper = a_follower(tmp_path)
    catch_up(keeper)
    keeper.keep()
    assert not reader.is_far_behind(connection.connection)


def test_after_a_restored_backup_everything_is_read_anew(now: datetime, tmp_path: Path) -> None:
    follower = a_follower(tmp_path)
    import_prints("known", [PDQ], now=now)
    catch_up(follower)
    follower.keep()
    Change.objects.update(mark=uuid4())  # the same position, another history
    with pytest.raises(LogDiffers):
        catch_up(follower)
    with pytest.raises(NotReadyYet):
        follower.lists  # noqa: B018
    catch_up(follower)
    assert holds(follower, PDQ) == [1]


@pytest.mark.parametrize("goes_on", [True, False])
def test_what_a_restored_backup_knows_nothing_of_is_held_no_more(
    goes_on: bool, now: datetime, tmp_path: Path
) -> None:
    keeper, reader = a_follower(tmp_path), a_follower(tmp_path, keeps=False)
    import_prints("known", [PDQ], now=now)
    import_prints("known", [OTHER], now=now)
    for follower in (keeper, reader):
        catch_up(follower)
    keeper.keep()
    # The backup is from before the second change; the log may go on from there.
    Entry.objects.filter(change__position=2).delete()
    Change.objects.filter(position=2).delete()
    if goes_on:
        import_prints("known", [bytes(32)], now=now)
    for follower in (keeper, reader, a_follower(tmp_path, keeps=False)):
        with pytest.raises(LogDiffers):
            catch_up(follower)
        with pytest.raises(NotReadyYet):
            follower.lists  # noqa: B018
        catch_up(follower)
        assert holds(follower, PDQ, OTHER, bytes(32)) == [1, 0, goes_on]


def test_who_has_heard_nothing_for_long_answers_nothing(now: datetime) -> None:
    seconds = [0.0]
    follower = Follower(no_other_connection, clock=lambda: seconds[0])
    import_prints("known", [PDQ], now=now)
    catch_up(follower)
    assert holds(follower, PDQ) == [1]
    seconds[0] += STALE_AFTER + 1
    with pytest.raises(NotReadyYet):
        follower.lists  # noqa: B018
    catch_up(follower)
    assert holds(follower, PDQ) == [1]
