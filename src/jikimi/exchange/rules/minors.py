"""What becomes of a fingerprint on a list of others that is near one of a minor's report."""

from enum import StrEnum


class Word(StrEnum):
    """What a caseworker says of all that one minor's report holds back."""

    WAITS = "waits"
    """Nothing yet. It is off its list meanwhile."""
    STAYS_OUT = "stays_out"
    """The report is true, as far as anybody can tell."""
    RETURNS = "returns"
    """The report was made up, or its picture is another one. It is listed again."""


def holds_back(*, is_minor: bool, is_withdrawn: bool) -> bool:
    """Whether a case keeps what is near it off lists of others: a minor's, until it is withdrawn.

    Our own list is stricter: what a caseworker cannot bring back there costs nobody else a match.
    """
    return is_minor and not is_withdrawn
