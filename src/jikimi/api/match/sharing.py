"""What a partner hands in: read item by item, and put on its list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeVar

import msgspec
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from jikimi.api.match.list_wire import (
    AddedPrint,
    RefusedPrint,
    ShareResponse,
    WithdrawnPrint,
    read_added,
    read_envelope,
    read_withdrawn,
)
from jikimi.api.match.problems import cannot_be_read, list_is_full, no_list_of_its_own, too_busy
from jikimi.exchange.actions import SharedPrint, share_prints
from jikimi.exchange.errors import ListIsFull, NoListToShareOn, NoSuchList
from jikimi.exchange.rules.answers import worth_searching
from jikimi.exchange.rules.lists import LEAST_QUALITY

_MOST_TOLD: Final = 200
_TOO_POOR: Final = f"Its quality is under {LEAST_QUALITY}: it would be near anything flat."
_BOTH: Final = "A fingerprint stands under add and under withdraw. Send it in one of them."
Item = TypeVar("Item", AddedPrint, WithdrawnPrint)
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedIn:
    """What can be taken of a request, and what cannot."""

    add: tuple[SharedPrint, ...]
    withdraw: tuple[bytes, ...]
    refused: tuple[RefusedPrint, ...]

    def response(self) -> ShareResponse:
        """What is told of it."""
        return ShareResponse(taken=len(self.add) + len(self.withdraw), refused=self.refused)


def read_handed_in(body: bytes) -> HandedIn:
    """Read each item by itself, so that a bad one is told by its index and left out.

    Raises Refused (400) where the whole cannot be read or says two things of one fingerprint.
    """
    try:
        envelope = read_envelope(body)
    except RecursionError:
        raise cannot_be_read("It is nested too deeply.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise cannot_be_read(f"{error}.") from None
    added, bad_added = _each(envelope.add, "add", read_added)
    withdrawn, bad_withdrawn = _each(envelope.withdraw, "withdraw", read_withdrawn)
    add = tuple(SharedPrint(pdq=bytes.fromhex(one.value), quality=one.quality) for one in added)
    withdraw = tuple(bytes.fromhex(one.value) for one in withdrawn)
    if not {one.pdq for one in add}.isdisjoint(withdraw):
        raise cannot_be_read(_BOTH)
    return HandedIn(add=add, withdraw=withdraw, refused=(*bad_added, *bad_withdrawn))


def take_in(partner: int, handed: HandedIn, now: datetime) -> None:
    """Put it on the partner's list, with the rights of the house: it is held against minors' cases.

    Raises Refused where the partner has no list or it is full, and while the database is away.
    """
    try:
        share_prints(partner, add=handed.add, withdraw=handed.withdraw, now=now)
    except (NoListToShareOn, NoSuchList):
        raise no_list_of_its_own() from None
    except ListIsFull as full:
        raise list_is_full(full.most) from None
    except (InterfaceError, OperationalError):
        raise too_busy() from None
    finally:
        if not connection.in_atomic_block:  # whose connection it is then, keeps it
            close_old_connections()


def _each(
    items: Sequence[msgspec.Raw], part: Literal["add", "withdraw"], read: Callable[[bytes], Item]
) -> tuple[list[Item], list[RefusedPrint]]:
    """Those that can be read, and why the others cannot."""
    good: list[Item] = []
    bad: list[RefusedPrint] = []
    for index, item in enumerate(items):
        try:
            one = read(bytes(item))
        except _UNREADABLE as error:
            why = f"It cannot be read. {error}"[:_MOST_TOLD]
            bad.append(RefusedPrint(part=part, index=index, detail=why))
            continue
        if isinstance(one, AddedPrint) and not worth_searching(one.quality):
            bad.append(RefusedPrint(part=part, index=index, detail=_TOO_POOR))
        else:
            good.append(one)
    return good, bad
