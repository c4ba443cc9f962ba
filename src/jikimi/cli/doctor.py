"""`jikimi doctor`: looks at everything the house needs and says what to do."""

import shutil
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from django.db import Error as NoDatabase
from django.db import connection

from jikimi.cli.data_folder import DataFolder
from jikimi.cli.house import open_house
from jikimi_core.index import IndexFileError

_LEAST_DISK = 2 * 1024**3
_CLOCK_DRIFT = timedelta(seconds=5)
_WORKER_SILENCE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at: what was found and, if it is not well, what to do."""

    subject: str
    found: str
    remedy: str = ""


def doctor(data: DataFolder = None) -> None:
    """Check database, worker, mail, clock, keys, disk and packs. Exit 1 when something is wrong."""
    with open_house(data, migrate=False) as folder:
        findings = list(_examine(folder))
    for finding in findings:
        mark = "wrong" if finding.remedy else "well "
        typer.echo(f"{mark}  {finding.subject:<10} {finding.found}")
        if finding.remedy:
            typer.echo(f"                 -> {finding.remedy}")
    if any(finding.remedy for finding in findings):
        raise typer.Exit(1)


def _examine(folder: Path) -> Iterator[Finding]:
    yield _database()
    looks: tuple[Callable[[], Finding], ...] = (_tables, _worker, _clock, _packs, _match_role)
    for look in looks:
        try:
            yield look()
        except NoDatabase:
            yield Finding(
                subject=look.__name__.strip("_").replace("_", " "),
                found="not known without the database",
                remedy="mend the database first",
            )
    yield _mail()
    yield _channels()
    yield _keys(folder)
    yield _lists()
    yield _disk(folder)


def _database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
    except NoDatabase:
        return Finding(
            subject="database",
            found="does not answer",
            remedy="start PostgreSQL, or check DATABASE_URL; unset it to use the embedded server",
        )
    return Finding(subject="database", found=f"PostgreSQL {version}")


def _tables() -> Finding:
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415  # after settings

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding(
            subject="tables",
            found=f"{len(waiting)} migrations wait",
            remedy="run `jikimi up` once; it brings them up to date",
        )
    return Finding(subject="tables", found="up to date")


def _worker() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        seen = cursor.fetchone()[0]
    if seen is None or datetime.now(UTC) - seen > _WORKER_SILENCE:
        return Finding(
            subject="worker",
            found="none has shown itself for a minute",
            remedy="run `jikimi up`; drafts, sending and clocks wait for it",
        )
    return Finding(subject="worker", found="alive")


def _clock() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        drift = abs(cursor.fetchone()[0] - datetime.now(UTC))
    if drift > _CLOCK_DRIFT:
        return Finding(
            subject="clock",
            found=f"{drift.total_seconds():.0f} s away from the database's",
            remedy="let both machines follow a time server; deadlines are counted by it",
        )
    return Finding(subject="clock", found="agrees with the database's")


def _mail() -> Finding:
    from django.conf import settings  # noqa: PLC0415  # after settings
    from django.core.mail.backends.smtp import EmailBackend  # noqa: PLC0415

    if not settings.MAIL_URL:
        return Finding(
            subject="mail",
            found="no mail server is set",
            remedy="set JIKIMI_MAIL=smtp://user:password@host:port; until then mail waits",
        )
    backend = EmailBackend(timeout=10)
    try:
        backend.open()
        backend.close()
    except (OSError, smtplib.SMTPException) as error:
        return Finding(
            subject="mail",
            found=f"the server does not take our greeting ({type(error).__name__})",
            remedy="check JIKIMI_MAIL: host, port, user, password; mail waits and is not lost",
        )
    return Finding(subject="mail", found="the server answers")


def _channels() -> Finding:
    from jikimi.takedown.channels import NotSentYet, channels  # noqa: PLC0415  # after settings
    from jikimi.takedown.channels.keys import keys_of  # noqa: PLC0415

    try:
        for name in channels():
            keys_of(name)
    except NotSentYet as trouble:
        return Finding(
            subject="channels", found=trouble.safe_words, remedy="notices to interfaces wait for it"
        )
    missing = [name for name, channel in channels().items() if channel.why_not()]
    ready = ", ".join(name for name in channels() if name not in missing) or "none"
    by_hand = f"; not set up: {', '.join(missing)}" if missing else ""
    return Finding(subject="channels", found=f"set up: {ready}{by_hand}")


def _keys(folder: Path) -> Finding:
    from jikimi.evidence.errors import EvidenceError  # noqa: PLC0415  # after settings
    from jikimi.evidence.keyring import KeyOwner, pair_belongs_together  # noqa: PLC0415

    try:
        broken = [owner for owner in KeyOwner if not pair_belongs_together(folder / "keys", owner)]
    except (EvidenceError, ValueError):
        broken = list(KeyOwner)
    if broken:
        return Finding(
            subject="keys",
            found=f"the pair of {', '.join(broken)} does not fit together",
            remedy=f"restore {folder / 'keys'} from your backup; do not make new ones",
        )
    return Finding(subject="keys", found="each pair fits together")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    if free < _LEAST_DISK:
        return Finding(
            subject="disk",
            found=f"{free / 1024**3:.1f} GiB left",
            remedy="make room: below 2 GiB the database may stop",
        )
    return Finding(subject="disk", found=f"{free / 1024**3:.0f} GiB free")


def _packs() -> Finding:
    from jikimi.venues.errors import VenueError  # noqa: PLC0415  # after settings
    from jikimi.venues.lookups import in_use  # noqa: PLC0415

    try:
        known = in_use()
    except VenueError as error:
        return Finding(subject="packs", found=str(error), remedy="run `jikimi packs check`")
    packs = known.packs
    if known.misfits:
        return Finding(
            subject="packs",
            found=f"{len(known.misfits)} changes by two people no longer fit their files",
            remedy="run `jikimi packs check --in-use`; take them back at the desk",
        )
    return Finding(
        subject="packs", found=f"{len(packs.laws)} laws, {len(packs.recipients)} recipients"
    )


def _match_role() -> Finding:
    from jikimi.exchange.match_role import NAME, has_match_role  # noqa: PLC0415  # after settings

    if not has_match_role():
        return Finding(
            subject="match role",
            found="partners are answered with rights that can read cases",
            remedy=f"let the database's owner run CREATE ROLE {NAME} and grant it to our user with "
            "SET, then restart",
        )
    return Finding(subject="match role", found="partners are answered by one that knows no case")


def _lists() -> Finding:
    from jikimi.exchange.following.here import (  # noqa: PLC0415  # after settings
        folder_of_lists,
        verify_kept,
    )

    try:
        verified = verify_kept()
    except IndexFileError as trouble:
        return Finding(
            subject="lists",
            found=f"what is kept of them cannot be used ({trouble.reason})",
            remedy="a list may be going away just now: ask again in a minute. If it stays, stop "
            f"`jikimi up`, delete {folder_of_lists()}, and start it again: it is built anew from "
            "the database",
        )
    return Finding(subject="lists", found=f"{verified:,} kept fingerprints fit their checksums")
