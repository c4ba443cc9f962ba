"""PDQ of a 12 megapixel JPEG file against the package `pdqhash` with Pillow, in one run."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import pdqhash
from PIL import Image

from jikimi_core.fingerprint import pdq
from tests.pictures import encoded, twelve_megapixels

ROUNDS = 9


@dataclass(frozen=True, kw_only=True)
class PdqSpeed:
    """Median milliseconds of each, taken in turns, and the median of the ratios of the pairs."""

    ours_ms: float
    peer_ms: float
    ratio: float

    def as_markdown(self) -> str:
        return (
            "| ours ms | `pdqhash` + Pillow ms | ratio | target |\n|---|---|---|---|\n"
            f"| {self.ours_ms:.0f} | {self.peer_ms:.0f} | {self.ratio:.1f} | 10 |"
        )


def measure() -> PdqSpeed:
    """Both on the same file, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "photo.jpg"
        file.write_bytes(encoded(twelve_megapixels(), quality=90))
        pairs = [(_ms(_ours, file), _ms(_peer, file)) for _ in range(ROUNDS + 1)][1:]
    return PdqSpeed(
        ours_ms=median(ours for ours, _ in pairs),
        peer_ms=median(peer for _, peer in pairs),
        ratio=median(peer / ours for ours, peer in pairs),
    )


def _ours(file: Path) -> None:
    pdq.from_file(file)


def _peer(file: Path) -> None:
    with Image.open(file) as picture:
        pdqhash.compute(np.asarray(picture.convert("RGB")))


def _ms(work: Callable[[Path], None], file: Path) -> float:
    began = time.perf_counter()
    work(file)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    print(measure().as_markdown())
