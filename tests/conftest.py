"""What every test may use: keys of its own, and the time as an argument."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pytest_django import DjangoDbBlocker, Settings

from jikimi.evidence.keyring import make_missing_keys

# Made-up examples are the same in every run, and no machine is too slow for them.
hypothesis.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.load_profile("house")


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    make_missing_keys(tmp_path / "keys")


@pytest.fixture(autouse=True)
def _passwords_cost_nothing(settings: Settings) -> None:
    """Argon2 is slow on purpose; who signs in here is nobody to be kept out."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now() -> datetime:
    """A Saturday noon, in UTC."""
    return datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def what_was_committed_can_be_emptied(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """What is committed must go again after the test: the trail's guards rest meanwhile."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger "
            "WHERE tgrelid::regclass::text LIKE 'trail%' AND NOT tgisinternal"
        )
        guards = cursor.fetchall()
        for table, guard, _ in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table, guard, enabled in guards:
            always = "ALWAYS" if enabled == "A" else ""
            cursor.execute(f"ALTER TABLE {table} ENABLE {always} TRIGGER {guard}")
