"""Forms that are sent once: what came of one before, and its code again if that answer was lost."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from jikimi.intake.receipts import is_given
from jikimi.intake.rules import ReceiptCode
from jikimi.web.portal.carrying import MOST_AGE, Carried, read_mark
from jikimi.web.portal.errors import FormIsOver
from jikimi.web.portal.models import SentForm
from jikimi.web.portal.own_seed import codes_by_sign, codes_of, sign_of

AGAIN_FOR = timedelta(minutes=10)
"""So long the same form is answered with its code once more."""
MOST_FORMS = 200_000
"""So many forms that are over are remembered at most: two hundred times an ordinary day's."""

_IN_VISIT = "forms"

MakesCode = Callable[[Iterator[ReceiptCode] | None], ReceiptCode]


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """The code that a form brought; and whether the form had come before."""

    code: ReceiptCode
    again: bool


@transaction.atomic
def hand_over_once(carried: Carried, makes: MakesCode, *, now: datetime) -> HandedOver:
    """Do what a form asks for and keep the code that comes of its seed, or tell that code again.

    What is done is done in the same transaction. Raises FormIsOver.
    """
    # Who sends the same form meanwhile waits here, and then finds it.
    form, is_new = SentForm.objects.get_or_create(
        digest=_as_sent(carried.mark, carried.seed), defaults={"sent_at": now}
    )
    if SentForm.objects.filter(digest=_as_left(carried.mark)).exists():
        raise FormIsOver(was_sent=not is_new)
    if not is_new:
        return HandedOver(code=_shown_again(form, carried, now), again=True)
    code = makes(codes_of(carried))
    form.seed, form.drawn = sign_of(carried), _place_of(code, codes_of(carried))
    form.save(update_fields=["seed", "drawn"])
    _close_older_pages(carried, now)
    return HandedOver(code=code, again=False)


def code_again(carried: Carried, *, now: datetime) -> ReceiptCode | None:
    """The code that this form brought some minutes ago; None for a form not yet sent.

    Raises FormIsOver where it is not shown again: she left or went on, it is too long ago, or the
    code is none any more. Raises django.db.Error without a database: then nobody can tell.
    """
    sent, left = _as_sent(carried.mark, carried.seed), _as_left(carried.mark)
    rows = SentForm.objects.filter(digest__in=[sent, left])
    found = {bytes(row.digest): row for row in rows}
    form = found.get(sent)
    if left in found:
        raise FormIsOver(was_sent=form is not None)
    return _shown_again(form, carried, now) if form else None


def close_form(signed_mark: str, *, now: datetime) -> None:
    """Make a form unusable once its survivor left it with Exit, or went on from its code.

    A browser keeps what was posted with each page of the tab. Whoever goes back and agrees to send
    it again then sees an empty first question, and neither her answers nor her code.
    """
    try:
        SentForm.objects.get_or_create(
            digest=_as_left(read_mark(signed_mark)), defaults={"sent_at": now}
        )
    except Exception:  # noqa: BLE001  # Exit never fails; a mark that is none closes nothing
        return


def close_with_visit(session: SessionBase, carried: Carried) -> None:
    """Have the form whose code is on the screen closed where the visit in this session ends."""
    session[_IN_VISIT] = session.get(_IN_VISIT, {}) | {carried.mark: carried.signed_mark()}


def begin_session_anew(session: SessionBase) -> None:
    """Flush what this browser held before, except which forms are still to be closed."""
    shown = session.get(_IN_VISIT)
    session.flush()
    if shown:
        session[_IN_VISIT] = shown


def close_forms_of(session: SessionBase, *, now: datetime) -> None:
    """Close the forms whose codes this visit showed."""
    for signed_mark in session.get(_IN_VISIT, {}).values():
        close_form(signed_mark, now=now)


def forget_old_forms(now: datetime, *, most: int = MOST_FORMS) -> None:
    """Forget forms whose signature is valid no longer; in a flood also the oldest beyond `most`.

    What tells a code again is forgotten after its minutes.
    """
    SentForm.objects.filter(sent_at__lt=now - AGAIN_FOR, seed__isnull=False).update(seed=None)
    SentForm.objects.filter(sent_at__lt=now - MOST_AGE).delete()
    newest_first = SentForm.objects.order_by("-sent_at").values_list("sent_at", flat=True)
    for sent_at in newest_first[most : most + 1]:
        SentForm.objects.filter(sent_at__lte=sent_at).delete()


def _place_of(code: ReceiptCode, codes: Iterator[ReceiptCode] | None) -> int:
    """Which of its seed's codes it is; 0 for one that comes of no seed."""
    return next((at for at, one in enumerate(codes or ()) if one == code), 0)


def _close_older_pages(carried: Carried, now: datetime) -> None:
    """Have what this form was, before its first question was answered anew, sent no more."""
    digests = [_as_sent(carried.mark, seed) for seed in carried.older]
    rows = [SentForm(digest=one, sent_at=now) for one in digests]
    SentForm.objects.bulk_create(rows, ignore_conflicts=True)


def _shown_again(form: SentForm, carried: Carried, now: datetime) -> ReceiptCode:
    codes = codes_by_sign(carried, bytes(form.seed)) if form.seed is not None else None
    if codes is None or form.drawn is None or now - form.sent_at > AGAIN_FOR:
        raise FormIsOver(was_sent=True)
    code = next(islice(codes, form.drawn, None))
    if not is_given(code):
        raise FormIsOver(was_sent=True)
    return code


def _as_sent(mark: str, seed: str) -> bytes:
    """One report: whoever has another seed, though the same mark, sends another."""
    return hashlib.sha256(f"{mark} {seed}".encode()).digest()


def _as_left(mark: str) -> bytes:
    """Every page of the form, whatever its seed."""
    return hashlib.sha256(mark.encode()).digest()
