"""Getting the house ready for a command: folder, secrets, keys, database, migrations."""

import fcntl
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import typer
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connection

from jikimi.cli.data_folder import default_data_folder
from jikimi.cli.database import database_for

_MIGRATION_LOCK = 0x6A696B70


@contextmanager
def open_house(data: Path | None, *, migrate: bool = True) -> Iterator[Path]:
    """Everything a command needs, from the folder to a migrated database; yields the folder.

    Exits with a plain sentence when a setting or the database stands in the way.
    """
    folder = (data or default_data_folder()).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["JIKIMI_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jikimi.config.settings")
    if not os.environ.get("JIKIMI_SECRET_KEY") and not _is_production():
        os.environ["JIKIMI_SECRET_KEY"] = _kept_secret(folder / "secret.key")
    with database_for(folder):
        _set_up_django()
        _make_keys(folder)
        if migrate:
            _migrate()
        yield folder


def _set_up_django() -> None:
    try:
        django.setup()
    except ImproperlyConfigured as error:
        typer.echo(str(error), err=True)
        sys.exit(2)


def _is_production() -> bool:
    return os.environ.get("JIKIMI_PRODUCTION", "").lower() in {"1", "true", "yes", "on"}


def _kept_secret(path: Path) -> str:
    """The folder's own secret, made by the first who finds none; others wait until it is written.

    A file left empty by a start that broke off is filled.
    """
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        kept = file.read()
        if not kept:
            kept = secrets.token_urlsafe(48)
            file.write(kept)
        return kept


def _make_keys(folder: Path) -> None:
    from jikimi.evidence.keyring import make_missing_keys  # noqa: PLC0415  # after settings

    make_missing_keys(folder / "keys")


def _migrate() -> None:
    """Bring the tables up to date; a second process waits its turn."""
    try:
        _migrate_in_turn()
    except OperationalError:
        typer.echo(
            "The database does not answer. Start it, or check DATABASE_URL; without "
            "DATABASE_URL an embedded one is used. Nothing is lost. `jikimi doctor` says more.",
            err=True,
        )
        sys.exit(2)


def _make_match_role() -> None:
    from jikimi.exchange.match_role import make_match_role  # noqa: PLC0415  # after settings

    make_match_role()  # where it may not be made, `jikimi doctor` tells


def _migrate_in_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            call_command("migrate", interactive=False, verbosity=0)
            _make_match_role()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])
