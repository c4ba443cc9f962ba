"""What every test may use: a real PostgreSQL, keys of its own, the time as an argument."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jikimi.cli.database import database_for

_stack = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded database once per run, before Django reads its settings."""
    if hasattr(config, "workerinput"):  # a helper process of a parallel run uses its parent's
        return
    folder = Path(_stack.enter_context(tempfile.TemporaryDirectory(prefix="jikimi-test-")))
    folder.chmod(0o755)
    os.environ["JIKIMI_DATA"] = str(folder)
    os.environ["JIKIMI_SECRET_KEY"] = "only-for-the-tests-" + "x" * 40
    _stack.enter_context(database_for(folder))


def pytest_unconfigure() -> None:
    _stack.close()


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, settings: "pytest.FixtureRequest") -> Iterator[None]:
    """Keys of its own for each test."""
    from jikimi.evidence.keyring import make_missing_keys

    settings.DATA_DIR = tmp_path
    make_missing_keys(tmp_path / "keys")
    yield


@pytest.fixture
def now() -> datetime:
    """A Saturday noon, in UTC."""
    return datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
