"""What travels to the phone before the first question can be answered."""

from dataclasses import dataclass

from playwright.sync_api import Response, sync_playwright

from jikimi.cli.demo.processes import product, standin
from jikimi.cli.demo.story import PICTURE
from tests.fingerprint_page import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.folders import reachable_folder


@dataclass(frozen=True, kw_only=True)
class PageWeight:
    """Bytes of bodies and headers, as they travel, and the number of requests."""

    bytes: int
    requests: int

    def as_markdown(self) -> str:
        return (
            "| kB before the first question | requests | target kB |\n|---|---|---|\n"
            f"| {self.bytes / 1000:.1f} | {self.requests} | 60 |"
        )


def measure() -> PageWeight:
    """Open the start page and go on to the first question, with an empty cache."""
    with (
        standin(PICTURE) as doors,
        reachable_folder() as folder,
        product(folder, doors) as house,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page()
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108
        page.goto(f"{house.origin}/?lang=ko")
        page.locator("main a.primary").click()
        page.locator("main form button.primary").first.click()
        page.locator("input[name=situation]").first.wait_for(state="attached")
        page.wait_for_load_state("networkidle")
        sizes = [answer.request.sizes() for answer in answers]
        browser.close()
    total = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    return PageWeight(bytes=total, requests=len(sizes))


if __name__ == "__main__":
    print(measure().as_markdown())
