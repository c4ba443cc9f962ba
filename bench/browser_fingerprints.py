"""How far the fingerprints of real browsers are from the server's, and what they cost.

Runs the portal's own modules in Chromium and Firefox over 13 benign files of each kind that
`tests.picture_corpus` knows, and measures time and memory in Chromium.
`python -m bench.browser_fingerprints` prints Markdown and writes its section of RESULTS.md.
"""

import io
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, cast

import numpy as np
import psutil
from playwright.sync_api import Browser

from bench.results import write_section
from jikimi_core.fingerprint import pdq
from tests.fingerprint_page import FingerprintPage, chromium, fingerprint_page
from tests.firefox import Firefox, firefox
from tests.picture_corpus import corpus
from tests.pictures import encoded, enlarged, photo, twelve_megapixels
from tests.tabs import ChromiumTab

TITLE: Final = "Browser against server"
EACH: Final = 13
TIMED_RUNS: Final = 5
TARGET_BITS: Final = 6

BROWSERS: Final[dict[str, Callable[[], AbstractContextManager[Browser | Firefox]]]] = {
    "Chromium": chromium,
    "Firefox": firefox,
}

_HIGHEST = "VmHWM:"


@dataclass(frozen=True, kw_only=True)
class Apart:
    """One file in one browser: bits of 256 and points of quality between the two fingerprints.

    ``bits`` is None where the browser refused what the server reads.
    """

    kind: str
    bits: int | None
    quality: int


@dataclass(frozen=True, kw_only=True)
class BrowserFingerprints:
    """What was measured; times in milliseconds, memory in MB."""

    apart: dict[str, list[Apart]]
    first_ms: float
    median_ms: float
    in_page_slowed_ms: float
    renderer_mb: tuple[int, int]

    def as_markdown(self) -> str:
        """A table of the distances, one of the kinds that were apart, one of the cost."""
        return "\n\n".join((self._distances(), self._kinds(), self._cost()))

    def _distances(self) -> str:
        lines = [
            "| | files | refused | bits apart, median / p99 / max | quality apart, max |",
            "|---|---|---|---|---|",
        ]
        for browser, apart in self.apart.items():
            bits = [one.bits for one in apart if one.bits is not None]
            p99 = np.percentile(bits, 99, method="higher")
            told = f"{median(bits):g} / {p99} / {max(bits)}"
            quality = max(one.quality for one in apart)
            refused = len(apart) - len(bits)
            lines.append(f"| {browser} | {len(apart)} | {refused} | {told} | {quality} |")
        return "\n".join((*lines, f"\nThe target is {TARGET_BITS} bits at the 99th percentile."))

    def _kinds(self) -> str:
        lines = [
            "| kind, where any was apart | browser | files | median | max |",
            "|---|---|---|---|---|",
        ]
        for browser, apart in self.apart.items():
            kinds = defaultdict(list)
            for one in apart:
                kinds[one.kind].append(one.bits or 0)
            lines += [
                f"| {kind} | {browser} | {len(bits)} | {median(bits):g} | {max(bits)} |"
                for kind, bits in kinds.items()
                if any(bits)
            ]
        return "\n".join(lines)

    def _cost(self) -> str:
        before, most = self.renderer_mb
        rows = (
            ("12 megapixel JPEG, first in a page, ms", f"{self.first_ms:.0f}"),
            (f"the same, median of the next {TIMED_RUNS}, ms", f"{self.median_ms:.0f}"),
            (
                "the same in the page, script slowed down four times, ms (target 1000)",
                f"{self.in_page_slowed_ms:.0f}",
            ),
            ("renderer before, resident MB", f"{before}"),
            ("renderer's peak at a 50 megapixel JPEG, resident MB", f"{most}"),
        )
        return "\n".join(("| Chromium | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)))


def measure() -> BrowserFingerprints:
    """Needs both browsers (`bin/ensure-test-tools`)."""
    files = [(kind, file, pdq.from_file(io.BytesIO(file))) for kind, file in corpus(EACH)]
    apart = {}
    for name, start in BROWSERS.items():
        with start() as browser, fingerprint_page(browser) as page:
            apart[name] = [_apart(page, kind, file, server) for kind, file, server in files]
    with chromium() as browser:
        first, *times = _times(browser)
        slowed = _slowed(browser)
        memory = _memory(browser)
    return BrowserFingerprints(
        apart=apart,
        first_ms=first,
        median_ms=median(times),
        in_page_slowed_ms=slowed,
        renderer_mb=memory,
    )


def _apart(page: FingerprintPage, kind: str, file: bytes, server: pdq.Pdq) -> Apart:
    answer = page.fingerprint(file)
    if "pdq" not in answer:
        return Apart(kind=kind, bits=None, quality=0)
    return Apart(
        kind=kind,
        bits=pdq.distance(bytes.fromhex(answer["pdq"]), server.hash),
        quality=abs(answer["quality"] - server.quality),
    )


def _times(browser: Browser) -> list[float]:
    with fingerprint_page(browser) as page:
        large = encoded(twelve_megapixels(), quality=88)
        return [page.fingerprint(large)["milliseconds"] for _ in range(TIMED_RUNS + 1)]


def _slowed(browser: Browser) -> float:
    """Without a Worker, as Chromium slows down the page's own thread only."""
    with fingerprint_page(browser, before="delete window.Worker") as page:
        tab = cast(ChromiumTab, page.tab)
        tools = tab.page.context.new_cdp_session(tab.page)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        large = encoded(twelve_megapixels(), quality=88)
        return median(page.fingerprint(large)["milliseconds"] for _ in range(TIMED_RUNS))


def _memory(browser: Browser) -> tuple[int, int]:
    """The busiest renderer's resident memory before the picture, and its highest mark after."""
    large = encoded(enlarged(photo("coffee"), 8165, 6124), quality=80)
    with fingerprint_page(browser) as page:
        before = {one: _highest_mb(one) for one in _renderers()}
        page.fingerprint(large)
        grown = max(before, key=lambda one: _highest_mb(one) - before[one])
        return before[grown], _highest_mb(grown)


def _renderers() -> list[int]:
    return [
        process.pid
        for process in psutil.Process().children(recursive=True)
        if "--type=renderer" in process.cmdline()
    ]


def _highest_mb(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(_HIGHEST))


def main() -> None:
    """Measure, print, write."""
    table = measure().as_markdown()
    print(table)
    write_section(TITLE, table)


if __name__ == "__main__":
    main()
