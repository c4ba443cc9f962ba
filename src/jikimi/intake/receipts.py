"""Making a receipt and finding the case it opens."""

import hmac
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from jikimi.cases.models import Case
from jikimi.evidence.own_key import (
    Kind,
    OwnKey,
    lock_own_key,
    make_own_key,
    unlock_own_key,
)
from jikimi.evidence.stretching import Stretched, Unlocking, stretch
from jikimi.intake.errors import TryAgainLater, WrongReceipt
from jikimi.intake.models import CodeKind, Receipt, WrongTries
from jikimi.intake.rules import (
    Locator,
    ReceiptCode,
    codes_from,
    read_receipt,
    wait_before_next_try,
)
from jikimi.intake.turns import Turns

_FORGET_TRIES_AFTER = timedelta(hours=1)
MOST_TRIES = 50_000
"""Of so many codes at most is it remembered that they were tried with a wrong secret."""
_NOBODY = Receipt(locator="", salt=bytes(16), verifier=bytes(32))
# Each check takes 32 MiB and a core for a moment; a flood of them waits here, not in memory.
_CHECKS_AT_ONCE = threading.BoundedSemaphore(2)
# With its first question a check also holds a connection to the database.
CHECKING = Turns(at_once=2, in_all=24)


def give_receipt(
    case: Case, *, now: datetime, codes: Iterator[ReceiptCode] | None = None
) -> ReceiptCode:
    """A new code for a case, with a key of her own. It is returned once and kept nowhere.

    It is the first of `codes` whose locator nobody has, or drawn at random.
    """
    code, by = _keep_new_code(case, CodeKind.RECEIPT, codes)
    lock_own_key(make_own_key(case.pk, now=now), "receipt", by)
    return code


@transaction.atomic
def rotate_receipt(
    case: Case,
    key: OwnKey | None,
    *,
    now: datetime,
    codes: Iterator[ReceiptCode] | None = None,
) -> ReceiptCode:
    """A new code in the place of a held case's last one, which opens nothing from now on.

    With her unlocked key she goes on reading what is sealed to her; without it she has a new one,
    and what was sealed to the old one stays closed to her.
    """
    Receipt.objects.filter(case=case, kind=CodeKind.RECEIPT).delete()
    code, by = _keep_new_code(case, CodeKind.RECEIPT, codes)
    if key is None:
        # The spare code would lead to the old key.
        Receipt.objects.filter(case=case, kind=CodeKind.SPARE).delete()
    lock_own_key(key or make_own_key(case.pk, now=now), "receipt", by)
    return code


@transaction.atomic
def give_spare_code(
    case: Case, key: OwnKey, codes: Iterator[ReceiptCode] | None = None
) -> ReceiptCode:
    """A second code of a held case, which gives a new receipt once; the last spare is dead."""
    Receipt.objects.filter(case=case, kind=CodeKind.SPARE).delete()
    code, by = _keep_new_code(case, CodeKind.SPARE, codes)
    lock_own_key(key, "spare", by)
    return code


def first_free(codes: Iterator[ReceiptCode]) -> ReceiptCode:
    """The first of these codes whose locator nobody has: what a report gets if it is sent now."""
    taken = Receipt.objects.all()
    return next(code for code in codes if not taken.filter(locator=code.locator).exists())


def is_given(code: ReceiptCode) -> bool:
    """Whether some code with its locator opens something; its secret is not checked."""
    return Receipt.objects.filter(locator=code.locator).exists()


def drop_spare_code(case: Case) -> None:
    """The spare code of a held case opens nothing any more."""
    Receipt.objects.filter(case=case, kind=CodeKind.SPARE).delete()


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a right code opens."""

    case: Case
    receipt_id: int
    is_spare: bool
    key: OwnKey | None
    """None where her key was made anew without this code."""


def open_with(typed: str, *, now: datetime) -> Opened:
    """What a code opens, with her key. Raises WrongReceipt, TryAgainLater or TooManyAtOnce.

    An unknown locator costs the same work and gets the same answer as a wrong secret. The right
    code opens its case even while its locator rests: 80 bits are not guessed, and whoever only
    knows a locator shall not be able to keep its owner out.
    """
    code = _read(typed)
    with CHECKING.turn():
        receipt, by = _checked(code, now)
        kind: Kind = "spare" if receipt.kind == CodeKind.SPARE else "receipt"
        key = unlock_own_key(receipt.case_id, kind, by)
    return Opened(case=receipt.case, receipt_id=receipt.pk, is_spare=kind == "spare", key=key)


def _read(typed: str) -> ReceiptCode:
    code = read_receipt(typed)
    if code is None:
        raise WrongReceipt
    return code


def _checked(code: ReceiptCode, now: datetime) -> tuple[Receipt, Unlocking]:
    receipt = Receipt.objects.select_related("case").filter(locator=code.locator).first()
    expected = receipt or _NOBODY
    given = _stretched(code, bytes(expected.salt))
    if not hmac.compare_digest(given.verifier, bytes(expected.verifier)) or receipt is None:
        _rest_if_tried_too_often(code.locator, now)
        _note_failure(code.locator, now)
        raise WrongReceipt
    WrongTries.objects.filter(locator=code.locator).delete()
    return receipt, given.unlocking


def _keep_new_code(
    case: Case, kind: CodeKind, codes: Iterator[ReceiptCode] | None = None
) -> tuple[ReceiptCode, Unlocking]:
    drawn = codes or codes_from(os.urandom(32))
    while True:
        code, salt = next(drawn), os.urandom(16)
        stretched = _stretched(code, salt)
        try:
            with transaction.atomic():
                Receipt.objects.create(
                    case=case,
                    kind=kind,
                    locator=code.locator,
                    salt=salt,
                    verifier=stretched.verifier,
                )
        except IntegrityError:
            continue
        return code, stretched.unlocking


def _stretched(code: ReceiptCode, salt: bytes) -> Stretched:
    with _CHECKS_AT_ONCE:
        return stretch(code.secret, salt)


def _rest_if_tried_too_often(locator: Locator, now: datetime) -> None:
    tries = WrongTries.objects.filter(
        locator=locator, last_at__gt=now - _FORGET_TRIES_AFTER
    ).first()
    wait = wait_before_next_try(tries.failures, tries.last_at, now) if tries else timedelta(0)
    if wait > timedelta(0):
        raise TryAgainLater(seconds=int(wait.total_seconds()) + 1)


def forget_wrong_tries(now: datetime, *, most: int = MOST_TRIES) -> None:
    """Forget tries of more than an hour ago; in a flood also the oldest beyond `most` codes.

    Whoever floods the door to have tries forgotten early gains nothing: 80 bits are not guessed.
    """
    WrongTries.objects.filter(last_at__lt=now - _FORGET_TRIES_AFTER).delete()
    newest_first = WrongTries.objects.order_by("-last_at").values_list("last_at", flat=True)
    for last_at in newest_first[most : most + 1]:
        WrongTries.objects.filter(last_at__lte=last_at).delete()


def _note_failure(locator: Locator, now: datetime) -> None:
    tries, fresh = WrongTries.objects.get_or_create(
        locator=locator, defaults={"failures": 1, "last_at": now}
    )
    if not fresh:
        WrongTries.objects.filter(pk=tries.pk).update(failures=F("failures") + 1, last_at=now)
