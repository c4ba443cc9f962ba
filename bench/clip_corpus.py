"""Benign clips in the variety that phones, cameras and messengers make; the same ones each time."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from tests.clips import (
    QUARTER_CLOCKWISE,
    QUARTER_COUNTERCLOCKWISE,
    UPSIDE_DOWN,
    begun_later,
    clip,
    turned,
)

_PHOTOS = ("astronaut", "chelsea", "coffee", "rocket", "retina", "camera", "hubble_deep_field")
_SMALL = ((160, 120), (176, 144), (240, 320), (320, 180), (180, 320), (320, 240), (256, 144))
_LARGE = ((640, 360), (362, 640), (1280, 720))
_RATES = (*map(Fraction, (10, 12, 15, 24, 25, 30)), Fraction(30000, 1001))
_TURNS = (None, QUARTER_CLOCKWISE, UPSIDE_DOWN, QUARTER_COUNTERCLOCKWISE)
_COLOURS = (None, 1, 6)  # not told, BT.709, BT.601
_QUICK = {"deadline": "realtime", "cpu-used": "8"}


def files(number: int, seconds: int) -> Iterator[bytes]:
    """So many clips of so many seconds."""
    random = np.random.default_rng(2028)
    for one in range(number):
        yield _file(one, random, seconds)


def _file(one: int, random: np.random.Generator, seconds: int) -> bytes:
    sizes = _LARGE if one % 10 == 0 else _SMALL
    width, height = sizes[int(random.integers(len(sizes)))]
    rate = _RATES[int(random.integers(len(_RATES)))]
    kind, codec, options, container = _made_by(one % 25, random)
    made = clip(
        kind=kind,
        codec=codec,
        options=options,
        container=container,
        width=width,
        height=height,
        rate=rate,
        seconds=seconds,
        photos=tuple(random.permutation(_PHOTOS)[:2].tolist()),
        pixels="yuvj420p" if codec == "libx264" and one % 7 == 0 else "yuv420p",
        colours=_COLOURS[one % 3],
        uneven=one % 5 == 0,
    )
    if codec == "libx264" and one % 5 == 1 and "movflags" not in container:
        made = begun_later(made, 4 / rate)
    turn = _TURNS[int(random.integers(len(_TURNS)))] if kind != "webm" else None
    return turned(made, turn) if turn else made


def _made_by(
    which: int, random: np.random.Generator
) -> tuple[str, str, dict[str, str], dict[str, str]]:
    """Container, codec, and the options of each."""
    if which < 2:
        return "webm", "libvpx", _QUICK, {}
    if which < 4:
        return "webm", "libvpx-vp9", _QUICK, {}
    if which == 4:
        return "mp4", "libvpx-vp9", _QUICK, {}
    if which == 5:
        return "mp4", "libsvtav1", {"preset": "12"}, {}
    if which == 6:
        in_fragments = {"movflags": "frag_keyframe+empty_moov"}
        return "mp4", "libx264", {"preset": "veryfast", "bf": "0"}, in_fragments
    options = {
        "preset": "veryfast",
        "bf": str(random.integers(4)),
        "g": str(random.choice([12, 50, 250])),
    }
    index_first = {"movflags": "faststart"} if which % 2 else {}
    return ("mov" if which < 10 else "mp4"), "libx264", options, index_first
