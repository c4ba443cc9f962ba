"""How long both commands take to set everything up, from a fresh clone on this machine."""

import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[1]


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """Seconds from the clone to ready, the package client's own cache as it is."""

    run_seconds: float
    test_seconds: float

    def as_markdown(self) -> str:
        return (
            "| command | seconds of set-up |\n|---|---|\n"
            f"| `make run` | {self.run_seconds:.0f} |\n"
            f"| `make test`, after it | {self.test_seconds:.0f} |"
        )


def measure() -> SetUp:
    """Clone, then make what `make run` and `make test` wait for."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        _do("git", "clone", "-q", str(HOUSE), str(clone))
        return SetUp(
            run_seconds=_seconds("make", "-s", "-C", str(clone), ".venv/run.stamp"),
            test_seconds=_seconds("make", "-s", "-C", str(clone), ".venv/dev.stamp", "test-tools"),
        )


def _seconds(*command: str) -> float:
    began = time.monotonic()
    _do(*command)
    return time.monotonic() - began


def _do(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own


if __name__ == "__main__":
    print(measure().as_markdown())
