"""What can be wrong with what the portal is sent."""


class PortalError(Exception):
    """Base of what can be wrong at this door."""


class CannotBeRead(PortalError):
    """The carried answers are too old, or not as this server wrote them."""


class FormIsOver(PortalError):
    """The form was sent or left before, and what became of it is not shown again."""

    def __init__(self, *, was_sent: bool) -> None:
        super().__init__("The form was sent before." if was_sent else "The form was left unsent.")
        self.was_sent = was_sent
