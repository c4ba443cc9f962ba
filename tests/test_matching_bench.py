"""The bench of exact search in small: every answer of ours is the true one, and all is told."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_a_small_run_finds_every_match_at_every_radius_and_draws_it(tmp_path: Path) -> None:
    run = subprocess.run(
        [
            *(sys.executable, "-m", "bench.matching", "--rows", "20000", "--without-peers"),
            *("--folder", tmp_path, "--json", tmp_path / "told.json"),
        ],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    fields = json.loads((tmp_path / "told.json").read_text())["fields"]
    assert [field["kind"] for field in fields] == ["pictures", "uniform"]
    for standing in (one for field in fields for one in field["standings"]):
        assert set(standing["verdicts"]) == {"0", "15", "31", "46"}
        for verdict in standing["verdicts"].values():
            assert (verdict["missed"], verdict["wrong"]) == (0, 0)
        assert standing["verdicts"]["31"]["queries"] == 1000
        assert standing["verdicts"]["31"]["true"] > 100
    drawn = sorted(file.name for file in tmp_path.glob("*.svg"))
    assert drawn == ["matching_latency.svg", "matching_memory.svg", "matching_throughput.svg"]
    assert "Not installed for this run" in run.stdout
