"""What production refuses, each with a sentence that says what to do."""

import os
import subprocess
import sys

import pytest

GOOD = {
    "JIKIMI_PRODUCTION": "1",
    "JIKIMI_SECRET_KEY": "k" * 50,
    "JIKIMI_ORIGIN": "https://centre.example",
    "JIKIMI_HOSTS": "centre.example",
    "JIKIMI_MAIL": "smtp://user:word@mail.example:587",
    "JIKIMI_CENTRE_REPRESENTATIVE": "Kim",
    "JIKIMI_CENTRE_ADDRESS": "1 Street",
}


def start_with(changes: dict[str, str | None]) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("JIKIMI_") and name != "DATABASE_URL"
    }
    wanted = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", "import jikimi.config.settings"],
        env=clean | wanted,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_when_everything_is_set() -> None:
    assert start_with({}).returncode == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"JIKIMI_DEBUG": "1"}, "JIKIMI_DEBUG is on"),
        ({"JIKIMI_SECRET_KEY": None}, "JIKIMI_SECRET_KEY is missing"),
        ({"JIKIMI_SECRET_KEY": "short"}, "JIKIMI_SECRET_KEY is missing or short"),
        ({"JIKIMI_STAND_IN_PORTS": "8080"}, "JIKIMI_STAND_IN_PORTS"),
        ({"JIKIMI_ORIGIN": "http://centre.example"}, "must start with https://"),
        ({"JIKIMI_MAIL": None}, "JIKIMI_MAIL is missing"),
        ({"JIKIMI_CENTRE_REPRESENTATIVE": None}, "JIKIMI_CENTRE_REPRESENTATIVE"),
    ],
)
def test_production_refuses_what_is_unsafe(changes: dict[str, str | None], said: str) -> None:
    ended = start_with(changes)
    assert ended.returncode != 0
    assert said in ended.stderr


def test_a_setting_of_the_wrong_kind_is_named() -> None:
    ended = start_with({"JIKIMI_STAND_IN_PORTS": "eighty"})
    assert ended.returncode != 0
    assert "eighty" in ended.stderr
