"""What a guess at a code costs. All other tests pay less for it: see `tests/conftest.py`."""

import pytest
from argon2.low_level import hash_secret_raw

from jikimi.evidence import stretching

VERIFIER = "58ff0cffe1cb14428c1084fd4cf2611c8c2c5a03cce77742449a4a9cb578b0b4"
UNLOCKING = "2711cdc13caf7f6570dce3682083d3b3a056257d3732d9db6af15939bee5ef0b"


def test_a_guess_costs_two_rounds_over_32_mebibytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The values are those of OpenSSL's Argon2id with these costs, and HKDF's second step."""
    monkeypatch.setattr(stretching, "hash_secret_raw", hash_secret_raw)
    made = stretching.stretch("A SECRET", bytes(range(16)))
    assert made.verifier.hex() == VERIFIER
    assert made.unlocking.hex() == UNLOCKING
