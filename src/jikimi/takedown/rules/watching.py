"""Watching a page: how far a visit goes, when the next one is due, whose pictures it looks for.

Pure. Never a minor's: nothing of such a case is looked for on a stranger's site.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

CRAWLER_NAME = "LinkCheck"
"""The name by which a robots.txt may speak to us."""
REQUEST_DELAY = timedelta(seconds=2)
"""Between two requests to one host; a robots.txt may ask for more."""
NEEDED_CONSENTS = frozenset({"centre", "platforms"})
"""She lets the centre work for her, and lets platforms be told of what is found."""
MOST_FAILURES = 10
"""Visits in a row that lead nowhere, after which a watch rests until somebody looks at it."""

_CONTACT = re.compile(r"https://[\w.~:/?#@%&=+-]{3,200}|[\w.+-]{1,64}@[\w.-]{3,200}", re.ASCII)
_VISITS_A_STEP = 3
_MOST_DOUBLINGS = 3
_LONGEST_GAP = timedelta(days=14)
_AFTER_A_REFUSAL = timedelta(days=7)
_AFTER_A_REST = timedelta(hours=4)
_SOON = timedelta(minutes=10)


class WatchScope(StrEnum):
    """How far a watch reaches from the address that was named."""

    PAGE = "page"
    BELOW = "below"
    CHANNEL = "channel"


class WatchState(StrEnum):
    """Whether visits go on."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class WatchOutcome(StrEnum):
    """How a visit ended."""

    DONE = "done"
    LIMIT = "limit"
    ROBOTS = "robots"
    BACK_OFF = "back_off"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    GONE = "gone"
    REFUSED = "refused"
    STOPPED = "stopped"
    NOTHING = "nothing"
    BROKE_OFF = "broke_off"


FAILURES = frozenset(
    {
        WatchOutcome.ROBOTS,
        WatchOutcome.UNREACHABLE,
        WatchOutcome.CLOSED,
        WatchOutcome.GONE,
        WatchOutcome.REFUSED,
        WatchOutcome.BROKE_OFF,
    }
)
BECAUSE: Mapping[WatchOutcome, str] = {
    WatchOutcome.DONE: "Everything in reach was looked at.",
    WatchOutcome.LIMIT: "It stopped at the limit of a visit; not everything was looked at.",
    WatchOutcome.ROBOTS: "The site’s robots.txt asks crawlers to stay away.",
    WatchOutcome.BACK_OFF: "The server asked us to come back later.",
    WatchOutcome.UNREACHABLE: "The server did not answer in a way that can be used.",
    WatchOutcome.CLOSED: "The server does not let us in, or leads somewhere else.",
    WatchOutcome.GONE: "The server says there is nothing at this address.",
    WatchOutcome.REFUSED: "This address is never opened from here.",
    WatchOutcome.STOPPED: "It was stopped on the way.",
    WatchOutcome.NOTHING: "No case’s picture may be looked for, so nothing was opened.",
    WatchOutcome.BROKE_OFF: "The visit broke off.",
}


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The most that one visit does."""

    pages: int
    pictures: int
    depth: int
    """Steps from the address that was named."""
    seconds: int
    size: int
    """Bytes, of everything together."""


BUDGETS: Mapping[WatchScope, Budget] = {
    WatchScope.PAGE: Budget(pages=1, pictures=60, depth=0, seconds=300, size=150_000_000),
    WatchScope.BELOW: Budget(pages=30, pictures=150, depth=3, seconds=600, size=300_000_000),
    WatchScope.CHANNEL: Budget(pages=5, pictures=100, depth=5, seconds=600, size=200_000_000),
}


def watch_user_agent(contact: str) -> str:
    """How the crawler names itself. Raises ValueError unless ``contact`` is a mail or web address.

    ``contact`` may be empty: a centre need not say who it is.
    """
    if not contact:
        return f"Mozilla/5.0 (compatible; {CRAWLER_NAME}/1)"
    if not _CONTACT.fullmatch(contact):
        raise ValueError("It is neither a mail address nor an address beginning with https://")
    return f"Mozilla/5.0 (compatible; {CRAWLER_NAME}/1; +{contact})"


def takes_part(
    *, minor: bool, withdrawn: bool, consents: frozenset[str], authorised: bool = True
) -> bool:
    """Whether a case's pictures may be looked for on pages that are watched."""
    return authorised and not minor and not withdrawn and consents >= NEEDED_CONSENTS


def next_visit(
    every: timedelta,
    *,
    idle: int,
    outcome: WatchOutcome,
    now: datetime,
    asked_to_wait: timedelta | None = None,
) -> datetime:
    """When to come again: as named, doubling with every three visits that found nothing.

    ``every``: the gap that was named. ``idle``: visits in a row without a match, this one
    included. ``asked_to_wait``: what the server asked for.
    """
    gap = min(every * (1 << min(idle // _VISITS_A_STEP, _MOST_DOUBLINGS)), _LONGEST_GAP)
    if outcome is WatchOutcome.ROBOTS:
        gap = max(gap, _AFTER_A_REFUSAL)
    if outcome is WatchOutcome.BACK_OFF:
        gap = max(gap, _AFTER_A_REST, min(asked_to_wait or _AFTER_A_REST, _LONGEST_GAP))
    if outcome is WatchOutcome.BROKE_OFF:
        gap = min(gap, _SOON)
    return now + gap


def rests_by_itself(failures: int) -> bool:
    """Whether so many visits in a row that led nowhere are enough."""
    return failures >= MOST_FAILURES


def wait_asked_for(header: str, now: datetime) -> timedelta | None:
    """What a ``Retry-After`` says (RFC 9110, 10.2.3); None if it says nothing that is one."""
    if header.isascii() and header.isdecimal():
        return timedelta(seconds=min(int(header[:9]), _LONGEST_GAP // timedelta(seconds=1)))
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(until - now, timedelta(0))


_TELEGRAM = frozenset({"t.me", "telegram.me"})
_TELEGRAM_NAME = re.compile(r"/(\w{4,32})/?\Z", re.ASCII)


def preview_of(address: str) -> str:
    """The page on which a channel can be read without an account, where we know of one."""
    parts = urlsplit(address)
    channel = _TELEGRAM_NAME.match(parts.path)
    if parts.hostname in _TELEGRAM and channel:
        return urlunsplit(parts._replace(path=f"/s/{channel[1]}", query="", fragment=""))
    return urlunsplit(parts._replace(fragment=""))


def is_in_reach(scope: WatchScope, start: str, link: str) -> bool:
    """Whether a watch of ``start`` may open ``link`` as a page. Both absolute."""
    here, there = urlsplit(start), urlsplit(link)
    if there.scheme not in {"http", "https"} or not _same_host(here, there):
        return False
    if _path(here).rstrip("/") == _path(there).rstrip("/"):
        return scope is not WatchScope.PAGE or here.query == there.query
    return scope is WatchScope.BELOW and _path(there).startswith(_folder(here))


def place_of(scope: WatchScope, start: str, page: str, inside: str) -> str:
    """Where a picture is said to be: the page, or a channel's own post that it stands in."""
    here, post = urlsplit(start), urlsplit(inside)
    channel = _path(here).rstrip("/").rpartition("/")[2]
    in_channel = _path(post).startswith(f"/{channel}/")
    if scope is WatchScope.CHANNEL and channel and in_channel and _same_host(here, post):
        return urlunsplit(post._replace(query="", fragment=""))
    return page


def may_be_told(scope: WatchScope, start: str, place: str) -> bool:
    """Whether a place that the crawler tells is one that this watch can have seen."""
    return is_in_reach(scope, start, place) or place_of(scope, start, "", place) == place != ""


def is_same_place(one: str, other: str) -> bool:
    """Whether two addresses are one page, however it is encoded and with whatever fragment."""
    here, there = urlsplit(one), urlsplit(other)
    return _same_host(here, there) and _plainly(here) == _plainly(there)


def _plainly(parts: SplitResult) -> tuple[str, str]:
    return unquote(_path(parts)).rstrip("/"), unquote(parts.query)


def _same_host(one: SplitResult, other: SplitResult) -> bool:
    return _bare(one) == _bare(other)


def _bare(parts: SplitResult) -> str:
    """Host and port; a site with and without its ``www.`` is one."""
    return parts.netloc.lower().removeprefix("www.")


def _path(parts: SplitResult) -> str:
    return parts.path or "/"


def _folder(parts: SplitResult) -> str:
    """The path under which the pages below lie: ``/a/b.html`` -> ``/a/``, ``/a/b`` -> ``/a/b/``."""
    path = _path(parts)
    if path.endswith("/"):
        return path
    folder, _, last = path.rpartition("/")
    return f"{folder}/" if "." in last else f"{path}/"
