"""A made-up year in small, with everything that can break: nothing lost, nothing twice."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = "-m bench.national_year --items 200 --minutes 40 --kills 1 --outages 1 --restarts 1"
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("JIKIMI_") and name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
}


def test_a_year_with_a_kill_an_outage_and_a_restart_adds_up_to_the_last_place(
    tmp_path: Path,
) -> None:
    told, chart = tmp_path / "year.json", tmp_path / "year.svg"
    year = subprocess.run(
        [sys.executable, *COMMAND.split(), "--chart", str(chart), "--json", str(told)],
        cwd=ROOT,
        env=CLEAN,
        check=False,
        capture_output=True,
        text=True,
    )
    assert year.returncode == 0, year.stdout + year.stderr
    (shown,) = (row for row in year.stdout.splitlines() if "places that show the picture" in row)
    assert shown.endswith("| 1 % |")
    said = json.loads(told.read_text())
    assert said["faults"] == []
    assert sum(said["outcomes"].values()) == 200
    assert (said["kills"], said["outages"], said["restarts"]) == (1, 1, 1)
    assert said["mails"] == said["letters_sent"] + said["moot"]
    assert said["letters_sent"] > 0
    assert "<svg" in chart.read_text()
