"""What every test may use: keys of its own, and the time as an argument."""

import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2.low_level import hash_secret_raw
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pytest_django import DjangoDbBlocker, Settings
from servestatic.middleware import ServeStaticMiddleware

from jikimi.evidence import stretching
from jikimi.evidence.keyring import make_missing_keys
from tests.kept_browsers import end_browsers

# Made-up examples are the same in every run, and no machine is too slow for them.
hypothesis.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.load_profile("house")

# What takes long, or shares with its neighbours what does: pages that are made once, a browser.
_FIRST = (
    "tests/stories/test_national_year.py",
    "tests/test_up.py",
    "tests/test_demo.py",
    "tests/stories/",
    "tests/portal/test_every_page.py",
    "tests/portal/test_by_keyboard.py",
    "tests/portal/test_pages.py",
    "tests/test_browser_",
    "tests/portal/",
    "tests/desk/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes long come first: then those that share the rest end together."""

    def turn(item: pytest.Item) -> int:
        named = (n for n, at in enumerate(_FIRST) if item.nodeid.startswith(at))
        return next(named, len(_FIRST))

    items.sort(key=turn)


@pytest.fixture(scope="session", autouse=True)
def _browsers_end_with_the_run() -> Iterator[None]:
    yield
    end_browsers()


@pytest.fixture(scope="session", autouse=True)
def _logs_go_to_caplog_alone() -> None:
    """The console that logging was set up with is gone once pytest reads along in its place."""
    root = logging.getLogger()
    for console in [one for one in root.handlers if type(one) is logging.StreamHandler]:
        root.removeHandler(console)


@pytest.fixture(scope="session")
def _made_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pairs as the house makes them, once: each key is written through to the disk."""
    folder = tmp_path_factory.mktemp("made") / "keys"
    make_missing_keys(folder)
    return folder


@pytest.fixture(autouse=True)
def _own_keys(_made_keys: Path, tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    shutil.copytree(_made_keys, tmp_path / "keys")


@pytest.fixture(autouse=True)
def _passwords_cost_nothing(settings: Settings) -> None:
    """Argon2 is slow on purpose; who signs in here is nobody to be kept out."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _codes_cost_little() -> Iterator[None]:
    """Nor is there a code to be guessed. `tests/evidence/test_stretching.py` asks for its cost."""

    def cheaply(secret: bytes, salt: bytes, **costs: object) -> bytes:
        return hash_secret_raw(secret, salt, **{**costs, "time_cost": 1, "memory_cost": 8})

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stretching, "hash_secret_raw", cheaply)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_found_once() -> Iterator[None]:
    """Each client of a test makes the middleware anew, which looks through every static folder."""
    find = ServeStaticMiddleware.add_files_from_finders
    found: list[ServeStaticMiddleware] = []

    def find_once(self: ServeStaticMiddleware) -> None:
        if not found:
            find(self)
            found.append(self)
        self.files, self.directories = dict(found[0].files), list(found[0].directories)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ServeStaticMiddleware, "add_files_from_finders", find_once)
        yield


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
        cursor.execute("DELETE FROM procrastinate_jobs")  # no model of Django's: it leaves them
