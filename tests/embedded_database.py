"""A pytest plugin: a real PostgreSQL for the run, there before Django reads its settings."""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from jikimi.cli.database import database_for

_stack = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the embedded server; the processes of a parallel run find it in the environment."""
    if "DATABASE_URL" in os.environ:
        return
    folder = Path(_stack.enter_context(tempfile.TemporaryDirectory(prefix="jikimi-test-")))
    folder.chmod(0o755)
    os.environ["JIKIMI_DATA"] = str(folder)
    os.environ["JIKIMI_SECRET_KEY"] = "only-for-the-tests-" + "x" * 40
    _stack.enter_context(database_for(folder))


def pytest_unconfigure() -> None:
    _stack.close()
