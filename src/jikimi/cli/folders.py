"""Which files a command is given when it is given a folder."""

import os
from collections.abc import Iterator
from pathlib import Path


def files_in(given: Path) -> Iterator[Path]:
    """Yield ``given`` itself, or if it is a folder all files in it and in its folders, by name.

    What a person does not see is left out: names that begin with a dot. Links to folders are not
    followed. A folder without any file stands for itself, so that somebody hears of it.
    """
    if not given.is_dir():
        yield given
        return
    is_empty = True
    for folder, subfolders, names in os.walk(given):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                is_empty = False
                yield Path(folder, name)
    if is_empty:
        yield given
