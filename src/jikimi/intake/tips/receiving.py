"""Taking a tip in, with one row and nothing else, and finding it again by its code.

A tip's place is not looked up here: what a teller waits for is the same for a place that nobody
knew and for one that a thousand named. They are put together afterwards (`counting`).
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from jikimi.cases.rules import Place
from jikimi.evidence.actions import seal_for_centre
from jikimi.intake.rules import ALPHABET, check_character
from jikimi.intake.tips.errors import AlreadyTold, UnknownTipCode
from jikimi.intake.tips.models import Tip
from jikimi.intake.tips.rules import (
    SchoolLevel,
    Seen,
    Service,
    Standing,
    TipKind,
    Word,
    mark_of,
    place_of,
    read_code,
    spelled,
    standing,
)


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


def receive_tip(tip: NewTip, *, form: str, now: datetime) -> str:
    """Keep a tip and return its code as it is written down: `XXXX-XXXX-XXXX-X`.

    `form` is the mark of the form it came on; the same form twice raises AlreadyTold.
    """
    place, code = place_of(tip.place, tip.service), _new_code()
    ref = uuid.uuid4() if tip.school else None
    try:
        with transaction.atomic():
            Tip.objects.create(
                form=_digest(form),
                code=_digest(code),
                arrived_at=now.replace(minute=0, second=0, microsecond=0),
                mark=mark_of(place, tip.service),
                address=place.address,
                host=place.host,
                service=tip.service,
                kind=tip.kind,
                region=tip.region,
                level=tip.level or "",
                seen=tip.seen,
                ref=ref,
                school=seal_for_centre(ref, tip.school) if ref else None,
            )
    except IntegrityError as error:
        raise AlreadyTold from error
    return spelled(code)


def is_told(form: str) -> bool:
    """Whether a tip came on the form with this mark already."""
    return Tip.objects.filter(form=_digest(form)).exists()


def tip_behind(typed: str, *, now: datetime) -> Standing:
    """What a code opens. Raises UnknownTipCode. The code is 60 random bits: it is not guessed."""
    code = read_code(typed)
    tip = Tip.objects.select_related("place").filter(code=_digest(code)).first() if code else None
    if tip is None:
        raise UnknownTipCode
    told = Word(tip.place.told) if tip.place and tip.place.told else None
    return standing(tip.arrived_at, told, tip.place.tips if tip.place else 0, now=now)


def _new_code() -> str:
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(12))
        if check_character(drawn) in ALPHABET:
            return drawn


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
