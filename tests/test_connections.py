"""What a process asks again and again costs the server one plan, and the worker no transaction."""

import asyncio

import pytest
from django.db import connection

from jikimi.cli.serve import own_connector

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


@pytest.mark.django_db
def test_a_question_of_the_worker_for_its_jobs_is_one_statement_and_no_transaction() -> None:
    worker = own_connector()
    with asyncio.Runner() as runner:
        runner.run(worker.open_async())
        asked = runner.run(worker.execute_query_one_async("SELECT pg_backend_pid() AS pid"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [asked["pid"]])
            assert cursor.fetchone() == ("SELECT pg_backend_pid() AS pid",)
        runner.run(worker.close_async())
