"""The code that a form's own seed gives: the same each time, and kept nowhere.

It comes of the seed, which only the browser with the form has, and of the secret of this house.
Neither tells it without the other. A tip's form has its mark for a seed. Why:
`docs/decisions/0037-an-answer-that-never-arrives.md`.
"""

from collections.abc import Iterator

from django.utils.crypto import salted_hmac

from jikimi.intake.receipts import first_free
from jikimi.intake.rules import ReceiptCode, codes_from
from jikimi.web.portal.carrying import Carried


def codes_of(carried: Carried) -> Iterator[ReceiptCode] | None:
    """The codes of its seed, in the order in which they are tried; None without a seed."""
    return codes_from(_with_our_secret("code", carried.seed)) if carried.seed else None


def code_ahead(carried: Carried) -> ReceiptCode | None:
    """The code that the report gets if it is sent now; None without a seed."""
    codes = codes_of(carried)
    return first_free(codes) if codes else None


def sign_of(carried: Carried) -> bytes | None:
    """What tells this seed again, 32 bytes, and says nothing of it; None without a seed."""
    return _with_our_secret("sign", carried.seed) if carried.seed else None


def carried_by(spare: ReceiptCode) -> Carried:
    """What stands for a form where a spare code is spent: whoever has that code may spend it."""
    typed = spare.spelled()
    mark, seed = (_with_our_secret(part, typed).hex() for part in ("spare mark", "spare seed"))
    return Carried(mark=mark, seed=seed)


def secret_of_tip(mark: str) -> bytes:
    """What the code of a tip comes of, by the mark of the form it comes on."""
    return _with_our_secret("tip", mark)


def _with_our_secret(purpose: str, seed: str) -> bytes:
    return salted_hmac(f"jikimi.portal.{purpose}", seed, algorithm="sha256").digest()
