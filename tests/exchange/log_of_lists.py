"""The log of changes inside a test's transaction, which never commits."""

from django.db import connection


def commit_positions() -> None:
    """Let what waits for the commit happen now: changes get their positions."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
