"""Folders that a database's own user may reach, which pytest's are not: it locks them up."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """A folder of mode 755 that is gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="jikimi-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
