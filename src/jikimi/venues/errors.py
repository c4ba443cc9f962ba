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


class ProposalRefused(VenueError):
    """What somebody proposes cannot be; the sentence says why and what to do."""


class UnknownEntry(VenueError):
    """There is no such entry, or nothing of it can be changed here."""

    def __init__(self) -> None:
        super().__init__("There is no such entry. Go back to the list.")


class ChangeDecided(VenueError):
    """The change waits for nobody any more."""

    def __init__(self) -> None:
        super().__init__("Somebody has already decided about this. Load the page again.")


class NeedsAnother(VenueError):
    """Who proposes a change cannot confirm it."""

    def __init__(self) -> None:
        super().__init__(
            "You proposed this yourself. Somebody else has to look at it and confirm it."
        )


class TypedOtherwise(VenueError):
    """What was typed is not what would take effect."""

    def __init__(self) -> None:
        super().__init__(
            "What you typed is not what this change would put in place. Read the address letter by "
            "letter at its source, and type it from there. If the two differ, refuse the change."
        )
