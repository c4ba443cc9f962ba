"""The tip door's lanes, in this process's memory, and the mark that each form carries.

Nothing here knows who asks. See `docs/decisions/0032-tips.md`.
"""

import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing

from jikimi.intake.tips.admission import (
    Asked,
    Lanes,
    Later,
    admit,
    bits_of,
    bits_wanted,
    is_strained,
    open_lanes,
)
from jikimi.web.portal.errors import CannotBeRead

FORM_LIVES = timedelta(hours=12)
_signer = signing.Signer(salt="jikimi.portal.tip")


@dataclass(frozen=True, kw_only=True)
class FormMark:
    """A form's own random mark, when it was handed out, and both as they stand in the form."""

    mark: str
    made_at: datetime
    signed: str


class Gate:
    """The lanes of one process; any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lanes: Lanes | None = None

    def let_in(self, form: FormMark, proof: str, *, now: datetime) -> Later | None:
        """None if this tip may come in now, else what to come back with."""
        asked = Asked(form_age=now - form.made_at, bits=bits_of(form.signed, proof))
        with self._lock:
            self._lanes, later = admit(self._open(now), asked, now)
        return later

    def bits_to_ask(self, *, now: datetime) -> int:
        """How much work a page may ask for before it is sent: 0 on an ordinary day."""
        with self._lock:
            lanes = self._open(now)
        return bits_wanted(lanes) if is_strained(lanes, now) else 0

    def start_anew(self) -> None:
        """Full lanes, as when the process starts."""
        with self._lock:
            self._lanes = None

    def _open(self, now: datetime) -> Lanes:
        if self._lanes is None:
            self._lanes = open_lanes(settings.TIPS_A_MINUTE, now)
        return self._lanes


gate = Gate()


def new_form(*, now: datetime) -> FormMark:
    """A mark for a form that is handed out now."""
    return _marked(f"{secrets.token_urlsafe(12)}.{int(now.timestamp())}")


def read_form(signed: str, *, now: datetime) -> FormMark:
    """The mark of a form that came back. Raises CannotBeRead for a foreign or an old one."""
    try:
        form = _marked(_signer.unsign(signed))
    except signing.BadSignature as error:
        raise CannotBeRead from error
    if not timedelta(seconds=-1) <= now - form.made_at <= FORM_LIVES:
        raise CannotBeRead
    return form


def _marked(plain: str) -> FormMark:
    mark, _, epoch = plain.rpartition(".")
    return FormMark(
        mark=mark, made_at=datetime.fromtimestamp(int(epoch), UTC), signed=_signer.sign(plain)
    )
