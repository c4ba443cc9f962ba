"""The server is not made to plan a statement anew that a process asks again and again."""

import pytest
from django.db import connection

STATEMENTS = 160
"""As many different ones as a worker puts; the driver by itself keeps a hundred."""
KEPT_FROM = 5


@pytest.mark.django_db
def test_as_many_plans_are_kept_as_there_are_statements() -> None:
    with connection.cursor() as cursor:
        for _ in range(KEPT_FROM + 2):
            for number in range(STATEMENTS):
                cursor.execute(f"SELECT %s::int AS kept_{number}", [number])
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%AS kept%"]
        )
        assert cursor.fetchone() == (STATEMENTS,)
