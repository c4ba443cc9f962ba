"""What goes over the wire where partners hand fingerprints in and follow lists, as types."""

from typing import Annotated, Final, Literal

import msgspec

from jikimi.api.match.wire import Hex, Quality

MOST_SHARED: Final = 1_000


class AddedPrint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fingerprint for the partner's list. Of less than quality 50 none is taken."""

    type: Literal["pdq"]
    value: Hex
    quality: Quality


class WithdrawnPrint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fingerprint that is to leave the partner's list."""

    type: Literal["pdq"]
    value: Hex


class ShareRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is handed in. A repeat changes nothing; none may stand in both."""

    add: Annotated[tuple[AddedPrint, ...], msgspec.Meta(max_length=MOST_SHARED)] = ()
    withdraw: Annotated[tuple[WithdrawnPrint, ...], msgspec.Meta(max_length=MOST_SHARED)] = ()


class ShareEnvelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same with its parts unread, so that one that cannot be read keeps no other out."""

    add: Annotated[tuple[msgspec.Raw, ...], msgspec.Meta(max_length=MOST_SHARED)] = ()
    withdraw: Annotated[tuple[msgspec.Raw, ...], msgspec.Meta(max_length=MOST_SHARED)] = ()


class RefusedPrint(msgspec.Struct, frozen=True):
    """A part of the request that was left out."""

    part: Literal["add", "withdraw"]
    index: Annotated[int, msgspec.Meta(description="Where it stands in that part, from 0.")]
    detail: str


class ShareResponse(msgspec.Struct, frozen=True):
    """What was taken. How many of them were new is not told."""

    taken: int
    refused: tuple[RefusedPrint, ...]


class FetchedList(msgspec.Struct, frozen=True):
    """A list that may be taken away with this key now."""

    id: Annotated[int, msgspec.Meta(description="Another where it was taken away and made anew.")]
    name: str


class ListedPrint(msgspec.Struct, frozen=True):
    """An entry that stands on a list now."""

    id: Annotated[str, msgspec.Meta(description="Random, as a match tells it.")]
    list: int
    type: Literal["pdq"]
    value: Annotated[str, msgspec.Meta(description="256 bits in hex.")]
    quality: int | None
    added: Annotated[str, msgspec.Meta(description="The day on which it was listed.")]


class ChangesResponse(msgspec.Struct, frozen=True):
    """What changed, in order, as it stands now. An entry is a reason to look, never a proof.

    Drop what you hold of lists that are not named; then take in what is listed; then drop what is
    withdrawn.
    """

    lists: tuple[FetchedList, ...]
    listed: tuple[ListedPrint, ...]
    withdrawn: Annotated[
        tuple[str, ...], msgspec.Meta(description="Ids; pass over those that you do not know.")
    ]
    next: Annotated[str | None, msgspec.Meta(description="Ask after this the next time.")]
    more: Annotated[bool, msgspec.Meta(description="Whether to ask again at once.")]
    action: Literal["review"] = "review"


read_envelope: Final = msgspec.json.Decoder(ShareEnvelope).decode
read_added: Final = msgspec.json.Decoder(AddedPrint).decode
read_withdrawn: Final = msgspec.json.Decoder(WithdrawnPrint).decode
