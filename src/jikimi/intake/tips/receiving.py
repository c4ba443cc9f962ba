"""Taking a tip in, with one row and nothing else, and finding it again by its code.

A tip's place is not looked up here: what a teller waits for is the same for a place that nobody
knew and for one that a thousand named. They are put together afterwards (`counting`).
"""

import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q

from jikimi.cases.rules import Place
from jikimi.evidence.actions import seal_for_centre
from jikimi.intake.tips.errors import AlreadyTold, UnknownTipCode
from jikimi.intake.tips.models import Tip
from jikimi.intake.tips.rules import (
    HOLD,
    SchoolLevel,
    Seen,
    Service,
    Standing,
    TipKind,
    Word,
    code_from,
    mark_of,
    place_of,
    read_code,
    spelled,
    standing,
)

_AGAIN_FOR = timedelta(minutes=70)
"""From the hour in which a tip arrived: ten minutes at least, as its minute is not kept."""


@dataclass(frozen=True, kw_only=True)
class NewTip:
    """A tip as the portal hands it over. The school's name has no repr and is never logged."""

    place: Place
    service: Service
    kind: TipKind
    region: str = ""
    level: SchoolLevel | None = None
    seen: Seen = Seen.UNKNOWN
    school: str = field(default="", repr=False)
    elsewhere: str = field(default="", repr=False)
    """A region in words, where it is none of the list."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a teller gets for a tip."""

    code: str
    """As it is written down: `XXXX-XXXX-XXXX-X`."""
    is_new: bool
    """Whether the place was told of under this code for the first time."""
    under_it: int
    """How many tips the code opens now."""

    @property
    def joins_others(self) -> bool:
        """Whether the code opens more than this one."""
        return self.under_it > 1


@dataclass(frozen=True, kw_only=True)
class StandingTogether:
    """Tips under one code that stand alike: how many, and where; `more_than` is of one of them."""

    tips: int
    standing: Standing


def receive_tip(
    tip: NewTip, *, form: str, now: datetime, under: str = "", secret: bytes | None = None
) -> Told:
    """Keep a tip under a new code, or under the one of an earlier tip that was typed as `under`.

    A place that was told of under the same code is not kept twice. `form` is the mark of the form
    it came on; the same form twice raises AlreadyTold. A new code comes of `secret`, if there is
    one: then it can be told again.
    """
    if known := told_before(tip, under=under):
        return known
    place, earlier = place_of(tip.place, tip.service), _earlier(under)
    code = (read_code(under) if earlier else None) or code_from(secret or os.urandom(32))
    hand = earlier.hand if earlier else uuid.uuid4()
    _keep(tip, place, mark_of(place, tip.service), hand, code=code, form=form, now=now)
    if earlier is None:
        return Told(code=spelled(code), is_new=True, under_it=1)
    return _told(code, hand, is_new=True)


def told_before(tip: NewTip, *, under: str) -> Told | None:
    """What its teller gets for a place that was told of under the same code; None for another.

    Nothing is kept, not even that the form came: ask this before a turn is taken for it.
    """
    earlier = _earlier(under)
    if earlier is None:
        return None
    mark = mark_of(place_of(tip.place, tip.service), tip.service)
    if not Tip.objects.filter(hand=earlier.hand, mark=mark).exists():
        return None
    return _told(read_code(under) or "", earlier.hand, is_new=False)


def _keep(
    tip: NewTip, place: Place, mark: str, hand: uuid.UUID, *, code: str, form: str, now: datetime
) -> None:
    ref = uuid.uuid4() if tip.school or tip.elsewhere else None
    try:
        with transaction.atomic():
            Tip.objects.create(
                form=_digest(form),
                code=_digest(code),
                hand=hand,
                arrived_at=now.replace(minute=0, second=0, microsecond=0),
                mark=mark,
                address=place.address,
                host=place.host,
                service=tip.service,
                kind=tip.kind,
                region=tip.region,
                level=tip.level or "",
                seen=tip.seen,
                ref=ref,
                school=_sealed(ref, tip.school),
                elsewhere=_sealed(ref, tip.elsewhere),
            )
    except IntegrityError as error:
        raise AlreadyTold from error


def is_told(form: str) -> bool:
    """Whether a tip came on the form with this mark already."""
    return Tip.objects.filter(form=_digest(form)).exists()


def told_again(tip: NewTip, *, form: str, now: datetime, under: str, secret: bytes) -> Told | None:
    """What the teller got for this tip, which came on the same form before; None if it differs.

    Also None once it is too long ago.
    """
    mark = mark_of(place_of(tip.place, tip.service), tip.service)
    since = now - _AGAIN_FOR
    held = Tip.objects.filter(form=_digest(form), mark=mark, arrived_at__gte=since).first()
    codes = (code_from(secret), read_code(under) or "")
    code = next((one for one in codes if held and bytes(held.code) == _digest(one)), None)
    return _told(code, held.hand, is_new=True) if held and code else None


def tips_behind(typed: str, *, now: datetime) -> tuple[StandingTogether, ...]:
    """What a code opens: how many of its tips stand where, counted by the database.

    Raises UnknownTipCode. The code is 60 random bits: it is not guessed.
    """
    code = read_code(typed)
    standings = tuple(_counted(code, now)) if code else ()
    if not standings:
        raise UnknownTipCode
    return standings


def _counted(code: str, now: datetime) -> Iterator[StandingTogether]:
    alike = (
        Tip.objects.filter(code=_digest(code))
        .values("place__told", may_hear=Q(arrived_at__lte=now - HOLD))
        .annotate(number=Count("pk"), arrived=Max("arrived_at"), tips=Max("place__tips"))
        .order_by("may_hear", "place__told")
    )
    for some in alike:
        told = Word(some["place__told"]) if some["place__told"] else None
        stands = standing(some["arrived"], told, some["tips"] or 0, now=now)
        yield StandingTogether(tips=some["number"], standing=stands)


def _earlier(typed: str) -> Tip | None:
    code = read_code(typed) if typed else None
    return Tip.objects.filter(code=_digest(code)).first() if code else None


def _told(code: str, hand: uuid.UUID, *, is_new: bool) -> Told:
    return Told(code=spelled(code), is_new=is_new, under_it=Tip.objects.filter(hand=hand).count())


def _sealed(ref: uuid.UUID | None, words: str) -> bytes | None:
    return seal_for_centre(ref, words) if ref and words else None


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
