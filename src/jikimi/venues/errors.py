"""What can go wrong with venues: law packs, recipients and their addresses."""

from __future__ import annotations

from dataclasses import dataclass


class VenueError(Exception):
    """Base of every error of this domain."""


@dataclass(frozen=True, kw_only=True, order=True)
class PackProblem:
    """One thing wrong in one file, and what a person does about it."""

    file: str
    key: str
    what: str
    what_to_do: str

    def __str__(self) -> str:
        """Give one line: file, key, what is wrong, what to do."""
        return f"{self.file}: {self.key}: {self.what} {self.what_to_do}"


class PackError(VenueError):
    """The packs cannot be used; `problems` says why, file by file."""

    def __init__(self, problems: tuple[PackProblem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
