"""Where the database and the keys of this house lie, and the option that names it."""

import os
from pathlib import Path
from typing import Annotated

import platformdirs
import typer

DataFolder = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the database and keys.", file_okay=False),
]


def default_data_folder() -> Path:
    """JIKIMI_DATA, or the system's place for it; a root user's home is never opened to others."""
    if told := os.environ.get("JIKIMI_DATA"):
        return Path(told)
    if os.geteuid() == 0:
        return Path("/var/lib/jikimi")
    return Path(platformdirs.user_data_dir("jikimi"))
