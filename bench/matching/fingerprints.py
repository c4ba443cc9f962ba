"""Fingerprints to search in, and fingerprints to search for, the same ones every time.

Pictures: crops of scikit-image's photos and of generated charts, two blended into one, and PDQ of
it by the kernel; one row in a hundred is an altered copy of the row before it. Uniform: every bit
by chance. Half of the queries are altered copies of stored rows, the other half is new.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from jikimi_core import _kernel
from tests.pictures import PHOTOS, chart, photo

Hashes = NDArray[np.uint8]
Chance = np.random.Generator

PICTURES: Final = "pictures"
UNIFORM: Final = "uniform"
QUERIES: Final = 8_000
RECIPE: Final = 3
"""Part of the files' names: raise it when other fingerprints come of the same seed."""

_SIDE: Final = 64
_LARGEST: Final = 512
_CHARTS: Final = 8
_WORTHLESS: Final = 49
"""The quality up to which PDQ's authors drop a hash."""
_CONTRAST: Final = 50
_CROPS: Final = 8_192
_CHUNK: Final = 8_192
_WEIGHTS: Final = (108, 118, 128, 138, 148)
"""Of 256; a weight and its opposite make 256, so that two weighted crops fit a byte."""
_COPY_EVERY: Final = 100


@dataclass(frozen=True, kw_only=True)
class Blends:
    """How the pictures of a chunk of rows are made: two crops, and a weight of the first."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    weight: NDArray[np.int64]


def stored(kind: str, rows: int, folder: Path) -> Path:
    """The file (.npy, uint8, (rows, 32)) of so many fingerprints of a kind, made if missing."""
    file = folder / f"{kind}-{RECIPE}-{rows}.npy"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".part")
        with fresh.open("wb") as out:
            np.save(out, _of_pictures(rows) if kind == PICTURES else _uniform(rows))
        fresh.replace(file)
    return file


def queries(kind: str, file: Path, rows: int) -> Hashes:
    """Queries (uint8, (QUERIES, 32)) for the first `rows` fingerprints of a file."""
    chance = np.random.default_rng((2027, rows))
    chosen = chance.integers(0, rows, QUERIES // 2)
    if kind == UNIFORM:
        copies = np.load(file, mmap_mode="r")[chosen] ^ _flips(chance, len(chosen))
        fresh = _random_hashes(chance, QUERIES - len(chosen))
    else:
        copies = _altered_copies(chosen, chance)
        fresh = _of_blends(_blends(QUERIES - len(chosen), chance))
    return chance.permutation(np.concatenate((copies, fresh)))


def _uniform(rows: int) -> Hashes:
    return _random_hashes(np.random.default_rng((2026, rows)), rows)


def _random_hashes(chance: Chance, count: int) -> Hashes:
    return np.frombuffer(chance.bytes(32 * count), np.uint8).reshape(count, 32)


def _flips(chance: Chance, count: int) -> Hashes:
    """Masks with 0 to 40 bits set, every number as often."""
    order = chance.random((count, 256)).argsort(axis=1)
    return np.packbits(order < chance.integers(0, 41, (count, 1)), axis=1)


def _of_pictures(rows: int) -> Hashes:
    parts = [(start, min(rows - start, _CHUNK)) for start in range(0, rows, _CHUNK)]
    if len(parts) < 8:
        return np.concatenate([_chunk(part) for part in parts])
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return np.concatenate(list(pool.map(_chunk, parts)))


def _chunk(part: tuple[int, int]) -> Hashes:
    start, count = part
    blends = _chunk_blends(start)
    hashes = _of_blends(_first(blends, count))
    chance = np.random.default_rng((2028, start))
    for row in range(_COPY_EVERY - 1, count, _COPY_EVERY):
        hashes[row] = _pdq(_altered(_picture(blends, row - 1), chance))
    return hashes


@lru_cache(maxsize=1)
def _chunk_blends(start: int) -> Blends:
    return _blends(_CHUNK, np.random.default_rng((2026, start)))


def _blends(count: int, chance: Chance) -> Blends:
    return Blends(
        first=chance.integers(0, _CROPS, count),
        second=chance.integers(0, _CROPS, count),
        weight=chance.integers(0, len(_WEIGHTS), count),
    )


def _first(blends: Blends, count: int) -> Blends:
    return Blends(
        first=blends.first[:count], second=blends.second[:count], weight=blends.weight[:count]
    )


def _of_blends(blends: Blends) -> Hashes:
    """The hash of each blend. Nothing but the sum and PDQ is done for each: there are millions."""
    weighted = _weighted_crops()
    picture = np.empty((_SIDE, _SIDE), np.uint8)
    hashes = []
    for first, second, weight in zip(
        blends.first.tolist(), blends.second.tolist(), blends.weight.tolist(), strict=True
    ):
        np.add(weighted[weight][first], weighted[-1 - weight][second], out=picture)
        hashes.append(_kernel.pdq(picture)[0])
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 32).copy()


def _altered_copies(rows: NDArray[np.int64], chance: Chance) -> Hashes:
    """Hashes of altered copies of the pictures of these rows."""
    hashes = np.empty((len(rows), 32), np.uint8)
    for place in np.argsort(rows, kind="stable").tolist():
        chunk, row = divmod(int(rows[place]), _CHUNK)
        hashes[place] = _pdq(_altered(_picture(_chunk_blends(chunk * _CHUNK), row), chance))
    return hashes


def _picture(blends: Blends, row: int) -> Hashes:
    weighted, weight = _weighted_crops(), blends.weight[row]
    return weighted[weight][blends.first[row]] + weighted[-1 - weight][blends.second[row]]


def _altered(picture: Hashes, chance: Chance) -> Hashes:
    """Brighter or darker, with the noise of bad storage, up to a strength that is drawn too."""
    noise = chance.normal(0, chance.uniform(1, 12), picture.shape)
    return np.clip(picture * chance.uniform(0.8, 1.1) + noise, 0, 255).astype(np.uint8)


def _pdq(picture: Hashes) -> Hashes:
    return np.frombuffer(_kernel.pdq(np.ascontiguousarray(picture))[0], np.uint8)


@cache
def _weighted_crops() -> list[Hashes]:
    """All crops (uint8, (_CROPS, 64, 64)), darkened to each weight."""
    chance = np.random.default_rng(2025)
    sources = [*(photo(name) for name in PHOTOS), *(chart(seed) for seed in range(_CHARTS))]
    grey = [Image.fromarray(source).convert("L") for source in sources]
    for image in grey:
        image.thumbnail((_LARGEST, _LARGEST))
    whole = np.stack([_crop(grey[k % len(grey)], chance) for k in range(_CROPS)])
    return [(whole * np.uint16(weight) >> 8).astype(np.uint8) for weight in _WEIGHTS]


def _crop(image: Image.Image, chance: Chance) -> Hashes:
    """A crop with something in it, and of as much contrast as all: no half of a blend hides."""
    while True:
        width, height = (side * chance.uniform(0.2, 1) for side in image.size)
        left = chance.uniform(0, image.width - width)
        top = chance.uniform(0, image.height - height)
        box = (left, top, left + width, top + height)
        pixels = np.asarray(image.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, box))
        if _kernel.pdq(pixels)[1] > _WORTHLESS:
            break
    even = (pixels - pixels.mean()) / pixels.std() * _CONTRAST + 128
    pixels = np.clip(even, 0, 255).astype(np.uint8)
    return np.rot90(pixels[:, ::-1] if chance.random() < 0.5 else pixels, chance.integers(0, 4))
