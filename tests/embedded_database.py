"""A pytest plugin: a real PostgreSQL for the run, there before Django reads its settings."""

import os
from contextlib import ExitStack

import psycopg
import pytest

from jikimi.cli.database import database_for
from tests.folders import reachable_folder

_stack = ExitStack()
_FORGETFUL = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the embedded server; the processes of a parallel run find it in the environment."""
    if "DATABASE_URL" in os.environ:
        return
    folder = _stack.enter_context(reachable_folder())
    os.environ["JIKIMI_DATA"] = str(folder)
    os.environ["JIKIMI_SECRET_KEY"] = "only-for-the-tests-" + "x" * 40
    _wait_for_no_disk(_stack.enter_context(database_for(folder)))


def _wait_for_no_disk(url: str) -> None:
    """Have the server write when it likes: after a loss of power nobody asks for these rows."""
    with psycopg.connect(url, autocommit=True) as server:
        for setting in _FORGETFUL:
            server.execute(f"ALTER SYSTEM SET {setting}")
        server.execute("SELECT pg_reload_conf()")


def pytest_unconfigure() -> None:
    _stack.close()
