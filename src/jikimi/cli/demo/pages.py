"""Reading a page as a person does: its forms, its links, its words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "template", "title", "noscript"})


@dataclass(kw_only=True)
class Form:
    """A form with what it already holds."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)


@dataclass(kw_only=True)
class Page:
    """What a page shows."""

    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words, with single spaces."""
        return " ".join(" ".join(self.words).split())

    def form_with(self, *names: str, action: str = "") -> Form:
        """The first form with these fields whose action holds a text. Raises LookupError."""
        for form in self.forms:
            if action in form.action and all(name in form.fields for name in names):
                return form
        raise LookupError(f"No form with {names or action} on a page that says: {self.text[:300]}")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _SILENT:
            self._silent.append(tag)
        if tag == "a":
            self.page.links.append(given.get("href") or "")
        if tag == "form":
            self.page.forms.append(Form(action=given.get("action") or ""))
        if tag in {"input", "textarea", "select"} and self.page.forms and given.get("name"):
            self._keep(given)

    def _keep(self, given: dict[str, str | None]) -> None:
        held = self.page.forms[-1].fields.setdefault(given["name"] or "", [])
        choosable = given.get("type") in {"checkbox", "radio"}
        if given.get("type") == "hidden" or (choosable and "checked" in given):
            held.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.page.words.append(data)


def read_page(html: str) -> Page:
    """The page that a text of HTML shows."""
    reader = _Reader()
    reader.feed(html)
    return reader.page
