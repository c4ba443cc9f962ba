"""Look at a link so that nobody has to: what answers, and how near its pictures are to ours.

Pictures live in memory for as long as it takes to fingerprint them, in another process, and
then are dropped. Only distances leave this module.
"""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from jikimi.takedown.rules.recheck import MATCH_RADIUS, MIN_QUALITY, Kind, Seen
from jikimi.takedown.seeing.deadline import Deadline
from jikimi.takedown.seeing.errors import NotALink, SeeingError
from jikimi.takedown.seeing.fetching import VISIT_SECONDS, FetchedLink, LinkFetcher
from jikimi.takedown.seeing.isolating import (
    PictureFingerprint,
    fingerprint_apart,
    page_pictures_apart,
)
from jikimi.takedown.seeing.links import join
from jikimi.takedown.seeing.pages import PagePictures
from jikimi_core.fingerprint import pdq

LOOK_SECONDS = 120.0
"""Wall-clock time for a page and all of its pictures."""

_OK = range(200, 300)
_GONE = frozenset({404, 410})
_PICTURE_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_PICTURE_AT_FOURTH_BYTE = (b"ftypavif", b"ftypavis", b"ftypheic", b"ftypheix", b"ftypmif1")
_PAGE_BEGINNING = re.compile(rb"\s*(<!--.*?-->\s*)?<(!doctype html|html|head|body)", re.I | re.S)
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_BEGINNING_BYTES = 1024
_SIGN_IN_PATH = re.compile(r"/(log-?in|sign-?in|sign-?up|accounts?/login|auth)(/|\.|$)", re.I)


def see_link(
    url: str, known: tuple[bytes, ...], fetcher: LinkFetcher, *, seconds: float = LOOK_SECONDS
) -> Seen:
    """Look once, never raising for what the outside does: a failed look is a fact too.

    ``known``: PDQ hashes of 32 bytes to compare with; good ones only, if there are any.
    """
    deadline = Deadline(seconds)
    try:
        answer = fetcher.fetch(url, seconds=min(VISIT_SECONDS, deadline.left()))
    except SeeingError as error:
        return Seen(known=len(known), error=str(error))
    seen = Seen(status=answer.status, known=len(known), asked_to_sign_in=_led_to_sign_in(answer))
    if answer.status not in _OK:
        return seen
    seen = replace(seen, kind=kind_of(answer.body, answer.media_type))
    try:
        return _see_content(answer, seen, known, fetcher, deadline)
    except SeeingError as error:
        return replace(seen, error=str(error))


def kind_of(body: bytes, media_type: str) -> Kind:
    """Told by the first bytes; the server's claim counts only for pages that begin oddly."""
    if body.startswith(_PICTURE_BEGINNINGS) or body[4:12] in _PICTURE_AT_FOURTH_BYTE:
        return Kind.PICTURE
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return Kind.PICTURE
    if media_type in _PAGE_TYPES or _PAGE_BEGINNING.match(body[:_BEGINNING_BYTES]):
        return Kind.PAGE
    return Kind.OTHER


def picture_links(page: PagePictures, page_url: str) -> tuple[str, ...]:
    """Where the pictures of a page are, each once, resolved against the page's own address."""
    base = _joined(page_url, page.base or "")
    return tuple(dict.fromkeys(_joined(base, link) for link in page.links))


def _see_content(
    answer: FetchedLink,
    seen: Seen,
    known: tuple[bytes, ...],
    fetcher: LinkFetcher,
    deadline: Deadline,
) -> Seen:
    if seen.kind is Kind.PICTURE:
        return _compared(seen, fingerprint_apart(answer.body), known)
    if seen.kind is not Kind.PAGE:
        return seen
    page = page_pictures_apart(answer.body)
    seen = replace(
        seen,
        unread=page.left_out,
        asked_to_sign_in=seen.asked_to_sign_in or page.asks_for_password,
    )
    for link in picture_links(page, answer.final_url):
        seen = _see_picture(link, seen, known, fetcher, deadline)
    return seen


def _joined(base: str, reference: str) -> str:
    try:
        return join(base, reference)
    except NotALink:
        return reference  # refused, and counted as unread, when it is fetched


def _see_picture(
    link: str, seen: Seen, known: tuple[bytes, ...], fetcher: LinkFetcher, deadline: Deadline
) -> Seen:
    try:
        answer = fetcher.fetch(link, seconds=min(VISIT_SECONDS, deadline.left()))
        if answer.status in _GONE or (answer.status in _OK and is_no_photo(answer.body)):
            return seen
        if answer.status not in _OK or kind_of(answer.body, "") is not Kind.PICTURE:
            return replace(seen, unread=seen.unread + 1)
        return _compared(seen, fingerprint_apart(answer.body), known)
    except SeeingError:
        return replace(seen, unread=seen.unread + 1)


def is_no_photo(body: bytes) -> bool:
    """Nothing at all, as counters answer, or a drawing without a photo in it, as icons are."""
    return not body or (b"<svg" in body[:_BEGINNING_BYTES] and b"<image" not in body)


def _compared(seen: Seen, picture: PictureFingerprint, known: tuple[bytes, ...]) -> Seen:
    """Count the picture, and keep its distance if none was nearer."""
    seen = replace(seen, pictures=seen.pictures + 1)
    if not known:
        return seen
    distance = min(pdq.distance(picture.hash, other) for other in known)
    if _rank(distance, picture.quality) >= _rank(seen.nearest_distance, seen.nearest_quality):
        return seen
    return replace(seen, nearest_distance=distance, nearest_quality=picture.quality)


def _rank(distance: int | None, quality: int | None) -> tuple[bool, int]:
    """Smaller is nearer; a match with enough detail comes before a nearer one without."""
    if distance is None or quality is None:
        return True, 257
    return not (distance <= MATCH_RADIUS and quality >= MIN_QUALITY), distance


def _led_to_sign_in(answer: FetchedLink) -> bool:
    return answer.redirects > 0 and bool(_SIGN_IN_PATH.search(urlsplit(answer.final_url).path))
