"""What a look at a link means, and when to look again. Pure.

The dear mistake is to believe that a picture is gone when it is not, so every doubt ends in
"cannot tell". Blocked is never removed: what we may not see, others may.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MATCH_RADIUS = 31
"""PDQ bits up to which two pictures are the same, as the published algorithm recommends."""
MIN_QUALITY = 50
"""PDQ quality below which a fingerprint says too little to decide anything."""
DIFFERENT_FROM = 90
"""PDQ bits from which two pictures have nothing to do with each other. What lies between the
radius and this is mostly ours again, cropped or blurred; of unrelated pairs 1 in 85,000 lies
there (``docs/decisions/0004-looking-at-links.md``)."""

GAPS = (
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
"""From sending to the first look, from the first to the second, and so on; the last one repeats."""

LAST_LOOK_WITHIN = timedelta(hours=1)
"""How long a clock that has run out waits for the look that says whether anything is late."""


class Kind(StrEnum):
    """What answered, told by its content and not by its name."""

    PICTURE = "picture"
    PAGE = "page"
    OTHER = "other"


class Verdict(StrEnum):
    """What became of the picture behind a link."""

    GONE = "gone"
    """The server says that there is nothing any more."""
    REPLACED = "replaced"
    """The link answers, with something else: gone in effect."""
    STILL_THERE = "still_there"
    """The same picture was found."""
    BLOCKED_HERE = "blocked_here"
    """We are not let in. Others may be: this is not a removal."""
    CANNOT_TELL = "cannot_tell"
    """Look again later, or ask a person."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The facts of one look. No picture, no bytes, no link."""

    status: int | None = None
    """HTTP status of the last answer; none if there was no answer."""
    kind: Kind | None = None
    """None unless the status was 2xx and something could be read."""
    known: int = 0
    """How many fingerprints the pictures were compared with."""
    pictures: int = 0
    """How many pictures were fingerprinted."""
    unread: int = 0
    """How many pictures the page names that could not be looked at."""
    nearest_distance: int | None = None
    """Fewest differing bits, 0 to 256, between a picture here and a known fingerprint."""
    nearest_quality: int | None = None
    """PDQ quality, 0 to 100, of that picture."""
    asked_to_sign_in: bool = False
    """The answer is a door: redirected to a sign-in page, or a field for a password."""
    error: str | None = None
    """Why the look failed, in a sentence; none if it did not."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A verdict and the sentence that a caseworker reads beside it."""

    verdict: Verdict
    distance: int | None
    quality: int | None
    because: str


def judge(
    seen: Seen,
    *,
    seen_there_before: bool,
    known_quality: int = 100,
    radius: int = MATCH_RADIUS,
    min_quality: int = MIN_QUALITY,
    hides_as_missing: bool = False,
) -> Judgement:
    """What this look says.

    ``seen_there_before``: an earlier look at the same link found the picture.
    ``hides_as_missing``: servers of this kind answer 404 to whoever is not signed in.
    ``known_quality``: the lowest PDQ quality among the fingerprints compared with, 0 to 100.
    """
    hidden = hides_as_missing and not seen_there_before
    verdict, because = _by_status(seen, hidden=hidden) or _by_picture(
        seen,
        seen_there_before=seen_there_before,
        known_quality=known_quality,
        radius=radius,
        min_quality=min_quality,
    )
    return Judgement(
        verdict=verdict,
        distance=seen.nearest_distance,
        quality=seen.nearest_quality,
        because=because,
    )


def waits_for_last_look(
    due_at: datetime, last_look_at: datetime | None, next_look_at: datetime | None, now: datetime
) -> bool:
    """Whether a clock that has run out waits for a look that began after its end.

    Where none is planned it does not: nobody may look there.
    """
    is_seen = last_look_at is not None and last_look_at >= due_at
    return next_look_at is not None and not is_seen and now < due_at + LAST_LOOK_WITHIN


def next_look(looks: int, last: datetime) -> datetime:
    """When to look at a link again: soon after sending, then ever more rarely.

    ``looks``: how often it was looked at since the last notice about it went out.
    ``last``: the last of these looks; with none, the sending.
    """
    return last + GAPS[min(looks, len(GAPS) - 1)]


_OK = range(200, 300)
_ANSWERS = {
    404: (Verdict.GONE, "The server says there is nothing at this link (404)."),
    410: (Verdict.GONE, "The server says the content was removed (410)."),
    401: (Verdict.BLOCKED_HERE, "The server asks for a sign-in (401). Others may still see it."),
    403: (Verdict.BLOCKED_HERE, "The server does not let us in (403). Others may still see it."),
    451: (
        Verdict.BLOCKED_HERE,
        "The server withholds it here for legal reasons (451). Elsewhere it may be visible.",
    ),
    429: (Verdict.CANNOT_TELL, "The server asks us to come back later (429)."),
}


_HIDDEN = (
    Verdict.BLOCKED_HERE,
    "The server answers 404 here to whoever is not signed in. Others may still see it.",
)


def _by_status(seen: Seen, *, hidden: bool) -> tuple[Verdict, str] | None:
    """Decide without any picture, where the answer alone is enough."""
    if hidden and seen.status == 404:  # noqa: PLR2004
        return _HIDDEN
    if seen.status is None:
        return Verdict.CANNOT_TELL, seen.error or "There was no answer."
    if seen.status in _ANSWERS:
        return _ANSWERS[seen.status]
    if seen.status in _OK:
        return None
    return Verdict.CANNOT_TELL, f"The server answered with an error or a detour ({seen.status})."


def _by_picture(
    seen: Seen, *, seen_there_before: bool, known_quality: int, radius: int, min_quality: int
) -> tuple[Verdict, str]:
    """The link answers: decide by what it shows."""
    distance = seen.nearest_distance
    comparable = known_quality >= min_quality and (seen.nearest_quality or 0) >= min_quality
    if distance is not None and distance <= radius and comparable:
        return Verdict.STILL_THERE, f"The picture is still there ({distance} of 256 bits differ)."
    if seen.asked_to_sign_in:
        return Verdict.BLOCKED_HERE, "The page asks for a sign-in. Others may still see it."
    doubt = _doubt(seen, known_quality=known_quality, min_quality=min_quality)
    if doubt is not None:
        return Verdict.CANNOT_TELL, doubt
    if seen.kind is Kind.PICTURE:
        return Verdict.REPLACED, "The link answers with another picture."
    if seen_there_before:
        return Verdict.REPLACED, "The page no longer shows the picture that was seen there before."
    return Verdict.CANNOT_TELL, "The page answers; the picture was never seen on it from here."


def _doubt(seen: Seen, *, known_quality: int, min_quality: int) -> str | None:
    """Why no distance can be believed, if so."""
    distance, quality = seen.nearest_distance, seen.nearest_quality
    doubts = (
        (seen.error is not None, seen.error),
        (seen.known == 0, "The link answers, but we hold no fingerprint to compare."),
        (
            known_quality < min_quality,
            "Our fingerprint has too little detail to tell pictures apart.",
        ),
        (
            seen.kind not in (Kind.PICTURE, Kind.PAGE),
            "The link answers with neither a page nor a picture.",
        ),
        (
            distance is not None and distance < DIFFERENT_FROM,
            "A picture here resembles ours, but not enough to be sure either way.",
        ),
        (
            # A blurred copy looks like this, and so does an empty placeholder.
            seen.kind is Kind.PICTURE and (quality or 0) < min_quality,
            "The picture at this link has too little detail to compare.",
        ),
        (
            seen.unread > 0,
            f"Not every picture on the page could be looked at ({seen.unread} left out).",
        ),
    )
    return next((sentence for doubtful, sentence in doubts if doubtful), None)
