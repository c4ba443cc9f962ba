"""Why somebody is not let in."""


class PeopleError(Exception):
    """Base of what can be wrong with an account."""


class SetupLinkSpent(PeopleError):
    """The one-time link is unknown, used or too old."""


class AccountExists(PeopleError):
    """There is an account with this address already."""
