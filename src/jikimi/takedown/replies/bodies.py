"""The words of a mail: its plain text, else its HTML as text. Nothing is fetched."""

from __future__ import annotations

import re
from email.message import Message
from html.parser import HTMLParser

MOST_TEXT = 40_000
_MOST_PARTS = 200
_MOST_DEPTH = 20
_MOST_LINK = 300
_UNSEEN = frozenset({"script", "style", "title", "template", "object", "svg", "math"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_BREAKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_QUOTE_CLASS = re.compile(r"gmail_quote|yahoo_quoted|moz-cite|outlookmessageheader", re.IGNORECASE)
_DATA = re.compile(r"data:[a-z]+/[^\s\"'<>)]*", re.IGNORECASE)


def words_of(mail: Message) -> tuple[str, int]:
    """The text of a mail, and how many parts were left unopened."""
    plain, html, left_out = [], [], 0
    for part in _leaves(mail, 0, [_MOST_PARTS]):
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment" or part.get_filename():
            left_out += 1
        elif kind == "text/plain":
            plain.append(_decoded(part))
        elif kind == "text/html":
            html.append(_decoded(part))
        else:
            left_out += 1
    text = "\n".join(plain)
    if not text.strip():
        text = "\n".join(text_of_html(one) for one in html)
    return _DATA.sub("[picture left out]", text)[:MOST_TEXT], left_out


def text_of_html(html: str) -> str:
    """HTML as text: what a reader would see, quotations marked with ">", pictures left out."""
    parser = _Words()
    parser.feed(html)
    parser.close()
    return parser.text()


def _leaves(part: Message, depth: int, budget: list[int]) -> list[Message]:
    """The parts that hold something; a mail inside a mail counts as one and stays closed."""
    budget[0] -= 1
    if budget[0] < 0 or depth > _MOST_DEPTH:
        return []
    inside = part.get_payload()
    if part.get_content_maintype() != "multipart" or not isinstance(inside, list):
        return [part]
    return [
        leaf
        for one in inside
        if isinstance(one, Message)
        for leaf in _leaves(one, depth + 1, budget)
    ]


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        return payload.decode(charset, errors="replace")
    except (LookupError, ValueError, UnicodeError):  # a charset that nobody knows
        return payload.decode("utf-8", errors="replace")


class _Words(HTMLParser):
    """Collects lines; each remembers how deep inside quotations it stands."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[int, list[str]]] = [(0, [])]
        self._open: list[tuple[str, bool, bool]] = []  # tag, hides, quotes
        self._link = ""

    def text(self) -> str:
        lines = []
        for depth, words in self._lines:
            line = " ".join("".join(words).split())
            lines.append("> " * depth + line if line else "")
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _BREAKS:
            self._break()
        if tag in _VOID:
            return
        hides = (
            tag in _UNSEEN or "hidden" in values or bool(_HIDDEN.search(values.get("style", "")))
        )
        quotes = tag == "blockquote" or bool(_QUOTE_CLASS.search(values.get("class", "")))
        self._open.append((tag, hides, quotes))
        if quotes:
            self._break()
        if tag == "a":
            self._link = values.get("href", "").strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._say_link()
        if any(tag == one for one, _, _ in self._open):
            while self._open.pop()[0] != tag:
                pass
        if tag in _BREAKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not any(hides for _, hides, _ in self._open):
            self._lines[-1][1].append(data)

    def _say_link(self) -> None:
        link, self._link = self._link, ""
        if link.startswith(("https://", "http://")) and len(link) <= _MOST_LINK:
            words = "".join(self._lines[-1][1])
            if link not in words:
                self.handle_data(f" ({link})")

    def _break(self) -> None:
        self._lines.append((sum(quotes for _, _, quotes in self._open), []))
