"""What SQL can do to the trail, sent as the application's own role."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from jikimi.intake.actions import receive_report
from jikimi.trail.errors import TrailError
from jikimi.trail.lookups import check_whole_trail
from tests.reports import A_REPORT

pytestmark = pytest.mark.django_db

CHANGES = [
    "UPDATE trail_entry SET at = now()",
    "UPDATE trail_entrycontent SET payload = '{}'",
    "UPDATE trail_consent SET granted = true",
    "DELETE FROM trail_consent",
    "DELETE FROM trail_entrycontent WHERE entry_id = 0",
    "TRUNCATE trail_entry CASCADE",
    "INSERT INTO trail_entry TABLE trail_entry ON CONFLICT (position) DO UPDATE SET leaf=''",
    "WITH gone AS (DELETE FROM trail_consent RETURNING id) SELECT * FROM gone",
    "MERGE INTO trail_consent AS c USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
]


@pytest.mark.parametrize("sql", CHANGES)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_no_statement_changes_what_was_written(sql: str, role: str, now: datetime) -> None:
    receive_report(A_REPORT, now=now)
    before = check_whole_trail()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = {role}")
        # TRUNCATE inside a transaction already stumbles over the tests' own deferred checks.
        refusal = "pending trigger events" if "TRUNCATE" in sql else "append-only"
        with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
            cursor.execute(sql)
    assert check_whole_trail() == before


def test_an_entry_slipped_in_is_found(now: datetime) -> None:
    receive_report(A_REPORT, now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trail_entry (position, at, leaf) "
            "SELECT max(position) + 1, now(), sha256('made up') FROM trail_entry"
        )
    with pytest.raises(TrailError):
        check_whole_trail()
