"""What travels to the phone, counted in real answers as they were sent: bodies and headers.

Targets: 60 kB before the first question, 150 kB for a whole report, pictures' tools included.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response

from tests.served import browser_beside_the_database, served

pytestmark = pytest.mark.django_db

BEFORE_THE_FIRST_QUESTION = 60_000
A_WHOLE_REPORT = 150_000
HEX = "0f" * 32
# What is chosen on a page, and the page that comes then.
A_REPORT = (
    ("threatened", "first_aid"),
    ("", "age"),
    ("under_18", "file"),
    ("yes", "places"),
    ("", "sharing"),
    ("centre", "contact"),
    ("yes", "reach"),
    ("call", "words"),
    ("", "review"),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_beside_the_database() as running:
        yield running


@dataclass(kw_only=True)
class Visit:
    """A page that begins with an empty cache, and every answer that it got."""

    page: Page
    answers: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("response", lambda answer: self.answers.append(answer))  # noqa: PLW0108

    @property
    def asked(self) -> set[str]:
        """Every host that was asked for something."""
        return {urlsplit(answer.url).netloc for answer in self.answers}

    @property
    def bytes(self) -> int:
        # What came from the cache counts as nothing: its two sizes cancel each other out.
        sizes = [answer.request.sizes() for answer in self.answers]
        return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)

    def press(self, selector: str, then: str) -> None:
        """Press something and wait for what it leads to."""
        self.page.click(selector)
        self.page.wait_for_selector(then, state="attached")

    def at(self, step: str) -> str:
        """What is on the page of a step and on no other."""
        return f"input[name=step][value={step}]"


def to_the_first_question(browser: Browser, origin: str, language: str) -> Visit:
    visit = Visit(page=browser.new_page())
    visit.page.goto(f"{origin}/?lang={language}")
    visit.press("main a.primary", "form .primary")
    visit.press("form .primary", visit.at("situation"))
    visit.page.wait_for_load_state("networkidle")
    return visit


@pytest.mark.parametrize("language", ["en", "ko", "id"])
def test_the_first_question_costs_at_most_sixty_kilobytes(browser: Browser, language: str) -> None:
    with served() as origin:
        visit = to_the_first_question(browser, origin, language)
        assert visit.bytes <= BEFORE_THE_FIRST_QUESTION
        assert visit.asked == {urlsplit(origin).netloc}
        assert "font" not in {answer.request.resource_type for answer in visit.answers}
        visit.page.close()


@pytest.mark.parametrize("language", ["ko", "id"])
def test_a_whole_report_costs_at_most_150_kilobytes(browser: Browser, language: str) -> None:
    with served() as origin:
        visit = to_the_first_question(browser, origin, language)
        page = visit.page
        for answer, then in A_REPORT:
            if answer:
                page.check(f"input[value={answer}]")
            if then == "places":
                page.evaluate(f"document.querySelector('#fingerprints').value = '{HEX} 93'")
            if then == "words":
                page.fill("#contact_how", "010-0000-0000")
            visit.press("button[value=next]", visit.at(then))
        visit.press("button[value=next]", "#code")
        page.wait_for_load_state("networkidle")
        assert visit.bytes <= A_WHOLE_REPORT
        assert visit.asked == {urlsplit(origin).netloc}
        page.close()
