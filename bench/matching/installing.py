"""The peers, installed by the bench into a virtual environment of their own."""

import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_PINS: Final = ROOT / "bench" / "peers" / "requirements.txt"


def peers_python(house: Path) -> Path | None:
    """The Python that has the peers; None if they cannot be installed here: pip then says why."""
    python, stamp = house / "bin" / "python", house / "installed.txt"
    if stamp.exists() and stamp.read_text() == _PINS.read_text():
        return python
    print("Installing the peers ...", flush=True)
    venv.create(house, clear=True, with_pip=True)
    done = subprocess.run(  # noqa: S603
        [python, "-m", "pip", "install", "-q", "--require-hashes", "-r", _PINS], check=False
    )
    if done.returncode:
        print("The peers could not be installed and will be missing.", file=sys.stderr, flush=True)
        return None
    stamp.write_text(_PINS.read_text())
    return python
