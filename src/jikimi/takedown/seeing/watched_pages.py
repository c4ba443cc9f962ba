"""What a page that is watched shows and where it leads. Runs in the isolated process."""

import json
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal

from jikimi.takedown.seeing.pages import LARGEST_PLACEHOLDER, MAX_LINK_CHARACTERS, pictures_of

MOST_PICTURES = 100
MOST_LINKS = 300
ROOM = 150_000
"""Characters of JSON for the pictures, and as many for the links, so that the answer stays small
whatever the page says."""


@dataclass(frozen=True, kw_only=True)
class WatchedPicture:
    """A picture of a page."""

    link: str
    """As written in the page."""
    inside: str
    """The address that a press on it would open, as written; empty if none."""


@dataclass(frozen=True, kw_only=True)
class WatchedPage:
    """What a page says about its pictures and the pages it leads to, each once."""

    pictures: tuple[WatchedPicture, ...]
    links: tuple[str, ...]
    """Those that the page does not ask crawlers to leave alone."""
    left_out: int
    """Pictures that are not among them: too many, embedded, or unreadable."""
    base: str | None
    asks_for_password: bool


def watched_page(html: str) -> WatchedPage:
    """Read pictures as `pages.page_pictures` does, and links that may be followed."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return WatchedPage(
        pictures=tuple(WatchedPicture(link=k, inside=v) for k, v in parser.pictures.items()),
        links=() if parser.asks_not_to_follow else tuple(parser.links),
        left_out=parser.left_out,
        base=parser.base,
        asks_for_password=parser.asks_for_password,
    )


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures: dict[str, str] = {}
        self.links: dict[str, None] = {}
        self.left_out = 0
        self.base: str | None = None
        self.asks_for_password = False
        self.asks_not_to_follow = False
        self._inside = ""
        self._room = {"pictures": ROOM, "links": ROOM}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._inside = values.get("href", "").strip()
            if "nofollow" not in values.get("rel", "").lower().split():
                self._keep_link(self._inside)
        for link in pictures_of(tag, values):
            self._keep_picture(link.strip())
        self._note(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._inside = ""

    def _note(self, tag: str, values: dict[str, str]) -> None:
        kind = values.get("type", "").lower()
        if tag == "base" and self.base is None:
            self.base = values.get("href")
        elif tag == "input" and kind == "password":
            self.asks_for_password = True
        elif tag == "meta" and values.get("name", "").lower() == "robots":
            wishes = values.get("content", "").lower()
            self.asks_not_to_follow |= "nofollow" in wishes or "none" in wishes

    def _keep_link(self, link: str) -> None:
        if len(self.links) < MOST_LINKS and link not in self.links and self._fits(link, "links"):
            self.links[link] = None

    def _keep_picture(self, link: str) -> None:
        if not link or link in self.pictures:
            return
        if link.lower().startswith("data:"):
            self.left_out += len(link) > LARGEST_PLACEHOLDER
        elif len(self.pictures) >= MOST_PICTURES or not self._fits(link, "pictures"):
            self.left_out += 1
        else:
            self.pictures[link] = self._inside if self._fits(self._inside, "pictures") else ""

    def _fits(self, link: str, kind: Literal["pictures", "links"]) -> bool:
        """Whether it can be told; one in an encoding other than UTF-8 would be mistaken."""
        if not link or len(link) > MAX_LINK_CHARACTERS or "\ufffd" in link:
            return False
        self._room[kind] -= len(json.dumps(link))
        return self._room[kind] >= 0
