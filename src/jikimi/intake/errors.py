"""What can be wrong with a report or a receipt."""


class IntakeError(Exception):
    """Base of what can go wrong on the way in."""


class NothingToGoBy(IntakeError):
    """The report has no fingerprint, no link, no name and no words."""


class WrongReceipt(IntakeError):
    """The code opens nothing. Said alike for an unknown locator and a wrong secret."""


class TooManyAtOnce(IntakeError):
    """More reports or codes come than this house can take in; nothing was kept or looked up."""


class TryAgainLater(IntakeError):
    """Too many wrong codes for this locator lately; it never locks for good."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Try again in {seconds} seconds.")
        self.seconds = seconds
