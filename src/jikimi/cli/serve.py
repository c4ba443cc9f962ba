"""`jikimi up`: the web server and the worker in one process tree, on one database."""

import ctypes
import gc
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from jikimi.cli.data_folder import DataFolder
from jikimi.cli.house import open_house

if TYPE_CHECKING:
    from procrastinate.psycopg_connector import PsycopgConnector
    from psycopg import AsyncConnection

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  # what to ask instead
_WAIT_FOR_WEB = 60.0
_WAIT_FOR_CHILD = 15.0
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_SHORT_LIFE = 5.0
_MOST_AT_ONCE = 5  # asyncio's threads on one core; the pool of connections holds eight
_ALLOCATIONS_BETWEEN_COLLECTIONS = 20_000
"""Python's own 700 sent the collector through what a job holds again and again: 6 % of the work."""
_MOST_EARLY_DEATHS = 5


class Stop(Exception):
    """Somebody asked the process to end."""


def up(
    data: DataFolder = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Serve everything: portal, desk and worker, on the embedded database or DATABASE_URL."""
    os.environ.setdefault("JIKIMI_ORIGIN", f"http://{host}:{port}")
    _refuse_taken_port(host, port)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    typer.echo("Starting Jikimi ...")
    try:
        with open_house(data) as folder:
            children = [_Child.start("web", _web(host, port)), _Child.start("worker", _worker())]
            try:
                _wait_until_served(host, port, children)
                _say_where(folder)
                _watch(children)
            finally:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                _end(children)
    except Stop:
        typer.echo("Jikimi has stopped. Nothing is lost.")


def worker(
    data: DataFolder = None,
    at_once: Annotated[
        int,
        typer.Option(
            help="Jobs that this process does at the same time. One Python process keeps about "
            "one core busy: for more, start more processes with fewer jobs each.",
            min=1,
            max=_MOST_AT_ONCE,
        ),
    ] = 4,
) -> None:
    """Run the jobs: drafting, sending, clocks, looking at links."""
    with open_house(data, migrate=False):
        from procrastinate.contrib.django import app as jobs  # noqa: PLC0415  # after settings
        from procrastinate.contrib.django.django_connector import (  # noqa: PLC0415
            DjangoConnector,
        )
        from procrastinate.jobs import DeleteJobCondition  # noqa: PLC0415

        connector = jobs.connector
        if isinstance(connector, DjangoConnector):
            connector = own_connector()
        jobs.perform_import_paths()  # type: ignore[no-untyped-call]  # it is not typed
        # What is loaded by now stays: the collector need not go through all of it again and again.
        gc.freeze()
        gc.set_threshold(_ALLOCATIONS_BETWEEN_COLLECTIONS)
        # What is done is on the trail; only jobs that failed are kept, to be looked into.
        jobs.with_connector(connector).run_worker(
            concurrency=at_once, delete_jobs=DeleteJobCondition.SUCCESSFUL
        )


def own_connector() -> "PsycopgConnector":
    """The worker's own connections. Each of its questions is one statement, and no transaction."""
    from procrastinate.contrib.django.utils import connector_params  # noqa: PLC0415
    from procrastinate.psycopg_connector import PsycopgConnector  # noqa: PLC0415

    return PsycopgConnector(kwargs=connector_params(), configure=_each_by_itself)


async def _each_by_itself(connection: "AsyncConnection[tuple[object, ...]]") -> None:
    await connection.set_autocommit(True)


@dataclass(kw_only=True)
class _Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes]
    born: float
    early_deaths: int = 0

    @classmethod
    def start(cls, name: str, command: list[str]) -> "_Child":
        # A group of its own, so that Ctrl-C reaches this process first and it ends them in order.
        process = subprocess.Popen(  # noqa: S603  # our own command
            command,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  # no thread runs yet
        )
        return cls(name=name, command=command, process=process, born=time.monotonic())

    def revive_if_dead(self) -> None:
        """While the house starts: try again, and give up on one that keeps dying young."""
        if self.process.poll() is None:
            return
        if time.monotonic() - self.born < _SHORT_LIFE:
            self.early_deaths += 1
        if self.early_deaths >= _MOST_EARLY_DEATHS:
            typer.echo(f"The {self.name} process keeps ending. Run `jikimi doctor`.", err=True)
            raise typer.Exit(1)
        self._revive()

    def revive_after_a_rest(self) -> None:
        """Once the house has served: never give up, for a database that is away comes back."""
        rested = time.monotonic() - self.born >= _SHORT_LIFE
        if rested and self.process.poll() is not None:
            self._revive()

    def _revive(self) -> None:
        typer.echo(f"The {self.name} process ended; starting it again.", err=True)
        fresh = _Child.start(self.name, self.command)
        self.process, self.born = fresh.process, fresh.born


def _end_with_parent() -> None:
    """Ask Linux to send SIGTERM when the parent is killed, so that no half house stays behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _web(host: str, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--no-access-log"),
        *("--host", host, "--port", str(port), "--workers", "1", "--log-level", "warning"),
        *("--backpressure", "128", "jikimi.config.asgi:application"),
    ]


def _worker() -> list[str]:
    return [sys.executable, "-m", "jikimi.cli", "worker"]


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stop


def _watch(children: list[_Child]) -> None:
    while True:
        time.sleep(0.5)
        for child in children:
            child.revive_after_a_rest()


def _end(children: list[_Child]) -> None:
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + _WAIT_FOR_CHILD
    for child in children:
        try:
            child.process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def _refuse_taken_port(host: str, port: int) -> None:
    import socket  # noqa: PLC0415  # only here

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            typer.echo(f"{host}:{port} is taken or not ours. Choose another --port.", err=True)
            raise typer.Exit(2) from None


def _wait_until_served(host: str, port: int, children: list[_Child]) -> None:
    import httpcore  # noqa: PLC0415  # costs a moment; only `up` needs it
    from django.conf import settings  # noqa: PLC0415  # after the house is open

    # The name that the outside uses is allowed; the address that we listen on may not be.
    name = urlsplit(settings.PUBLIC_ORIGIN).netloc
    ready = f"http://{_EVERYWHERE.get(host, host)}:{port}/readyz"
    deadline = time.monotonic() + _WAIT_FOR_WEB
    while time.monotonic() < deadline:
        try:
            if httpcore.request("GET", ready, headers={"Host": name}).status == 200:  # noqa: PLR2004
                return
        except httpcore.NetworkError:
            pass
        for child in children:
            child.revive_if_dead()
        time.sleep(0.2)
    typer.echo("The web server does not serve; its messages are above.", err=True)
    raise typer.Exit(1)


def _say_where(folder: Path) -> None:
    from django.conf import settings  # noqa: PLC0415  # after the house is open
    from django.db import OperationalError  # noqa: PLC0415

    from jikimi.cli.staff import link_if_nobody_yet  # noqa: PLC0415

    origin = settings.PUBLIC_ORIGIN
    typer.echo(f"  For survivors   {origin}/")
    typer.echo(f"  For caseworkers {origin}/desk/")
    try:
        link = link_if_nobody_yet()
    except OperationalError:
        link = "cannot be made: the database does not answer. `jikimi staff link` makes one later."
    if link:
        typer.echo(f"  First account   {link}  (works once, for a day)")
    typer.echo(f"  Data            {folder}")
    typer.echo("Ctrl-C stops it.")
    sys.stdout.flush()
