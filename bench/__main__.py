"""`make bench`: every measurement in one run, written to bench/RESULTS.md."""

import os
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime

from bench import (
    browser_fingerprints,
    browser_videos,
    first_question,
    list_changes,
    national_year,
    page_weight,
    pdq_speed,
    report_to_notice,
    set_up,
    tip_flood,
)
from bench.matching import running as matching
from bench.results import write_head, write_section


def main() -> None:
    """Run all, print all, write all; sections that a command of their own writes stay."""
    write_head(
        f"One run of `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, "
        f"{platform.machine()}, Python {platform.python_version()}. The machine is shared and "
        "noisy: read ratios and orders of magnitude, not digits."
    )
    for title, measured in (
        ("Set-up in a fresh clone", set_up.measure),
        ("From the report to a notice ready for approval", report_to_notice.measure),
        ("Page weight before the first question", page_weight.measure),
        ("First question at slow 3G, processor a quarter as fast", first_question.measure),
        ("PDQ of a 12 megapixel JPEG file", pdq_speed.measure),
        (matching.TITLE, matching.measure),
        ("Lists: until a change is in every process", list_changes.measure),
        (browser_fingerprints.TITLE, browser_fingerprints.measure),
        (browser_videos.TITLE, browser_videos.measure),
        (national_year.SMALL, national_year.measure),
        ("A hundred tips a second, and honest people among them", tip_flood.measure),
    ):
        print(f"{title} ...", flush=True)
        table = measured().as_markdown()
        print(table, flush=True)
        write_section(title, table)
    _load_the_match_service()


def _load_the_match_service() -> None:
    """In a process of its own, which writes its section; Django is set up once in a process."""
    if shutil.which("wrk") is None:
        print("Match service over HTTP: left out, it needs wrk (Debian: apt-get install wrk)")
        return
    subprocess.run([sys.executable, "-m", "bench.match_load"], check=True)


if __name__ == "__main__":
    main()
