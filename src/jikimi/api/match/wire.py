"""What goes over the wire, as types: JSON is read into them and checked on the way."""

from typing import Annotated, Final, Literal

import msgspec

from jikimi.exchange.rules.answers import Remark
from jikimi.exchange.rules.later import LONGEST_REFERENCE
from jikimi.exchange.rules.lists import MOST_RADIUS

MOST_FINGERPRINTS: Final = 1_000
MOST_LISTS: Final = 50
DEFAULT_RADIUS: Final = 31

Radius = Annotated[
    int, msgspec.Meta(ge=0, le=MOST_RADIUS, description="How many of the 256 bits may differ.")
]
Quality = Annotated[
    int,
    msgspec.Meta(
        ge=0, le=100, description="PDQ's quality. Under 50 nothing is searched for; say it."
    ),
]

Hex = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9a-fA-F]{64}$(?!\n)", description="256 bits in hex.")
]
Reference = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=LONGEST_REFERENCE,
        pattern=r"^[ -~]+$(?!\n)",
        description="Your own name for it, in printable ASCII, that tells nothing of anybody. "
        "Where it is near none of our own reports "
        "now, it is remembered for two days; see /api/v1/later. Needs the scope `later`.",
    ),
]


class Fingerprint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fingerprint to look for. Its quality and radius are its own."""

    type: Literal["pdq"]
    value: Hex
    quality: Quality | None = None
    radius: Radius | None = None
    reference: Reference | None = None


class MatchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked: fingerprints, how far around them, in which lists."""

    fingerprints: Annotated[
        tuple[Fingerprint, ...], msgspec.Meta(min_length=1, max_length=MOST_FINGERPRINTS)
    ]
    radius: Radius = DEFAULT_RADIUS
    lists: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=40)], ...],
        msgspec.Meta(max_length=MOST_LISTS, description="All that the key may search, if empty."),
    ] = ()
    explain: bool = False


class Explanation(msgspec.Struct, frozen=True):
    """Why one entry matches."""

    added: Annotated[str, msgspec.Meta(description="When it was listed: a month, or a day.")]
    quality: Annotated[int | None, msgspec.Meta(description="Of the entry, where it is known.")]
    regions: Annotated[
        tuple[int, ...],
        msgspec.Meta(
            description="Differing bits in 4 x 4 regions of the coefficients, coarse ones first."
        ),
    ]


class Match(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry near the fingerprint."""

    id: Annotated[str, msgspec.Meta(description="Random; the same as long as it is listed.")]
    distance: Annotated[int, msgspec.Meta(description="How many of the 256 bits differ.")]
    lists: Annotated[tuple[str, ...], msgspec.Meta(description="The lists it stands on.")]
    explanation: Explanation | None = None


class MatchResponse(msgspec.Struct, frozen=True):
    """For each fingerprint in order: the entries near it, nearest first, and a remark.

    A match is a reason for a person to look. It is never a proof, and there is no other action.
    """

    matches: tuple[tuple[Match, ...], ...]
    remarks: tuple[Remark | None, ...]
    action: Literal["review"] = "review"


class LateMatch(msgspec.Struct, frozen=True):
    """A fingerprint that you asked about is near what was listed afterwards."""

    reference: str
    id: str
    distance: int
    lists: tuple[str, ...]


class LaterResponse(msgspec.Struct, frozen=True):
    """What became of fingerprints that were remembered, in order. A reason to look, no proof."""

    later: tuple[LateMatch, ...]
    next: Annotated[int, msgspec.Meta(description="Ask after this number the next time.")]
    action: Literal["review"] = "review"


class Problem(msgspec.Struct, frozen=True):
    """Why there is no answer (RFC 9457)."""

    status: int
    title: str
    detail: str


read_request: Final = msgspec.json.Decoder(MatchRequest).decode
write: Final = msgspec.json.Encoder().encode
