"""Decisions about a case: whose path it takes, and what a line of a report names."""

import hashlib
import posixpath
import re
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from jikimi.cases.errors import NotALinkOrHandle

LONGEST_LINK = 2000
"""Bytes, with its scheme: what the database's index on places can hold."""
LONGEST_HOST = 253
"""Characters a name may have (RFC 1035)."""
# Letters that browsers (IDNA 2008) keep and Python (IDNA 2003) replaces or drops: a host that
# means one site to whoever opens the link and another to us.
MEANS_TWO_HOSTS = re.compile("[\u00df\u1e9e\u03c2\u200c\u200d]")


class Situation(StrEnum):
    """What is happening, as the survivor answered it."""

    THREATENED = "threatened"
    FAKED = "faked"
    POSTED = "posted"
    HEARD = "heard"
    HELPING = "helping"


class Origin(StrEnum):
    """How the picture came about, as she told a caseworker."""

    FAKE = "fake"
    RECORDING = "recording"


class AgeGroup(StrEnum):
    """How old she is in it, as she answered it. All but ADULT take a minor's path."""

    UNDER_18 = "under_18"
    ADULT = "adult"
    NOT_SURE = "not_sure"
    MIXED = "mixed"


class Relation(StrEnum):
    """Who a helper is to her."""

    PARENT = "parent"
    FRIEND = "friend"
    TEACHER = "teacher"
    LAWYER = "lawyer"
    OTHER = "other"


class Authority(StrEnum):
    """By what right somebody reports: her own, or what a helper says of her wish."""

    OWN = "own"
    AGREED = "agreed"
    IN_CARE = "in_care"
    MANDATE = "mandate"
    NOT_ASKED = "not_asked"
    NOT_SURE = "not_sure"


class Ground(StrEnum):
    """Why a caseworker confirms that a helper's report may be acted on."""

    SHE_AGREES = "she_agrees"
    CARER_AGREES = "carer_agrees"
    DUTY = "duty"


class SightingKind(StrEnum):
    """What a sighting points at."""

    LINK = "link"
    HANDLE = "handle"


class Liveness(StrEnum):
    """What was last known of a sighting."""

    UNKNOWN = "unknown"
    STILL_THERE = "still_there"
    GONE = "gone"
    REPLACED = "replaced"
    BLOCKED_HERE = "blocked_here"
    CANNOT_TELL = "cannot_tell"
    SAID_GONE = "said_gone"
    """No look could decide, and somebody's word that it is gone was taken. Not seen by us."""


DOWN = frozenset({Liveness.GONE, Liveness.REPLACED, Liveness.SAID_GONE})
UNDECIDED = frozenset({Liveness.BLOCKED_HERE, Liveness.CANNOT_TELL})


class ClosedBecause(StrEnum):
    """Why a caseworker closed a case by hand."""

    POLICE = "police"  # it was told to the police, who go on with it
    SAID_GONE = "said_gone"  # a platform or a person says it is gone, and no look can see that
    ALL_ASKED = "all_asked"  # everybody who can be asked has been


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something was seen: a link with its host, or a room's or account's name."""

    kind: SightingKind
    address: str
    host: str


def is_minor_path(age: AgeGroup) -> bool:
    """Whether the case takes a minor's path: everything but a clear "18 or over" does."""
    return age is not AgeGroup.ADULT


def may_speak_for_her(authority: Authority, helper: Relation | None, age: AgeGroup) -> bool:
    """Whether a report may be acted on as it came in, before a caseworker has confirmed anything.

    Her own may, and a helper's where she agrees. Care of a child is a parent's or guardian's and
    ends with childhood; a mandate is a lawyer's. All else waits.
    """
    if helper is None:
        return authority is Authority.OWN
    if authority is Authority.IN_CARE:
        return helper is Relation.PARENT and is_minor_path(age)
    if authority is Authority.MANDATE:
        return helper is Relation.LAWYER
    return authority is Authority.AGREED


_HANDLE = re.compile(r"@?[\w.\-]{2,64}\Z")
_BARE_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}([/:?].*)?\Z", re.IGNORECASE)


def read_place(line: str) -> Place:
    """What one line names. Raises NotALinkOrHandle.

    A link without its scheme ("t.me/room") gets https; a bare name is a room or an account.
    """
    text = line.strip()
    if _BARE_HOST.match(text):
        text = "https://" + text
    if not 0 < len(text.encode()) <= LONGEST_LINK or any(ord(char) < 33 for char in text):  # noqa: PLR2004
        raise NotALinkOrHandle(line)
    if "://" in text:
        return _link(text, line)
    if _HANDLE.match(text):
        return Place(kind=SightingKind.HANDLE, address=text, host="")
    raise NotALinkOrHandle(line)


def _link(text: str, line: str) -> Place:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise NotALinkOrHandle(line) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise NotALinkOrHandle(line)
    host = parts.hostname.rstrip(".").lower()
    if len(host) > LONGEST_HOST or MEANS_TWO_HOSTS.search(host):
        raise NotALinkOrHandle(line)
    return Place(kind=SightingKind.LINK, address=text, host=f"{host}:{port}" if port else host)


def page_mark(address: str) -> str:
    """SHA-256 in hex of where an address leads, the same for each way of writing it.

    Scheme, ``www.``, a dot after the host, the scheme's port, dots and doubled slashes in the path,
    percent-encoding, a closing slash and the fragment change nothing. A fragment that is a path
    or begins with ``!``, behind a bare host (``https://matrix.to/#/room``), says what is shown, and
    counts.
    """
    try:
        where = _plain_page(urlsplit(address))
    except ValueError:
        where = address
    return hashlib.sha256(where.encode("utf-8", "surrogatepass")).hexdigest()


def _plain_page(parts: SplitResult) -> str:
    host, port = (parts.hostname or "").rstrip(".").removeprefix("www."), parts.port
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii").lower()
    beside = "" if port in {None, 80, 443} else f":{port}"
    path = posixpath.normpath("/" + unquote(parts.path).lstrip("/"))
    shown = parts.fragment if path == "/" and parts.fragment.startswith(("/", "!")) else ""
    return f"{host}{beside}{path}?{unquote(parts.query)}#{unquote(shown).rstrip('/')}"


_FIRST = (
    "amber autumn birch blue brave bright calm cedar clear coral copper crisp dawn early gentle "
    "golden green hazel ivory kind lilac lively maple mellow misty north olive pearl plain quiet "
    "rowan russet sage silver small soft south steady still summer sunny swift tidal tender "
    "upper velvet violet warm west willow winter wise"
).split()
_SECOND = (
    "acorn badger bay beacon bridge brook canyon cliff cloud comet cove crane creek deer dune elm "
    "falcon fern field finch fjord fox garden gull harbor hare heron hill island jay kite lagoon "
    "lake lark lantern linden lynx maple meadow mesa moth oak otter owl pebble pier pine plover "
    "pond quail raven reef river robin shore sparrow spring stone swan tern thrush valley wren"
).split()


def nickname(seed: int) -> str:
    """A pronounceable name for a case, from any non-negative whole number."""
    number, rest = seed % 100, seed // 100
    first, rest = _FIRST[rest % len(_FIRST)], rest // len(_FIRST)
    return f"{first}-{_SECOND[rest % len(_SECOND)]}-{number:02d}"
