"""The end of the story: the trail is handed over and checked without the database."""

import subprocess
import sys

from jikimi.cli.demo.processes import Product
from jikimi.cli.demo.timeline import Timeline


def check_trail(house: Product, case: str, timeline: Timeline) -> bool:
    """Export the case's trail and verify the file, with the operator's own commands."""
    exported = _jikimi("trail", "export", case, "--data", str(house.data))
    if exported.returncode:
        timeline.add("operator", "the trail could not be exported", said=exported.stderr.strip())
        return False
    file = house.data / "trail.json"
    file.write_text(exported.stdout)
    checked = _jikimi("trail", "verify", str(file))
    timeline.add("operator", "trail checked offline", said=checked.stdout.strip())
    return checked.returncode == 0


def _jikimi(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", "jikimi.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
