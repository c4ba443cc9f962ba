"""Somebody who walks through the portal as a browser without JavaScript does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client
from django.utils.http import urlencode

from jikimi.web.portal.door import FORM_TYPE

Answers = Mapping[str, str | Sequence[str]]

FAKED: Answers = {"situation": "faked"}
ADULT: Answers = {"age_group": "adult"}
HEX = "0f" * 32
WITH_FINGERPRINT: Answers = {"file": "yes", "fingerprints": f"{HEX} 93"}
NO_FILE: Answers = {"file": "no"}
PLACES: Answers = {"places": "https://example.com/a\nt.me/room\n@account"}
CENTRE_AND_PLATFORMS: Answers = {"share": ["centre", "platforms"]}
NO_CONTACT: Answers = {"contact": "no"}
WORDS: Answers = {"declared": "on", "statement": "She <b>said</b> so."}
SEND: Answers = {}


class PageReader(HTMLParser):
    """What a page holds: the report's or code's form, its inputs, its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.inputs: list[dict[str, str | None]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.areas: dict[str, str] = {}
        self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "input":
            self.inputs.append(given)
            if given.get("type") == "hidden" and given.get("name"):
                self.hidden[str(given["name"])] = given.get("value") or ""
        self._area = str(given.get("name")) if tag == "textarea" else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._area:
            self.areas[self._area] = self.areas.get(self._area, "") + data.removeprefix("\n")

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@lru_cache(maxsize=500)  # all pages in all languages, which several tests look at
def _read(html: str) -> PageReader:
    return PageReader(html)


@dataclass(kw_only=True)
class Visitor:
    """One browser. It keeps the page it is on."""

    language: str = "en"
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    response: HttpResponse = field(default_factory=HttpResponse)

    @property
    def page(self) -> PageReader:
        return _read(self.response.content.decode())

    @property
    def status(self) -> int:
        return self.response.status_code

    def begin(self) -> "Visitor":
        """Press Report on the first page."""
        self.open(f"/?lang={self.language}")
        return self.post("/report/", {"lang": self.language})

    def open(self, address: str) -> "Visitor":
        return self._take(self.client.get(address, follow=True))

    def post(self, address: str, fields: Answers) -> "Visitor":
        body = urlencode(fields, doseq=True)
        return self._take(self.client.post(address, body, content_type=FORM_TYPE, follow=True))

    def answer(self, answers: Answers, *, go: str = "next") -> "Visitor":
        """Fill in the question on the page and press a button."""
        return self.post("/report/", {**self.page.hidden, **answers, "go": go})

    def walk(self, *questions: Answers) -> "Visitor":
        for answers in questions:
            self.answer(answers)
        return self

    def _take(self, response: HttpResponse) -> "Visitor":
        self.response = response
        return self

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def step(self) -> str:
        return self.page.hidden.get("step", "")

    @property
    def code(self) -> str:
        """The receipt on the page, as one copies it by hand."""
        html = self.response.content.decode()
        block = html.split('id="code"', 1)[1].split("</p>", 1)[0]
        return "".join(part.split("</span>")[0] for part in block.split("<span>")[1:])

    @property
    def way_out(self) -> str:
        """Where Exit leads on this page without scripts."""
        exits = {attrs["href"] for _tag, attrs in self.page.tags if attrs.get("class") == "exit"}
        return str(exits.pop())

    def shows(self, code: str) -> bool:
        """Whether this receipt stands on the page, in whatever parts."""
        return code in "".join(self.text.replace("-", "").split())
