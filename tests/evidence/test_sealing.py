"""What survivors write: sealed in the database, opened only for a caseworker, bound to its case."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from pytest_django import Settings

from jikimi.evidence.actions import open_for_dispatch, open_item, seal_for_dispatch
from jikimi.evidence.errors import KeysMissing, WillNotOpen
from jikimi.evidence.keyring import make_missing_keys
from jikimi.evidence.lookups import items_of
from jikimi.evidence.models import Purpose, SealedWhere
from jikimi.intake.actions import receive_report
from jikimi.trail.lookups import entries_of
from tests.reports import A_REPORT, a_report

pytestmark = pytest.mark.django_db


def test_no_word_of_a_statement_reaches_the_database(now: datetime) -> None:
    canary = "canary-7f3a-봄날"
    receive_report(a_report(statement=canary, contact=canary), now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s", ["%canary%"])
            assert cursor.fetchone() == (0,), table
            cursor.execute(
                f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s",
                [f"%{b'canary'.hex()}%"],
            )
            assert cursor.fetchone() == (0,), table
    assert "evidence_sealeditem" in tables


def test_a_caseworker_opens_it_and_that_is_on_the_trail(now: datetime) -> None:
    case = receive_report(A_REPORT, now=now).case
    item = items_of(case.pk, Purpose.STATEMENT).get()
    assert item.sealed_where == SealedWhere.SERVER
    assert open_item(item, actor="staff 1", now=now) == A_REPORT.statement
    last = list(entries_of(case.pk))[-1].payload
    assert (last["event"], last["actor"]) == ("sealed text opened", "staff 1")


def test_a_wrap_moved_to_another_case_does_not_open(now: datetime) -> None:
    one = items_of(receive_report(A_REPORT, now=now).case.pk, Purpose.STATEMENT).get()
    other = items_of(receive_report(A_REPORT, now=now).case.pk, Purpose.STATEMENT).get()
    moved = other.case_key.wraps.get(recipient="centre")
    moved.wrapped = one.case_key.wraps.get(recipient="centre").wrapped
    moved.save()
    with pytest.raises(WillNotOpen):
        open_item(other, actor="staff 1", now=now)


@pytest.mark.parametrize("change", ["flip", "cut", "empty", "purpose"])
def test_changed_bytes_do_not_open(change: str, now: datetime) -> None:
    item = items_of(receive_report(A_REPORT, now=now).case.pk, Purpose.STATEMENT).get()
    sealed = bytearray(item.sealed)
    if change == "flip":
        sealed[-1] ^= 1
    if change == "cut":
        del sealed[-20:]
    if change == "empty":
        sealed.clear()
    if change == "purpose":
        item.purpose = Purpose.CONTACT
    item.sealed = bytes(sealed)
    with pytest.raises(WillNotOpen):
        open_item(item, actor="staff 1", now=now)


def test_another_centres_key_does_not_open(
    now: datetime, settings: Settings, tmp_path: Path
) -> None:
    item = items_of(receive_report(A_REPORT, now=now).case.pk, Purpose.STATEMENT).get()
    settings.DATA_DIR = tmp_path / "elsewhere"
    make_missing_keys(settings.DATA_DIR / "keys")
    with pytest.raises(WillNotOpen):
        open_item(item, actor="staff 1", now=now)


def test_missing_keys_are_named_with_what_to_do(
    now: datetime, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "nothing"
    with pytest.raises(KeysMissing, match="restore the keys"):
        receive_report(A_REPORT, now=now)


def test_a_sealed_text_hides_its_length(now: datetime) -> None:
    short = receive_report(a_report(statement="아니요"), now=now).case
    longer = receive_report(a_report(statement="아니요 " * 20), now=now).case
    lengths = {len(items_of(case.pk, Purpose.STATEMENT).get().sealed) for case in (short, longer)}
    assert len(lengths) == 1


def test_a_notice_sealed_for_dispatch_opens_for_its_own_row_only() -> None:
    sealed = seal_for_dispatch(UUID(int=1), b"letter")
    assert open_for_dispatch(UUID(int=1), sealed) == b"letter"
    with pytest.raises(WillNotOpen):
        open_for_dispatch(UUID(int=2), sealed)


def test_private_keys_are_readable_by_their_user_only(tmp_path: Path) -> None:
    make_missing_keys(tmp_path / "k")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "k").iterdir()}
    assert modes["centre.private"] == modes["dispatcher.private"] == 0o600
