"""What cannot be done behind a receipt."""


class AftercareError(Exception):
    """Base of what can go wrong after the report."""


class TooManyMessages(AftercareError):
    """The day's number of messages is reached."""

    def __init__(self) -> None:
        super().__init__("Today's number of messages is reached. Write the next one tomorrow.")


class NothingWritten(AftercareError):
    """A message without words."""

    def __init__(self) -> None:
        super().__init__("There are no words in it. Nothing was sent.")


class CaseHasEnded(AftercareError):
    """She has withdrawn, so nothing is written, added or given any more."""

    def __init__(self) -> None:
        super().__init__("She has withdrawn. Nothing more is written or added here.")


class TooManyPlaces(AftercareError):
    """The case holds as many places or fingerprints as it can."""


class MayNotRecover(AftercareError):
    """A recovery that is not there, was refused, is not due yet, or needs somebody else."""
