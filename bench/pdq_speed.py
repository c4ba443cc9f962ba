"""PDQ of a 12 megapixel JPEG file against the package `pdqhash` with Pillow, in one run.

Also how many such files a second are done, by one thread and by one for each processor.
"""

import tempfile
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import pdqhash
from PIL import Image

from jikimi_core.fingerprint import pdq
from jikimi_core.fingerprint.many import from_files, processors
from tests.pictures import encoded, twelve_megapixels

ROUNDS = 9
FILES_FOR_EACH_THREAD = 20


@dataclass(frozen=True, kw_only=True)
class PdqSpeed:
    """Median milliseconds of each, taken in turns, and the median of the ratios of the pairs."""

    ours_ms: float
    peer_ms: float
    ratio: float
    files_a_second: dict[int, float]
    """By number of threads."""

    def as_markdown(self) -> str:
        return (
            "| ours ms | `pdqhash` + Pillow ms | ratio | target |\n|---|---|---|---|\n"
            f"| {self.ours_ms:.0f} | {self.peer_ms:.0f} | {self.ratio:.1f} | 10 |\n\n"
            "| threads | files a second |\n|---|---|\n"
            + "\n".join(f"| {n} | {rate:.0f} |" for n, rate in self.files_a_second.items())
        )


def measure() -> PdqSpeed:
    """Both on the same file, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "photo.jpg"
        file.write_bytes(encoded(twelve_megapixels(), quality=90))
        pairs = [(_ms(_ours, file), _ms(_peer, file)) for _ in range(ROUNDS + 1)][1:]
        rates = {n: _files_a_second(file, threads=n) for n in sorted({1, processors()})}
    return PdqSpeed(
        ours_ms=median(ours for ours, _ in pairs),
        peer_ms=median(peer for _, peer in pairs),
        ratio=median(peer / ours for ours, peer in pairs),
        files_a_second=rates,
    )


def _files_a_second(file: Path, *, threads: int) -> float:
    count = FILES_FOR_EACH_THREAD * threads
    spent = _ms(lambda one: deque(from_files([one] * count, threads=threads), maxlen=0), file)
    return 1000 * count / spent


def _ours(file: Path) -> None:
    pdq.from_file(file)


def _peer(file: Path) -> None:
    with Image.open(file) as picture:
        pdqhash.compute(np.asarray(picture.convert("RGB")))


def _ms(work: Callable[[Path], object], file: Path) -> float:
    began = time.perf_counter()
    work(file)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    print(measure().as_markdown())
