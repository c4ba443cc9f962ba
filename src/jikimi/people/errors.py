"""Why somebody is not let in, or not shown something."""


class PeopleError(Exception):
    """Base of what can be wrong with an account or its day."""


class SetupLinkSpent(PeopleError):
    """The one-time link is unknown, used or too old."""


class AccountExists(PeopleError):
    """There is an account with this address already."""


class LimitReached(PeopleError):
    """The day asks no more of this person; `because` says which limit that is."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


class NoSuchReveal(PeopleError):
    """The view is unknown, spent, too old, or somebody else's: all answered alike."""

    def __init__(self) -> None:
        super().__init__("There is no such view.")


class PartnerError(PeopleError):
    """Base of what can be wrong with a partner or its key."""


class NoScope(PartnerError):
    """A key without a scope may do nothing."""

    def __init__(self) -> None:
        super().__init__("A key needs at least one scope, such as --scope match.")


class PartnerIsOtherwise(PartnerError):
    """The partner is known, as another kind."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(f"{name} is known as a {kind}. Leave --kind out, or choose another name.")
        self.name = name


class NoSuchPartner(PartnerError):
    """Nobody of that name has a key that works."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No partner called {name!r} has a key that works.")
        self.name = name
