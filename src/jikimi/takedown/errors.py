"""What can go wrong with a takedown."""

from __future__ import annotations


class TakedownError(Exception):
    """Base of every error of this domain."""


class UnsafeAddress(TakedownError):
    """A link or handle that may not stand in a letter; `because` says why. It is never quoted."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


class UnsafeNote(TakedownError):
    """A note that may not stand in a letter; the sentence says why. It is never quoted."""


class LinksDoNotFit(TakedownError):
    """More or other links than a recipient is told of in one notice; the sentence says which."""


class UnknownNotice(TakedownError):
    """There is no such notice."""

    def __init__(self) -> None:
        super().__init__("This notice does not exist any more. Go back to the case.")


class NotNow(TakedownError):
    """A notice in this state cannot move to that one: mostly somebody else was faster."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(
            f"The notice is already {state}, so it cannot become {wanted}. "
            "Somebody else may have been faster; look at it again."
        )
        self.state = state
        self.wanted = wanted


class MayNotSend(TakedownError):
    """The notice may be drafted and not sent; the sentence says why."""


class LetterIncomplete(TakedownError):
    """A mandatory element of the notice is missing."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(
            f"The notice lacks what the law asks for: {', '.join(missing)}. "
            "Complete the centre's details or the report; what a person may add herself has a box "
            "to tick where the notice is handed over."
        )
        self.missing = missing


class NotCompared(TakedownError):
    """Whoever hands a notice over has to compare entries that nobody verified."""

    def __init__(self, entries: tuple[str, ...]) -> None:
        super().__init__(
            f"Nobody has verified {' and '.join(entries)}. Compare what the entry says with its "
            "sources, tick that you did, and say again that you handed it over."
        )
        self.entries = entries


class UnknownContact(TakedownError):
    """Nobody names such an address for this place, neither a registry nor a colleague."""

    def __init__(self) -> None:
        super().__init__(
            "This address is not, or no longer, among those of this place's host. Go back to the "
            "case."
        )


class AnEntrysAddress(TakedownError):
    """Nothing is mailed past the way in that an entry of the packs names."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This address is in a domain of {name}, whose entry stands for it: notices go there "
            "by the way that the entry names. Nothing is confirmed or entered here."
        )


class ContactRefused(TakedownError):
    """An address of who runs a host is not kept; the sentence says why."""


class MayNotLook(TakedownError):
    """Nobody fetches this place: a minor's case, a room's name, or a withdrawn case."""

    def __init__(self) -> None:
        super().__init__(
            "This place is not fetched: it is a minor's case, no link, or the case is withdrawn; "
            "or a minor's case names it, too."
        )


class OnlyALookProvesIt(TakedownError):
    """A word that something is gone is not taken here, or not yet; the sentence says why."""


class NoWordTaken(TakedownError):
    """There is no word here that could be taken back; the sentence says why."""


class AnswerStands(TakedownError):
    """What a recipient answered is not said to be something else here; the sentence says why."""


class CannotClose(TakedownError):
    """The case is not closed, or not opened again, by hand; the sentence says why."""


class NotSwitched(TakedownError):
    """What goes by itself stays as it was; the sentence says why."""


class CaseNotOpen(TakedownError):
    """Nothing more is noted in a case that has ended."""

    def __init__(self) -> None:
        super().__init__("This case is not open: nothing is asked for in it any more.")


class NoAuthorityHere(TakedownError):
    """Nobody else's right has to be confirmed in this case; the sentence says why."""


class NoOrderHere(TakedownError):
    """No order of an authority can be noted here; the sentence says why."""


class NoCopyrightHere(TakedownError):
    """The case takes no copyright; the sentence says why."""


class MayNotShow(TakedownError):
    """Nothing of this place is ever shown: answered like a place that does not exist."""

    def __init__(self) -> None:
        super().__init__("Nothing of this place is shown.")


class UnknownWatch(TakedownError):
    """There is no such watch, or it has ended."""

    def __init__(self) -> None:
        super().__init__("This watch has ended or does not exist. Load the page again.")


class MayNotWatch(TakedownError):
    """Nobody watches this address, or for this case; the sentence says why."""


class NeedsAnother(TakedownError):
    """What takes two people was tried by one."""

    def __init__(self) -> None:
        super().__init__(
            "You asked for this yourself. Somebody else of the staff has to say yes to it."
        )


class UnknownRecipient(TakedownError):
    """No entry and no letter has such a recipient."""

    def __init__(self) -> None:
        super().__init__("There is no such recipient. Load the page again.")


class PauseWithoutReason(TakedownError):
    """Whoever comes after has to know why nothing goes out."""

    def __init__(self) -> None:
        super().__init__("Say in a few words why sending is paused, so that colleagues know.")


class UnknownCopy(TakedownError):
    """No such other address of a place is known."""

    def __init__(self) -> None:
        super().__init__("This address is not known any more. Load the page again.")


class UnknownWithdrawal(TakedownError):
    """There is no such withdrawal, or it has not been passed on yet."""

    def __init__(self) -> None:
        super().__init__("Note first that the recipient was asked to forget it; then its answer.")


class CannotGiveUp(TakedownError):
    """A request to forget may not end without a confirmation; the sentence says why."""
