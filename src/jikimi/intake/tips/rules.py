"""Decisions about tips: which place is meant, how urgent it is, what its teller may hear."""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from math import exp2, log2
from urllib.parse import unquote, urlsplit

from jikimi.cases.rules import Place, SightingKind, page_mark
from jikimi.intake.rules import ALPHABET, check_character

HOLD = timedelta(hours=48)
"""A tip is told nothing new before this time: see decision 32."""
HALF_LIFE = timedelta(hours=24)
LATELY = timedelta(days=14)
"""How far back the desk looks for what is urgent, and for who told of much."""
SCHOOL_FACTOR = 1.5
_CODE = 12
_MISREAD = str.maketrans("OIL", "011")
_TELEGRAM = frozenset({"t.me", "telegram.me", "telegram.dog", "www.t.me"})
_ROOM = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,63}\Z")
_RANGES = (1000, 100, 10)


class TipKind(StrEnum):
    """What a tip points at."""

    ROOM = "room"
    CHANNEL = "channel"
    ACCOUNT = "account"
    POST = "post"
    BOT = "bot"
    SEARCH = "search"
    SITE = "site"
    OTHER = "other"


class Service(StrEnum):
    """Where a room or an account is, if its name alone was given."""

    IN_LINK = "link"
    TELEGRAM = "telegram"
    DISCORD = "discord"
    X = "x"
    INSTAGRAM = "instagram"
    KAKAO = "kakaotalk"
    LINE = "line"
    OTHER = "other"


class SchoolLevel(StrEnum):
    """Whose pictures are said to be there. The first three are minors'."""

    ELEMENTARY = "elementary"
    MIDDLE = "middle"
    HIGH = "high"
    UNIVERSITY = "university"
    NONE = "none"


MINORS = frozenset({SchoolLevel.ELEMENTARY, SchoolLevel.MIDDLE, SchoolLevel.HIGH})


class Seen(StrEnum):
    """When it was seen, as the teller says."""

    TODAY = "today"
    WEEK = "week"
    EARLIER = "earlier"
    UNKNOWN = "unknown"


class PlaceState(StrEnum):
    """How far the centre is with a place."""

    WAITING = "waiting"
    TAKEN = "taken"
    SETTLED = "settled"


class Outcome(StrEnum):
    """How the work on a place ended."""

    DOWN = "down"
    COULD_NOT = "could_not"
    SET_ASIDE = "set_aside"


class Word(StrEnum):
    """What whoever has a tip's code is told."""

    RECEIVED = "received"
    LOOKED_AT = "looked_at"
    REPORTED = "reported"
    DOWN = "down"
    COULD_NOT = "could_not"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a code opens: a word, and how many told of the same place, as a range or 0."""

    word: Word
    more_than: int = 0


def place_of(place: Place, service: Service) -> Place:
    """The place that is meant: a name on a known service as its link, a post as its room.

    Telegram's rooms are one place however a message in them is linked; names there know no case.
    """
    if place.kind is SightingKind.LINK:
        return _telegram_room(place) or place
    name = place.address.removeprefix("@")
    match service:
        case Service.TELEGRAM if _ROOM.match(name):
            return _link("t.me", name.lower())
        case Service.X:
            return _link("x.com", name.lower())
        case Service.INSTAGRAM:
            return _link("www.instagram.com", name.lower())
    return place


def mark_of(place: Place, service: Service) -> str:
    """SHA-256 in hex of where it is, the same for each way of writing it."""
    if place.kind is SightingKind.LINK:
        return page_mark(place.address)
    name = place.address.removeprefix("@").lower()
    return page_mark(f"https://{service.value}.rooms.invalid/{name}")


def urgency(hours: Iterable[tuple[datetime, int]], *, school: bool, now: datetime) -> float:
    """How soon a place is to be read: tips of each hour, damped, fresh ones first.

    An hour's tips count by the logarithm to the base 2 of one more than their number, so that a
    thousand within an hour weigh 10 and ten people over ten hours weigh 10 as well. What is a day
    old weighs half. A named school of minors weighs half as much again.
    """
    whole = sum(log2(1 + tips) * exp2((hour - now) / HALF_LIFE) for hour, tips in hours)
    return whole * (SCHOOL_FACTOR if school else 1)


def standing(arrived: datetime, told: Word | None, tips: int, *, now: datetime) -> Standing:
    """What the teller of one tip hears: what a caseworker lets be told, never before HOLD.

    So nobody learns by a tip of his own whether a place is known or worked on.
    """
    if told is None or now < arrived + HOLD:
        return Standing(word=Word.RECEIVED)
    if told not in {Word.DOWN, Word.COULD_NOT}:
        return Standing(word=told)
    return Standing(word=told, more_than=next((least for least in _RANGES if tips > least), 0))


def spelled(code: str) -> str:
    """A code of 12 characters as a person reads it: groups of four and a check character."""
    groups = [code[i : i + 4] for i in range(0, _CODE, 4)]
    return "-".join([*groups, check_character(code)])


def code_from(secret: bytes) -> str:
    """The 12 characters that a secret of 16 random bytes or more gives each time alike.

    The first 60 bits of HMAC-SHA256 (RFC 2104) of a running number under it.
    """
    drawn = (hmac.digest(secret, b"jikimi tip/1 %d" % number, "sha256") for number in count())
    return next(code for code in map(_written, drawn) if check_character(code) in ALPHABET)


def read_code(typed: str) -> str | None:
    """The 12 characters somebody typed, forgiving case, spaces and O, I, L; None if misspelled."""
    text = re.sub(r"[\s\-–—]", "", typed).upper().translate(_MISREAD)
    if len(text) != _CODE + 1 or any(char not in ALPHABET for char in text):
        return None
    return text[:-1] if check_character(text[:-1]) == text[-1] else None


def _written(drawn: bytes) -> str:
    bits = int.from_bytes(drawn[:8]) >> 4
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(_CODE)))


def _telegram_room(place: Place) -> Place | None:
    if place.host not in _TELEGRAM:
        return None
    path = [part for part in unquote(urlsplit(place.address).path).split("/") if part]
    if path[:1] == ["s"]:
        path = path[1:]
    # An invitation is case-sensitive and stays as it is; "c" and "joinchat" are no names.
    if not path or len(path[0]) < 4 or path[0] == "joinchat" or not _ROOM.match(path[0]):  # noqa: PLR2004
        return None
    return _link("t.me", path[0].lower())


def _link(host: str, name: str) -> Place:
    return Place(kind=SightingKind.LINK, address=f"https://{host}/{name}", host=host)
