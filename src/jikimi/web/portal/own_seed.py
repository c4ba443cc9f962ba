"""The code that a form's own seed gives: the same each time, and kept nowhere.

It comes of the seed, which only the browser with the form has, and of the secret of this house.
Neither tells it without the other. A tip's form has its mark for a seed. Why:
`docs/decisions/0037-an-answer-that-never-arrives.md`.
"""

from collections.abc import Iterator

from django.utils.crypto import constant_time_compare, salted_hmac

from jikimi.intake.receipts import first_free
from jikimi.intake.rules import ReceiptCode, codes_from
from jikimi.web.boxes import secrets_of_house
from jikimi.web.portal.carrying import Carried


def codes_of(carried: Carried) -> Iterator[ReceiptCode] | None:
    """The codes of its seed, in the order in which they are tried; None without a seed."""
    seed = _seed_of(carried)
    return codes_from(_with_our_secret("code", seed)) if seed else None


def code_ahead(carried: Carried) -> ReceiptCode | None:
    """The code that the report gets if it is sent now; None without a seed."""
    codes = codes_of(carried)
    return first_free(codes) if codes else None


def sign_of(carried: Carried) -> bytes | None:
    """What tells this seed again, 32 bytes, and says nothing of it; None without a seed."""
    seed = _seed_of(carried)
    return _with_our_secret("sign", seed) if seed else None


def codes_by_sign(carried: Carried, sign: bytes) -> Iterator[ReceiptCode] | None:
    """The codes of the seed that `sign` was made of, as they were then; None if it has none such.

    A report may have gone off before its code was asked for, or after. A secret of this house that
    was retired meanwhile still tells them.
    """
    for seed in filter(None, (carried.shown_seed, carried.seed)):
        for secret in secrets_of_house():
            if constant_time_compare(_with_our_secret("sign", seed, secret), sign):
                return codes_from(_with_our_secret("code", seed, secret))
    return None


def carried_by(spare: ReceiptCode) -> list[Carried]:
    """What stands for a form where a spare code is spent: whoever has that code may spend it.

    The first is by the current secret of this house, the others by those retired.
    """
    typed = spare.spelled()
    return [
        Carried(
            mark=_with_our_secret("spare mark", typed, secret).hex(),
            seed=_with_our_secret("spare seed", typed, secret).hex(),
        )
        for secret in secrets_of_house()
    ]


def secrets_of_tip(mark: str) -> list[bytes]:
    """What the code of a tip comes of, by the mark of its form; then what it came of before."""
    return [_with_our_secret("tip", mark, secret) for secret in secrets_of_house()]


def _seed_of(carried: Carried) -> str:
    return carried.shown_seed or carried.seed


def _with_our_secret(purpose: str, seed: str, secret: str | None = None) -> bytes:
    salt = f"jikimi.portal.{purpose}"
    return salted_hmac(salt, seed, secret=secret, algorithm="sha256").digest()
