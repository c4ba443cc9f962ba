"""Exact search against its peers, in one run on this machine: `python -m bench.matching`.

The peers and the fingerprints stay in a folder for the next run. A run with 10,000,000 rows writes
its section of bench/RESULTS.md, a smaller one only prints.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from bench.matching.installing import peers_python
from bench.matching.running import TITLE, WHOLE, Wish, measure, prepare
from bench.results import RESULTS, write_section


def _asked() -> argparse.Namespace:
    asked, usual = argparse.ArgumentParser(description=__doc__), Wish()
    asked.add_argument("--rows", default=usual.rows, type=_numbers, help="as 100000,1000000")
    asked.add_argument("--minutes", type=float, default=usual.minutes)
    asked.add_argument("--folder", type=Path, default=usual.folder, help="what stays")
    asked.add_argument("--charts", type=Path, help="the folder that the pictures go to")
    asked.add_argument("--json", type=Path, help="a file for all figures")
    asked.add_argument("--without-peers", dest="peers", action="store_false")
    asked.add_argument("--only-prepare", action="store_true", help="measure nothing")
    return asked.parse_args()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def main() -> int:
    """Measure, print, write; 0 only if ours answered exactly everywhere."""
    asked = _asked()
    is_whole = asked.peers and max(asked.rows) >= WHOLE
    wish = Wish(
        rows=asked.rows,
        minutes=asked.minutes,
        folder=asked.folder,
        charts=asked.charts or (RESULTS.parent if is_whole else asked.folder),
        peers=asked.peers,
    )
    if asked.only_prepare:
        prepare(wish)
        return 0 if peers_python(wish.folder / "peers") else 1
    measured = measure(wish)
    print(measured.as_markdown())
    if asked.json:
        asked.json.write_text(json.dumps(asdict(measured.contests)))
    if is_whole:
        write_section(TITLE, measured.as_markdown())
    return 0 if measured.is_exact else 1


if __name__ == "__main__":
    sys.exit(main())
