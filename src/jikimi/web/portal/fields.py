"""Fields that take text and nothing else."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, ClassVar, Never
from urllib.parse import urlsplit

from babel.numbers import format_decimal
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from jikimi.cases.actions import NewFingerprint, NewVideo
from jikimi.cases.errors import NotALinkOrHandle, NotAVideosFrames
from jikimi.cases.frames import read_frames
from jikimi.cases.rules import Place, read_place
from jikimi.takedown.seeing.addresses import is_public
from jikimi.web.text import looks_like_a_picture, plain_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Words

MOST_PLACES = 50
MOST_FINGERPRINTS = 20
MOST_FRAMES_IN_ALL = 2400
LONGEST_STATEMENT = 10_000

_FINGERPRINT = re.compile(r"([0-9a-f]{64}) ([0-9]{1,2}|100)\Z")
_VIDEO = re.compile(r"video ((?:[A-Za-z0-9_-]{48})+)\Z")  # 36 bytes a frame
_ONLY_HERE = ("localhost", ".local", ".internal")


class PlainText(forms.CharField):
    """Words as they were typed. Control characters are dropped, pictures in disguise refused."""

    default_error_messages: ClassVar[dict[str, Words]] = {
        "picture": _(
            "This looks like a picture written as text. We take in no pictures, in "
            "no form. Take it out and leave only words or links."
        ),
        "too_long": _(
            "This is longer than %(most)s characters. Everything you typed is still "
            "here. Shorten it, please."
        ),
    }

    def __init__(self, *, most: int) -> None:
        super().__init__(required=False)
        self.most = most

    def to_python(self, value: object) -> str:
        """The text with plain line ends."""
        text = "" if value is None else str(value)
        return plain_text(text)

    def validate(self, value: str) -> None:
        """Refuse what is too long or a picture."""
        if len(value) > self.most:  # first: it costs nothing, whatever was sent
            most = format_decimal(self.most, locale=to_locale(get_language() or "en"))
            raise ValidationError(
                self.error_messages["too_long"], code="too_long", params={"most": most}
            )
        if looks_like_a_picture(value):
            raise ValidationError(self.error_messages["picture"], code="picture")


class PlacesField(PlainText):
    """Links, rooms and names, one a line; cleaned to a tuple of `Place`."""

    default_error_messages: ClassVar[dict[str, Words]] = {
        "too_many": _(
            "These are more than %(most)d lines. Everything you typed is still here. "
            "Keep the first %(most)d; more can be added with a second report."
        ),
        "not_a_place": _(
            "Line %(line)d is neither a link nor the name of a room or account. "
            "Change it or take it out; the rest is fine."
        ),
        "only_here": _(
            "Line %(line)d leads to a device or network of its own, which nobody else "
            "can reach. Give the link as others open it."
        ),
    }

    def __init__(self) -> None:
        super().__init__(most=MOST_PLACES * 2100)

    def clean(self, value: object) -> tuple[Place, ...]:
        """The places, without doubles. Every line that is wrong is named."""
        text: str = super().clean(value)
        lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) > MOST_PLACES:
            self._refuse("too_many", most=MOST_PLACES)
        places, wrong = [], []
        for number, line in lines:
            try:
                places.append(self._place(line, number))
            except ValidationError as error:
                wrong.append(error)
        if wrong:
            raise ValidationError(wrong)
        return tuple(dict.fromkeys(places))

    def _place(self, line: str, number: int) -> Place:
        try:
            place = read_place(line)
        except NotALinkOrHandle:
            self._refuse("not_a_place", line=number)
        if place.host and _is_only_here(place.address):
            self._refuse("only_here", line=number)
        return place

    def _refuse(self, code: str, **params: int) -> Never:
        raise ValidationError(self.error_messages[code], code=code, params=params)


class FingerprintsField(PlainText):
    """What the page's own script writes, one picture or video a line.

    A picture: 64 hexadecimal digits and a quality of 0-100. A video: ``video`` and its frames in
    base64, as docs/formats/video-frames-1.md says.
    """

    default_error_messages: ClassVar[dict[str, Words]] = {
        "no_fingerprint": _(
            "The fingerprints did not arrive as they were made. Make them again, or go on without."
        ),
    }

    def __init__(self) -> None:
        super().__init__(most=MOST_FINGERPRINTS * 80 + MOST_FRAMES_IN_ALL * 48)

    def clean(self, value: object) -> tuple[NewFingerprint | NewVideo, ...]:
        """The fingerprints, without doubles."""
        text = "" if value is None else str(value)
        if len(text) > self.most:
            self._refuse()
        try:
            lines = (line.strip() for line in text.split("\n"))
            found = tuple(dict.fromkeys(_fingerprint(line) for line in lines if line))
        except NotAVideosFrames:
            self._refuse()
        frames = sum(len(one.frames) for one in found if isinstance(one, NewVideo))
        if len(found) > MOST_FINGERPRINTS or frames > MOST_FRAMES_IN_ALL:
            self._refuse()
        return found

    def _refuse(self) -> Never:
        raise ValidationError(self.error_messages["no_fingerprint"], code="no_fingerprint")


def _fingerprint(line: str) -> NewFingerprint | NewVideo:
    if picture := _FINGERPRINT.match(line):
        return NewFingerprint(pdq=bytes.fromhex(picture[1]), quality=int(picture[2]))
    if video := _VIDEO.match(line):
        return NewVideo(frames=read_frames(urlsafe_b64decode(video[1])))
    raise NotAVideosFrames


def _is_only_here(address: str) -> bool:
    """Whether a link leads to the machine or network it is opened on. Names are not looked up."""
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".")
    if parts.port in settings.STAND_IN_PORTS:
        return False
    is_number = ":" in host or re.fullmatch(r"[0-9.]+|0x[0-9a-f]+", host) is not None
    return not is_public(host) if is_number else host.endswith(_ONLY_HERE)
