"""What can go wrong with an index, apart from arguments of the wrong shape (ValueError)."""

from pathlib import Path


class HammingIndexError(Exception):
    """Every error of this folder is one."""


class DuplicateId(HammingIndexError, ValueError):
    """An id is in the index already, or twice among those to add. Nothing was added."""

    def __init__(self, identifier: int) -> None:
        super().__init__(f"id {identifier} is in the index already; remove it first")
        self.identifier = identifier


class IndexFileError(HammingIndexError):
    """A file of the index cannot be read or written; what was flushed before is as it was."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"index file {path}: {reason}")
        self.path = path
        self.reason = reason
