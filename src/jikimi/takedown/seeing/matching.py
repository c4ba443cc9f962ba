"""Find the one picture behind a link that a case is about, and pass over every other.

Bytes live in memory for as long as the call takes. The pictures that do not match are dropped
as soon as their fingerprints say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from jikimi.takedown.rules.recheck import MATCH_RADIUS, MIN_QUALITY, Kind
from jikimi.takedown.seeing.deadline import Deadline
from jikimi.takedown.seeing.errors import SeeingError
from jikimi.takedown.seeing.fetching import FetchedLink, LinkFetcher
from jikimi.takedown.seeing.isolating import fingerprint_apart, page_pictures_apart
from jikimi.takedown.seeing.looking import kind_of, picture_links
from jikimi_core.fingerprint import pdq

MATCH_SECONDS = 20.0
"""Wall-clock time for everything: somebody waits in front of the screen."""

_OK = range(200, 300)


@dataclass(frozen=True, kw_only=True)
class Match:
    """A picture that is within the radius of a known one."""

    picture: bytes = field(repr=False)
    """The file as it was fetched."""
    hash: bytes = field(repr=False)
    """PDQ, 32 bytes."""
    distance: int
    """Differing bits, 0 to 31."""
    quality: int
    """PDQ quality, 50 to 100."""
    addresses: tuple[str, ...] = field(repr=False)
    """Every address on the way to it."""


def find_match(
    url: str, known: tuple[bytes, ...], fetcher: LinkFetcher, *, seconds: float = MATCH_SECONDS
) -> Match | None:
    """The first picture at a link or on its page that matches; None if none does.

    ``known``: PDQ hashes of 32 bytes, good ones only. Raises a `SeeingError` where the link
    cannot be looked at, or not in time.
    """
    deadline = Deadline(seconds)
    answer = fetcher.fetch(url, seconds=deadline.left())
    if answer.status not in _OK:
        return None
    kind = kind_of(answer.body, answer.media_type)
    if kind is Kind.PICTURE:
        return _matched(answer, known, (url,))
    if kind is not Kind.PAGE:
        return None
    for link, picture in _pictures_on(answer, fetcher, deadline):
        found = _matched(picture, known, (url, answer.final_url, link))
        if found is not None:
            return found
    return None


def _pictures_on(
    page: FetchedLink, fetcher: LinkFetcher, deadline: Deadline
) -> Iterator[tuple[str, FetchedLink]]:
    """Each picture of a page that can be fetched, with its link."""
    for link in picture_links(page_pictures_apart(page.body), page.final_url):
        left = deadline.left()
        try:
            answer = fetcher.fetch(link, seconds=left)
        except SeeingError:
            continue
        if answer.status in _OK and kind_of(answer.body, "") is Kind.PICTURE:
            yield link, answer


def _matched(answer: FetchedLink, known: tuple[bytes, ...], way: tuple[str, ...]) -> Match | None:
    try:
        made = fingerprint_apart(answer.body)
    except SeeingError:
        return None
    distance = min((pdq.distance(made.hash, other) for other in known), default=MATCH_RADIUS + 1)
    if distance > MATCH_RADIUS or made.quality < MIN_QUALITY:
        return None
    return Match(
        picture=answer.body,
        hash=made.hash,
        distance=distance,
        quality=made.quality,
        addresses=(*way, answer.final_url),
    )
