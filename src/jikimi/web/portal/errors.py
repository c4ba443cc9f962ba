"""What can be wrong with what the portal is sent."""


class PortalError(Exception):
    """Base of what can be wrong at this door."""


class CannotBeRead(PortalError):
    """The carried answers are too old, or not as this server wrote them."""


class AlreadySent(PortalError):
    """The same form arrived before; its report is in, and its code was shown then."""
