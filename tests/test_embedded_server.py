"""The embedded database server: what it keeps in memory, and what it writes into its log."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jikimi.cli.database import database_for, memory
from tests.folders import reachable_folder

MIB = 2**20


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder whose server is nobody else's."""
    monkeypatch.delenv("DATABASE_URL")
    with reachable_folder() as made:
        yield made


def _cache(server: "psycopg.Connection") -> int:
    """MiB."""
    row = server.execute(
        "SELECT setting::int / 128 FROM pg_settings WHERE name = 'shared_buffers'"
    ).fetchone()
    assert row
    return int(row[0])


def test_a_new_server_gets_a_cache_and_what_the_owner_sets_later_stands(folder: Path) -> None:
    with database_for(folder) as url, psycopg.connect(url, autocommit=True) as server:
        assert _cache(server) == max(128, min(1024, memory() // 8 // MIB))
        server.execute("ALTER SYSTEM SET shared_buffers = '160MB'")
    with database_for(folder) as url, psycopg.connect(url) as server:
        assert _cache(server) == 160


@pytest.mark.parametrize(
    ("groups", "limits", "expected"),
    [
        ("0::/\n", {"memory.max": "536870912\n"}, 512),
        ("0::/one/two\n", {"one/memory.max": "536870912\n", "one/two/memory.max": "max\n"}, 512),
        ("5:memory:/one\n0::/\n", {"memory/one/memory.limit_in_bytes": "268435456\n"}, 256),
        ("5:memory:/elsewhere\n", {"memory/memory.limit_in_bytes": "268435456\n"}, 256),
    ],
)
def test_memory_is_what_the_least_control_group_lets_a_process_use(
    tmp_path: Path, groups: str, limits: dict[str, str], expected: int
) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text(groups)
    for name, limit in limits.items():
        file = tmp_path / "sys/fs/cgroup" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(limit)
    assert memory(tmp_path) == expected * MIB


def test_memory_is_the_machines_where_nothing_limits_it(tmp_path: Path) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("5:memory:/\n0::/one\n")
    limit = tmp_path / "sys/fs/cgroup/memory/memory.limit_in_bytes"
    limit.parent.mkdir(parents=True)
    limit.write_text("9223372036854771712\n")
    assert memory(tmp_path) == memory(tmp_path / "nothing") > MIB


def test_a_refused_statement_leaves_nothing_that_it_was_to_keep_in_the_log(folder: Path) -> None:
    with database_for(folder) as url, psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE TABLE place (address text UNIQUE)")
        server.execute("INSERT INTO place VALUES ('told-by-its-detail')")
        with pytest.raises(psycopg.errors.UniqueViolation, match="told-by-its-detail"):
            server.execute("INSERT INTO place VALUES (%s)", ["told-by-its-detail"])
        with pytest.raises(psycopg.errors.UndefinedColumn):
            server.execute("INSERT INTO place (nowhere) VALUES ('told-by-its-statement')")
    log = (folder / "postgres" / "log").read_text()
    assert "duplicate key" in log
    assert "nowhere" in log
    assert "told-by" not in log
