"""A pytest plugin: a real PostgreSQL for the run, there before Django reads its settings."""

import os
from contextlib import ExitStack

import pytest

from jikimi.cli.database import database_for
from tests.folders import reachable_folder

_stack = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the embedded server; the processes of a parallel run find it in the environment."""
    if "DATABASE_URL" in os.environ:
        return
    folder = _stack.enter_context(reachable_folder())
    os.environ["JIKIMI_DATA"] = str(folder)
    os.environ["JIKIMI_SECRET_KEY"] = "only-for-the-tests-" + "x" * 40
    _stack.enter_context(database_for(folder))


def pytest_unconfigure() -> None:
    _stack.close()
