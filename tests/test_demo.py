"""`jikimi demo`: one story, and an exit status that only a verified removal makes 0."""

import json
import os
import subprocess
import sys
from pathlib import Path

CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("JIKIMI_") and name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
}


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jikimi.cli", "demo", *arguments],
        env=CLEAN,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_demo_ends_with_a_verified_removal_and_tells_it_as_one_object() -> None:
    ended = demo("--json")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["removed"] is True
    assert told["trail_verified"] is True
    assert len(told["notice_id"]) == 36
    times = [event["t"] for event in told["timeline"]]
    assert times == sorted(times)
    assert "looked at the link again: gone" in [event["event"] for event in told["timeline"]]


def test_a_file_that_is_no_picture_ends_the_demo_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no picture")
    ended = demo("--picture", str(file), "--json")
    assert ended.returncode == 1
    told = json.loads(ended.stdout)
    assert told["removed"] is False
    assert "notes.txt" in told["trouble"]
    assert "Traceback" not in ended.stderr
