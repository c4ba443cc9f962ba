"""`make bench`: every measurement in one run, written to bench/RESULTS.md."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    browser_fingerprints,
    browser_videos,
    first_question,
    national_year,
    page_weight,
    pdq_speed,
    report_to_notice,
    set_up,
    tip_flood,
)

RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> None:
    """Run all, print all, write all."""
    head = (
        "# Results\n\n"
        f"One run of `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, "
        f"{platform.machine()}, Python {platform.python_version()}. The machine is shared and "
        "noisy: read ratios and orders of magnitude, not digits.\n"
    )
    parts = [head]
    for title, measured in (
        ("Set-up in a fresh clone", set_up.measure),
        ("From the report to a notice ready for approval", report_to_notice.measure),
        ("Page weight before the first question", page_weight.measure),
        ("First question at slow 3G, processor a quarter as fast", first_question.measure),
        ("PDQ of a 12 megapixel JPEG file", pdq_speed.measure),
        (browser_fingerprints.TITLE, browser_fingerprints.measure),
        ("Browser against server, videos", browser_videos.measure),
        ("A national centre's year, in small", national_year.measure),
        ("A hundred tips a second, and honest people among them", tip_flood.measure),
    ):
        print(f"{title} ...", flush=True)
        table = measured().as_markdown()
        print(table, flush=True)
        parts.append(f"## {title}\n\n{table}\n")
    RESULTS.write_text("\n".join(parts))


if __name__ == "__main__":
    main()
