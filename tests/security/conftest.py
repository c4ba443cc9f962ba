"""The stand-in platform of the takedown tests, and a report that its notice is drafted for."""

from tests.takedown.conftest import draft, photo, platform, staff

__all__ = ["draft", "photo", "platform", "staff"]
