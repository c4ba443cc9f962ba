"""Which bit of a hash goes to which of the index's 16 bands.

A PDQ bit is a coefficient of a discrete cosine transform, and coefficients of one frequency
resemble each other. Bands of one row of coefficients fill some buckets a hundred times over; bands
that each get some of every frequency fill all about evenly.
"""

import hashlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

BITS: Final = 256
_BANDS: Final = 16
_SIDE: Final = 16
_DRAW_BYTES: Final = 8

BitOrder = NDArray[np.uint8]


def by_frequency() -> BitOrder:
    """Deal PDQ's coefficients, lowest frequency first, to the bands in turn.

    Entry p (uint8, (256,)) is the bit of the hash that becomes bit p % 16 of band p // 16.
    """
    return _dealt(_rounds())


def by_frequency_and_key(key: bytes) -> BitOrder:
    """Deal them like that, but within each round to the bands in an order that the key draws.

    Who does not know the key cannot make up hashes that crowd into one bucket. Raises ValueError
    for a key under 16 bytes.
    """
    if len(key) < 16:  # noqa: PLR2004
        raise ValueError(f"a key must have 16 bytes or more, not {len(key)}")
    draws = hashlib.shake_256(b"jikimi index bit order 1\0" + key).digest(_DRAW_BYTES * BITS)
    rounds = _rounds()
    for k, bits in enumerate(rounds):
        start = k * _BANDS * _DRAW_BYTES
        _shuffle(bits, draws[start : start + _BANDS * _DRAW_BYTES])
    return _dealt(rounds)


def _rounds() -> list[list[int]]:
    """Return the bits in 16 rounds of 16, lowest frequency first."""
    bits = sorted(range(BITS), key=lambda bit: (bit // _SIDE + bit % _SIDE, bit))
    return [bits[start : start + _BANDS] for start in range(0, BITS, _BANDS)]


def _dealt(rounds: list[list[int]]) -> BitOrder:
    """Bit p of band b is that of round p at place b."""
    return np.array(rounds, dtype=np.uint8).T.reshape(-1).copy()


def _shuffle(bits: list[int], draws: bytes) -> None:
    """Fisher and Yates; a draw of 64 bits is uniform enough for a choice among 16."""
    for place in range(len(bits) - 1, 0, -1):
        draw = int.from_bytes(draws[place * _DRAW_BYTES : (place + 1) * _DRAW_BYTES])
        other = draw % (place + 1)
        bits[place], bits[other] = bits[other], bits[place]
