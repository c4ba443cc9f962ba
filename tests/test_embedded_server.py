"""The embedded database server: what it keeps in memory, and what it writes into its log."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jikimi.cli import database
from jikimi.cli.database import database_for
from tests.folders import reachable_folder

MARK = "https://place.example/only-hers"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder whose server is nobody else's."""
    monkeypatch.delenv("DATABASE_URL")
    with reachable_folder() as made:
        yield made


def _said(server: "psycopg.Connection", setting: str) -> str:
    row = server.execute("SELECT current_setting(%s)", [setting]).fetchone()
    assert row
    return str(row[0])


def test_the_server_settles_its_cache_and_what_the_owner_set_counts_more(folder: Path) -> None:
    with database_for(folder) as url, psycopg.connect(url, autocommit=True) as server:
        unasked = server.execute(
            "SELECT setting::int / 128, sourcefile FROM pg_settings WHERE name = 'shared_buffers'"
        ).fetchone()
        server.execute("ALTER SYSTEM SET shared_buffers = '160MB'")
    with database_for(folder) as url, psycopg.connect(url) as server:
        assert _said(server, "shared_buffers") == "160MB"
    assert unasked
    assert 128 <= unasked[0] <= 1024
    assert unasked[1].endswith("/jikimi.conf")
    main = (folder / "postgres" / "postgresql.conf").read_text()
    assert main.count("jikimi.conf") == 1


def test_the_cache_is_no_larger_than_a_container_lets_it_be(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = Path("/proc/self/cgroup").read_text().splitlines()
    own = next((line for line in groups if line.startswith("0::/")), None)
    if own is None:
        pytest.skip("this machine has no control groups of version 2")
    group = tmp_path / own.removeprefix("0::/")
    group.mkdir(parents=True, exist_ok=True)
    (group / "memory.max").write_text(f"{2 * 1024**3}\n")
    monkeypatch.setattr(database, "_CONTROL_GROUPS", tmp_path)
    with database_for(folder) as url, psycopg.connect(url) as server:
        assert _said(server, "shared_buffers") == "256MB"


def test_a_refused_statement_leaves_nothing_that_it_was_to_keep_in_the_log(folder: Path) -> None:
    with database_for(folder) as url, psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE TABLE place (address text UNIQUE)")
        server.execute("INSERT INTO place VALUES (%s)", [MARK])
        with pytest.raises(psycopg.errors.UniqueViolation, match="only-hers"):
            server.execute("INSERT INTO place VALUES (%s)", [MARK])
    log = (folder / "postgres" / "log").read_text()
    assert "duplicate key" in log
    assert "only-hers" not in log
