"""How far the browser's fingerprint is from the server's, and how long it takes.

Runs the portal's own modules in headless Chromium over 200 files made from scikit-image's photos:
crops, sizes, JPEG and WebP qualities, PNG, see-through, turned by EXIF, with a wide-gamut profile.
`python -m bench.browser_distance` prints a Markdown table.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import numpy as np

from jikimi_core.fingerprint import pdq
from tests.fingerprint_page import FingerprintPage, chromium, fingerprint_page
from tests.pictures import (
    PHOTOS,
    Pixels,
    encoded,
    enlarged,
    photo,
    see_through,
    turned,
    twelve_megapixels,
    wide_gamut_profile,
)

FILES = 200
TIMED_RUNS = 9


@dataclass(frozen=True, kw_only=True)
class BrowserDistance:
    """Distances in bits of 256 over `files` files, and milliseconds from file to fingerprint."""

    files: int
    p50: float
    p95: float
    p99: float
    most: int
    most_quality_apart: int
    first_ms: float
    median_ms: float

    def as_markdown(self) -> str:
        """One table: what was measured, and its value."""
        rows = (
            ("files", f"{self.files}"),
            ("bits apart, p50 / p95 / p99 / max", self._bits()),
            ("quality apart, max", f"{self.most_quality_apart}"),
            ("12 megapixel JPEG, first in a page, ms", f"{self.first_ms:.0f}"),
            (f"12 megapixel JPEG, median of the next {TIMED_RUNS}, ms", f"{self.median_ms:.0f}"),
        )
        lines = ("| browser against server | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows))
        return "\n".join(lines)

    def _bits(self) -> str:
        return f"{self.p50:g} / {self.p95:g} / {self.p99:g} / {self.most}"


def files() -> Iterator[bytes]:
    """The same 200 files each time."""
    random = np.random.default_rng(2026)
    for number in range(FILES):
        pixels = _cropped(photo(PHOTOS[number % len(PHOTOS)]), random)
        scale = random.uniform(0.3, 5)
        height, width = (int(side * scale) for side in pixels.shape[:2])
        yield _file(number, enlarged(pixels, width, height), random)


def _cropped(pixels: Pixels, random: np.random.Generator) -> Pixels:
    height, width = (int(side * random.uniform(0.6, 1)) for side in pixels.shape[:2])
    top = random.integers(0, pixels.shape[0] - height + 1)
    left = random.integers(0, pixels.shape[1] - width + 1)
    return pixels[top : top + height, left : left + width]


def _file(number: int, pixels: Pixels, random: np.random.Generator) -> bytes:
    quality = int(random.integers(35, 96))
    match number % 8:
        case 0 | 1 | 2:
            return encoded(pixels, quality=quality)
        case 3:
            return encoded(pixels, "WEBP", quality=quality)
        case 4:
            return encoded(pixels, "PNG")
        case 5:
            return turned(pixels, int(random.integers(2, 9)))
        case 6:
            return encoded(pixels, quality=quality, icc_profile=wide_gamut_profile())
        case _:
            return encoded(see_through(pixels), "PNG")


def measure() -> BrowserDistance:
    """Raises KeyError where the browser refuses a file that the server reads."""
    with chromium() as browser:
        with fingerprint_page(browser) as page:
            apart = [_apart(page, file) for file in files()]
        with fingerprint_page(browser) as page:
            large = encoded(twelve_megapixels(), quality=88)
            first, *times = (page.fingerprint(large)["milliseconds"] for _ in range(TIMED_RUNS + 1))
    bits, qualities = zip(*apart, strict=True)
    p50, p95, p99 = np.percentile(bits, [50, 95, 99])
    return BrowserDistance(
        files=len(bits),
        p50=p50,
        p95=p95,
        p99=p99,
        most=max(bits),
        most_quality_apart=max(qualities),
        first_ms=first,
        median_ms=median(times),
    )


def _apart(page: FingerprintPage, file: bytes) -> tuple[int, int]:
    """Bits and quality between the two fingerprints of one file."""
    browser, server = page.fingerprint(file), pdq.from_file(io.BytesIO(file))
    bits = pdq.distance(bytes.fromhex(browser["pdq"]), server.hash)
    return bits, abs(browser["quality"] - server.quality)


def main() -> BrowserDistance:
    """Measure, print, return."""
    measured = measure()
    print(measured.as_markdown())
    return measured


if __name__ == "__main__":
    main()
