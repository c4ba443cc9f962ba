"""How long until a fingerprint that was listed or withdrawn is so in every process.

`python -m bench.list_changes` runs it alone. Followers are processes of their own; the clock is the
machine's monotonic one, which they share.
"""

import gc
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from jikimi.cli.house import open_house
from tests.folders import reachable_folder

FOLLOWERS = 3
HELD = 100_000
ROUNDS = 100
_FOLLOW = "follow"


@dataclass(frozen=True, kw_only=True)
class ListChanges:
    """Milliseconds from the commit's return to the effect in the last of the processes."""

    added: tuple[float, ...]
    withdrawn: tuple[float, ...]

    def as_markdown(self) -> str:
        rows = "".join(
            f"| {what} | {median(times):.1f} | {_p99(times):.1f} | {max(times):.1f} | 100 |\n"
            for what, times in (("listed", self.added), ("withdrawn", self.withdrawn))
        )
        return (
            f"{FOLLOWERS} processes, {HELD:,} fingerprints held, {ROUNDS} changes one by one.\n\n"
            "| a fingerprint is | median ms | 99th percentile | slowest | target |\n"
            f"|---|---|---|---|---|\n{rows}"
        )


def measure() -> ListChanges:
    """Change a list again and again, and ask every follower when it saw that."""
    with reachable_folder() as folder, open_house(folder):
        from jikimi.exchange.actions import import_prints  # noqa: PLC0415

        def now() -> datetime:
            return datetime.now(UTC)

        filler = ((2**200 + number).to_bytes(32) for number in range(HELD))
        import_prints("filler", filler, now=now())
        import_prints("probes", [b"\xff" * 32], now=now())
        with _followers(folder) as followers:
            added, withdrawn = [], []
            for number in range(ROUNDS):
                probe = (number + 1).to_bytes(32)
                _tell(followers, probe, 1)
                added.append(_until_seen(followers, _add(probe, now())))
                _tell(followers, probe, 0)
                withdrawn.append(_until_seen(followers, _withdraw(probe, now())))
    return ListChanges(added=tuple(added), withdrawn=tuple(withdrawn))


def _add(probe: bytes, now: datetime) -> int:
    """List a fingerprint; when that was committed, by the monotonic clock."""
    from jikimi.exchange.actions import import_prints  # noqa: PLC0415  # after settings

    committed: list[int] = []
    # Told once the batch is committed; a line of the trail comes after that.
    import_prints(
        "probes", [probe], now=now, on_batch=lambda _so_far: committed.append(time.monotonic_ns())
    )
    return committed[0]


def _withdraw(probe: bytes, now: datetime) -> int:
    """Withdraw a fingerprint; when that was committed, by the monotonic clock."""
    from django.db import transaction  # noqa: PLC0415  # after settings

    from jikimi.exchange.actions.changing import open_change, withdraw_entries  # noqa: PLC0415
    from jikimi.exchange.models import Entry  # noqa: PLC0415

    entry = Entry.objects.get(list__name="probes", pdq=probe)
    with transaction.atomic():
        withdraw_entries([entry.pk], open_change(now))
    return time.monotonic_ns()


Follower = subprocess.Popen[str]


@contextmanager
def _followers(folder: Path) -> Iterator[list[Follower]]:
    command = [sys.executable, "-m", "bench.list_changes", _FOLLOW, str(folder)]
    with ExitStack() as stack:
        made = [
            stack.enter_context(
                subprocess.Popen(  # noqa: S603  # ourselves
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            )
            for _ in range(FOLLOWERS)
        ]
        for one in made:
            _line_of(one)
        yield made
        for one in made:
            assert one.stdin is not None
            one.stdin.close()


def _tell(followers: list[Follower], probe: bytes, expected: int) -> None:
    for one in followers:
        assert one.stdin is not None
        one.stdin.write(f"{probe.hex()} {expected}\n")
        one.stdin.flush()


def _until_seen(followers: list[Follower], committed: int) -> float:
    """Milliseconds from the commit's return until the last has seen it; 0 if before."""
    return max(0.0, max(int(_line_of(one)) - committed for one in followers) / 1e6)


def _line_of(follower: Follower) -> str:
    assert follower.stdout is not None
    line = follower.stdout.readline()
    if not line:
        raise SystemExit("a follower has ended; its message is above")
    return line


def _p99(times: tuple[float, ...]) -> float:
    return sorted(times)[max(0, round(0.99 * len(times)) - 1)]


def follow(folder: Path) -> None:
    """One follower: for each line, a hash and how often it is listed, print when that is so."""
    with open_house(folder, migrate=False):
        import numpy as np  # noqa: PLC0415  # only here

        from jikimi.exchange.following import Follower as Follows  # noqa: PLC0415
        from jikimi.exchange.following.connecting import connect_in_match_role  # noqa: PLC0415

        gc.freeze()  # as the processes of a house do
        follows = Follows(connect_in_match_role)
        follows.start()
        assert follows.wait_until_ready(60)
        print("ready", flush=True)
        for line in sys.stdin:
            hash_, expected = line.split()
            row = np.frombuffer(bytes.fromhex(hash_), np.uint8).reshape(1, -1)
            radius, lists = np.zeros(1, np.int64), follows.lists.facts
            while len(follows.lists.search(row, radius, lists)[0].hits) != int(expected):
                time.sleep(0.0005)
            print(time.monotonic_ns(), flush=True)
        follows.stop()


if __name__ == "__main__":
    if _FOLLOW in sys.argv:
        follow(Path(sys.argv[-1]))
    else:
        os.environ.pop("DATABASE_URL", None)
        print(measure().as_markdown())
