"""A database quotes what it refuses. None of that reaches a log, a console or a job's record."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable
from io import StringIO

import pytest
from django.db import DataError, connection, transaction
from procrastinate import App
from procrastinate.testing import InMemoryConnector
from psycopg.errors import UniqueViolation

from jikimi.config.failing import RequestFailed, with_failures_told

CANARY = "https://canaryhost.example/canaryofhername"


def refused_by_the_database() -> DataError:
    """A real error of PostgreSQL, which quotes the value it was given."""
    with pytest.raises(DataError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::text::integer", [CANARY])
    assert CANARY in str(caught.value)
    return caught.value


def plainly(log: logging.Logger, error: Exception) -> None:
    try:
        raise error
    except DataError:
        log.exception("failed")


def as_a_value(log: logging.Logger, error: Exception) -> None:
    log.error("failed: %s", error)
    log.error("failed: %(why)r", {"why": error})
    log.error(error)


def in_a_message_put_together(log: logging.Logger, error: Exception) -> None:
    log.error(f"failed: {error}, {error!r}, 100 %", exc_info=error)


def quoted_by_another(log: logging.Logger, error: Exception) -> None:
    for cause in (error, None):
        try:
            try:
                raise error
            except DataError:
                raise RuntimeError(f"no: {error}") from cause
        except RuntimeError:
            log.exception("failed")


def before_another(log: logging.Logger, error: Exception) -> None:
    try:
        try:
            raise error
        except DataError:
            raise KeyError(str(error))  # noqa: B904  # the chain that is not meant
    except KeyError:
        log.exception("failed")


def in_a_group(log: logging.Logger, error: Exception) -> None:
    log.error("failed", exc_info=ExceptionGroup(f"all of {error}", [ValueError("other"), error]))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "write",
    [
        plainly,
        as_a_value,
        in_a_message_put_together,
        quoted_by_another,
        before_another,
        in_a_group,
    ],
)
def test_a_databases_error_is_written_without_its_words(
    write: Callable[[logging.Logger, Exception], None],
) -> None:
    """By whatever logger and handler, one of a library's own too."""
    log, written = logging.getLogger("some.library"), StringIO()
    log.addHandler(handler := logging.StreamHandler(written))
    try:
        write(log, refused_by_the_database())
    finally:
        log.removeHandler(handler)
    said = written.getvalue()
    assert "canary" not in said
    assert "django.db.utils.DataError (SQLSTATE 22P02)" in said
    if write is not as_a_value:
        assert f'File "{__file__}", line ' in said


def test_other_errors_say_what_they_say(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("the clock is wrong")
    except ValueError:
        logging.getLogger("some.library").exception("failed: %s", "once")
    assert "failed: once" in caplog.text
    assert "ValueError: the clock is wrong" in caplog.text


def test_a_process_that_ends_with_it_writes_none_of_its_words() -> None:
    """Its first thread, another one, and what happens while something is thrown away."""
    script = f"""
import os, threading, django
os.environ["DJANGO_SETTINGS_MODULE"] = "jikimi.config.settings"
django.setup()
from psycopg.errors import UniqueViolation
def fail():
    raise UniqueViolation("DETAIL: Key (address)=({CANARY}) already exists.")
class Thing:
    def __del__(self):
        fail()
thread = threading.Thread(target=fail)
thread.start()
thread.join()
Thing()
fail()
"""
    ended = subprocess.run(
        [sys.executable, "-"], input=script, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "canary" not in ended.stderr
    assert ended.stderr.count("psycopg.errors.UniqueViolation (SQLSTATE 23505)") == 3
    assert ended.stderr.count("in fail\n") == 3


def test_a_job_that_fails_leaves_none_of_its_words(caplog: pytest.LogCaptureFixture) -> None:
    jobs = App(connector=(kept := InMemoryConnector()))

    @jobs.task(name="refused")
    def refused() -> None:
        raise UniqueViolation(f"DETAIL: Key (address)=({CANARY}) already exists.")

    caplog.set_level(logging.DEBUG)
    with jobs.open():
        refused.defer()
        jobs.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    assert "psycopg.errors.UniqueViolation (SQLSTATE 23505)" in caplog.text
    assert "canary" not in caplog.text
    assert [job["status"] for job in kept.jobs.values()] == ["failed"]
    assert "canary" not in repr((kept.jobs, kept.events))


def test_the_server_hears_nothing_of_what_failed(caplog: pytest.LogCaptureFixture) -> None:
    async def fails(_scope: object, _receive: object, _send: object) -> None:
        raise UniqueViolation(f"DETAIL: Key (address)=({CANARY}) already exists.")

    with pytest.raises(RequestFailed) as caught:
        asyncio.run(with_failures_told(fails)({}, None, None))
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert "A request could not be answered." in caplog.text
    assert "psycopg.errors.UniqueViolation (SQLSTATE 23505)" in caplog.text
    assert "canary" not in caplog.text
