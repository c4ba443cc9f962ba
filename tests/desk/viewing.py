"""A caseworker who has to see a picture, for the tests of how little she is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from django.test import Client
from PIL import Image

from jikimi.cases.models import Case, Sighting


@dataclass
class Clock:
    """The desk's clock, moved by the test."""

    now: datetime

    def on(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Somebody at the desk in one browser."""

    browser: Client

    def asks(self, sighting: Sighting, reason: str = "she_asks") -> str:
        """Ask with a reason; the address of the page on which it would appear."""
        answer = self.browser.post(f"/desk/sighting/{sighting.pk}/reveal/", {"reason": reason})
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    def sees(self, page: str) -> Image.Image | None:
        """What the picture's address answers: a picture, or nothing at all."""
        answer = self.browser.get(f"{page}picture/")
        if answer.status_code != 200:
            assert (answer.status_code, answer.content) == (404, b"")
            return None
        assert answer["Content-Type"] == "image/png"
        return Image.open(BytesIO(answer.content))


Posted = Callable[..., Case]
