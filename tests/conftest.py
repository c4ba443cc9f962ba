"""What every test may use: keys of its own, and the time as an argument."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from jikimi.evidence.keyring import make_missing_keys


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    make_missing_keys(tmp_path / "keys")


@pytest.fixture
def now() -> datetime:
    """A Saturday noon, in UTC."""
    return datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
