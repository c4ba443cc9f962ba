"""`jikimi up` and `jikimi doctor`, as an operator runs them."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from jikimi.cli.demo.processes import free_port
from tests.folders import reachable_folder

PATIENCE = 300  # seconds: three starts at once on a machine that does much else
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("JIKIMI_") and name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that is not there yet."""
    with reachable_folder() as parent:
        yield parent / "data"


OPENS_A_HOUSE = """
import sys
from pathlib import Path
from jikimi.cli.house import open_house
with open_house(Path(sys.argv[1])):
    pass
"""


@pytest.fixture(scope="module")
def left_behind() -> Iterator[Path]:
    """The data folder of a house that was open once."""
    with reachable_folder() as parent:
        opens = [sys.executable, "-c", OPENS_A_HOUSE, str(parent / "data")]
        subprocess.run(opens, env=CLEAN, check=True)
        yield parent / "data"


@pytest.fixture
def lived_in(folder: Path, left_behind: Path) -> Path:
    """A data folder of one's own, with the tables and keys of a house that was open before."""
    subprocess.run(["cp", "--archive", left_behind, folder], check=True)
    return folder


def jikimi(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "jikimi.cli", *arguments]


@contextmanager
def up(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        jikimi("up", "--data", str(folder), "--port", str(port)),
        env=CLEAN,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def said_until_ready(process: subprocess.Popen[str]) -> str:
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if "Ctrl-C stops it" in line:
            return said
    raise AssertionError(said)


def readyz(port: int) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE)


def postgres_runs_in(folder: Path) -> bool:
    pid_file = folder / "postgres" / "postmaster.pid"
    if not pid_file.exists():
        return False
    try:
        os.kill(int(pid_file.read_text().split()[0]), 0)
    except ProcessLookupError:
        return False
    return True


def test_two_that_start_at_once_share_one_database_and_the_last_one_stops_it(folder: Path) -> None:
    ports = free_port(), free_port()
    with up(folder, ports[0]) as first, up(folder, ports[1]) as second:
        said = said_until_ready(first)
        said_until_ready(second)
        assert re.search(r"First account\s+http://127.0.0.1:\d+/desk/setup/", said)
        for port in ports:
            assert readyz(port).json() == {"status": "ready"}
        first.send_signal(signal.SIGINT)
        assert first.wait(PATIENCE) == 0
        assert readyz(ports[1]).status_code == 200
        second.send_signal(signal.SIGTERM)
        assert second.wait(PATIENCE) == 0
    assert not postgres_runs_in(folder)


PRINTS_ITS_SECRET = """
import sys
from pathlib import Path
from jikimi.cli.house import open_house
with open_house(Path(sys.argv[1]), migrate=False):
    from django.conf import settings
    print(settings.SECRET_KEY)
"""


def test_a_start_that_broke_off_before_its_secret_was_written_is_made_good(folder: Path) -> None:
    folder.mkdir()
    (folder / "secret.key").touch()
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", PRINTS_ITS_SECRET, str(folder)],
            env=CLEAN | {"DATABASE_URL": os.environ["DATABASE_URL"]},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = {process.communicate(timeout=PATIENCE)[0].strip() for process in starting}
    assert len(said) == 1
    assert len(said.pop()) >= 50


def test_a_taken_port_is_said_at_once(folder: Path) -> None:
    port = free_port()

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        ended = subprocess.run(
            jikimi("up", "--data", str(folder), "--port", str(port)),
            env=CLEAN,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert "Choose another --port" in ended.stderr


def test_a_database_that_is_down_is_said_with_what_to_do(folder: Path) -> None:
    environment = CLEAN | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    for command in ("up", "doctor"):
        ended = subprocess.run(
            jikimi(command, "--data", str(folder)),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        said = ended.stdout + ended.stderr
        assert ended.returncode != 0
        assert "DATABASE_URL" in said
        assert "Traceback" not in said


def test_a_path_too_long_for_a_private_socket_is_refused(folder: Path) -> None:
    ended = subprocess.run(
        jikimi("up", "--data", str(folder / ("long" * 30))),
        env=CLEAN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert "Choose a shorter one" in ended.stderr


def test_a_worker_that_is_to_do_no_job_at_once_is_told_what_it_may_do(folder: Path) -> None:
    ended = subprocess.run(
        jikimi("worker", "--at-once", "0", "--data", str(folder)),
        env=CLEAN | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "greater than or equal to 1" in ended.stderr
    assert not folder.exists()


def the_doctor(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        jikimi("doctor", "--data", str(folder)),
        env=CLEAN | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_doctor_says_what_is_well_and_what_to_do(lived_in: Path) -> None:
    folder, port = lived_in, free_port()
    with up(folder, port) as house:
        said_until_ready(house)
        for _ in range(PATIENCE):  # the house may serve before its worker works
            seen = the_doctor(folder, JIKIMI_MAIL="smtp://127.0.0.1:1")
            if "none has shown itself" not in seen.stdout:
                break
        (folder / "keys" / "centre.public").write_bytes(b"x" * 32)
        lists = folder / "lists"
        lists.mkdir(exist_ok=True)
        (lists / "list-damaged").write_bytes(b"x")
        worse = the_doctor(folder)
    assert seen.returncode == worse.returncode == 1
    for subject in ("database", "tables", "worker", "clock", "keys", "disk", "packs", "lists"):
        assert re.search(rf"^well\s+{subject}", seen.stdout, re.MULTILINE), seen.stdout
    assert re.search(r"^wrong\s+mail", seen.stdout, re.MULTILINE)
    assert "check JIKIMI_MAIL" in seen.stdout
    assert re.search(r"^wrong\s+keys", worse.stdout, re.MULTILINE)
    assert "restore" in worse.stdout
    assert re.search(r"^well\s+lists\s+[\d,]+ kept fingerprints fit", seen.stdout, re.MULTILINE)
    assert re.search(r"^wrong\s+lists\s+what is kept of them", worse.stdout, re.MULTILINE)
    assert f"delete {lists}, and start it again" in worse.stdout


def test_an_embedded_server_left_behind_by_a_killed_owner_is_found_again(lived_in: Path) -> None:
    folder, port = lived_in, free_port()
    with up(folder, port) as house:
        said_until_ready(house)
        house.kill()
        house.wait()
    assert postgres_runs_in(folder)
    with up(folder, free_port()) as again:
        said_until_ready(again)
    assert not postgres_runs_in(folder)


def test_a_running_house_answers_a_partner_who_was_let_in_meanwhile(lived_in: Path) -> None:
    folder, port = lived_in, free_port()
    with up(folder, port) as house:
        said_until_ready(house)
        known = folder / "known.txt"
        known.write_text("ab" * 32)
        said_by("lists", "import", "known", str(known), "--audience", "platforms", folder=folder)
        key = said_by("partner", "add", "A platform", "--scope", "match", folder=folder).strip()
        assert matches_told(port, key, "ab" * 32) == [0]
        unknown = httpx.post(f"http://127.0.0.1:{port}/api/v1/match", json={}, timeout=PATIENCE)
        assert unknown.status_code == 401


def said_by(*arguments: str, folder: Path) -> str:
    return subprocess.run(
        jikimi(*arguments, "--data", str(folder)),
        env=CLEAN,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def matches_told(port: int, key: str, pdq: str) -> list[int]:
    """The distances that are told, as soon as the running house knows list and key."""
    last = None
    for _ in range(600):
        last = httpx.post(
            f"http://127.0.0.1:{port}/api/v1/match",
            json={"fingerprints": [{"type": "pdq", "value": pdq}]},
            headers={"Authorization": f"Bearer {key}"},
            timeout=PATIENCE,
        )
        if last.status_code == 200 and last.json()["matches"][0]:
            return [one["distance"] for one in last.json()["matches"][0]]
        time.sleep(0.1)
    raise AssertionError(last and last.text)
