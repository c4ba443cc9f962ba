"""What can be wrong with a tip, its code, or an act on a place."""

from jikimi.intake.errors import IntakeError


class TipError(IntakeError):
    """Base of what can go wrong with tips."""


class AlreadyTold(TipError):
    """The same form came in before; its code was shown then."""


class UnknownTipCode(TipError):
    """The code opens nothing: misspelled, never given, or its tip has been erased."""


class NotPossible(TipError):
    """An act on a place that its state does not allow; the text says why and what to do."""


class NoSuchPlace(TipError):
    """No tipped place has this id."""
