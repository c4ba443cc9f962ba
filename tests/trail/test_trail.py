"""The record: append-only, and any change to it shows."""

import hashlib
import json
from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from jikimi.intake.actions import receive_report
from jikimi.trail.actions import record_consents
from jikimi.trail.checking import check_whole_trail
from jikimi.trail.errors import LeafDiffers, NotATrailExport, RootDiffers, TrailError
from jikimi.trail.exports import export_case
from jikimi.trail.lookups import consents_of
from jikimi.trail.models import ConsentScope
from jikimi.trail.rules import leaf_of, root_of
from jikimi.trail.verifying import verify_export
from tests.reports import A_REPORT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("table", ["trail_entry", "trail_entrycontent", "trail_consent"])
@pytest.mark.parametrize(
    "order", ["DELETE FROM {}", "UPDATE {} SET {} = {}", "TRUNCATE {} CASCADE"]
)
def test_the_database_refuses_to_change_or_remove_what_is_recorded(
    table: str, order: str, now: datetime
) -> None:
    receive_report(A_REPORT, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    column = {"trail_entry": "leaf", "trail_entrycontent": "salt", "trail_consent": "at"}[table]
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(order.format(table, column, column))
    assert check_whole_trail() > 0


def test_an_export_verifies_and_any_change_to_it_shows(now: datetime) -> None:
    case = receive_report(A_REPORT, now=now).case
    text = export_case(case.pk)
    assert verify_export(text) == 3

    document = json.loads(text)
    document["entries"][0]["payload"]["event"] = "nothing happened"
    with pytest.raises(LeafDiffers):
        verify_export(json.dumps(document))

    document = json.loads(text)
    document["leaves"].pop()
    with pytest.raises(TrailError):
        verify_export(json.dumps(document))

    document = json.loads(text)
    document["leaves"].append("00" * 32)
    with pytest.raises(RootDiffers):
        verify_export(json.dumps(document))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "jikimi-trail/1"}', '{"format": "other"}', "\x00"]
)
def test_a_file_that_is_no_export_is_told_apart(text: str) -> None:
    with pytest.raises(NotATrailExport):
        verify_export(text)


def test_the_latest_choice_of_a_scope_is_the_one_that_holds(now: datetime) -> None:
    case = receive_report(A_REPORT, now=now).case
    assert consents_of(case.pk) == {ConsentScope.CENTRE, ConsentScope.PLATFORMS}
    record_consents(case.pk, [ConsentScope.PLATFORMS], granted=False, at=now, actor="reporter")
    assert consents_of(case.pk) == {ConsentScope.CENTRE}


def test_the_tree_is_that_of_rfc_9162() -> None:
    """Vectors of RFC 6962's tree, which RFC 9162 keeps: 0, 1 and 3 leaves over known bytes."""
    leaves = [hashlib.sha256(b"\x00" + bytes([n])).digest() for n in range(3)]
    assert root_of([]) == hashlib.sha256(b"").digest()
    assert root_of(leaves[:1]) == leaves[0]
    pair = hashlib.sha256(b"\x01" + leaves[0] + leaves[1]).digest()
    assert root_of(leaves) == hashlib.sha256(b"\x01" + pair + leaves[2]).digest()


def test_the_same_payload_has_another_leaf_under_another_salt() -> None:
    assert leaf_of(b"a" * 16, {"event": "x"}) != leaf_of(b"b" * 16, {"event": "x"})
