"""How soon the first question can be answered on an old phone with a bad line.

Chromium with an empty cache, slowed down by its own protocol: slow 3G as its developer tools have
it (400 kbit/s, 400 ms a round trip) and a processor a quarter as fast. A page counts as usable once
it is painted and takes a tap: the three pages of the way to the first question one after the other,
and the first question opened by itself with nothing in the cache. `python -m bench.first_question`.
"""

from dataclasses import dataclass
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, Page, sync_playwright

from jikimi.cli.demo.processes import product, standin
from jikimi.cli.demo.story import PICTURE
from tests.fingerprint_page import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.folders import reachable_folder

BYTES_A_SECOND = 400_000 / 8
ROUND_TRIP_MS = 400
SLOWER = 4
RUNS = 5
TARGET_S = 3.0
LANGUAGE = "ko"
FIRST_ANSWER = "input[name=situation]"


@dataclass(frozen=True, kw_only=True)
class FirstQuestion:
    """Seconds, each the median of `RUNS` runs: until a page is painted and takes a tap."""

    start_s: float
    before_s: float
    question_s: float
    question_alone_s: float

    def as_markdown(self) -> str:
        """One table: each page with its seconds."""
        rows = (
            ("first page, nothing in the cache", self.start_s),
            ("page before the report, after a tap", self.before_s),
            ("first question, after a tap", self.question_s),
            ("first question opened by itself, nothing in the cache", self.question_alone_s),
        )
        lines = [f"| {name} | {seconds:.2f} | {TARGET_S:g} |" for name, seconds in rows]
        head = f"| usable after, s (median of {RUNS}) | s | target s |\n|---|---|---|"
        return "\n".join([head, *lines])


def measure() -> FirstQuestion:
    """Walk the way `RUNS` times against a real house, each time as a new visitor."""
    with (
        standin(PICTURE) as doors,
        reachable_folder() as folder,
        product(folder, doors) as house,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        walked = [_walk(browser, house.origin) for _ in range(RUNS)]
        alone = [_alone(browser, house.origin) for _ in range(RUNS)]
        browser.close()
    start, before, question = (median(times) for times in zip(*walked, strict=True))
    return FirstQuestion(
        start_s=start, before_s=before, question_s=question, question_alone_s=median(alone)
    )


def _walk(browser: Browser, origin: str) -> tuple[float, float, float]:
    page = _slow_page(browser)
    began = perf_counter()
    page.goto(f"{origin}/?lang={LANGUAGE}", wait_until="commit")
    start = _until_usable(page, "main a.primary", began)
    began = perf_counter()
    page.locator("main a.primary").click(no_wait_after=True)
    before = _until_usable(page, "main form button.primary", began)
    began = perf_counter()
    page.locator("main form button.primary").first.click(no_wait_after=True)
    question = _until_usable(page, FIRST_ANSWER, began)
    page.context.close()
    return start, before, question


def _alone(browser: Browser, origin: str) -> float:
    page = _slow_page(browser)
    began = perf_counter()
    page.goto(f"{origin}/report/?lang={LANGUAGE}", wait_until="commit")
    seconds = _until_usable(page, FIRST_ANSWER, began)
    page.context.close()
    return seconds


def _slow_page(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    protocol = page.context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


def _until_usable(page: Page, selector: str, began: float) -> float:
    """Seconds until something can be tapped and the frame that shows it is painted."""
    page.locator(selector).first.click(trial=True)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return perf_counter() - began


if __name__ == "__main__":
    print(measure().as_markdown())
