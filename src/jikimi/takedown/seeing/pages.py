"""Which pictures a page shows. Runs in the isolated process: pages are hostile input too."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

MAX_PICTURES = 20
MAX_LINK_CHARACTERS = 4096

_PICTURE_PROPERTIES = frozenset({"og:image", "og:image:url", "og:image:secure_url"})
_PICTURE_NAMES = frozenset({"twitter:image", "twitter:image:src"})
LARGEST_PLACEHOLDER = 4096
"""Characters of a data: address up to which it is taken for a spacer and not for a picture."""
_BACKGROUND = re.compile(r"\burl\(\s*['\"]?([^'\")\s]+)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class PagePictures:
    """What a page says about its pictures."""

    links: tuple[str, ...]
    """As written in the page, at most `MAX_PICTURES`, each once."""
    left_out: int
    """Further pictures that are not among the links: too many, embedded, or unreadable."""
    base: str | None
    """The page's own ``<base href>``."""
    asks_for_password: bool


def page_pictures(html: str) -> PagePictures:
    """Read img, source, video posters, backgrounds and pictures for previews; first of a srcset."""
    parser = _PictureParser()
    parser.feed(html)
    parser.close()
    return PagePictures(
        links=tuple(parser.links),
        left_out=parser.left_out,
        base=parser.base,
        asks_for_password=parser.asks_for_password,
    )


class _PictureParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: dict[str, None] = {}
        self.left_out = 0
        self.base: str | None = None
        self.asks_for_password = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        for link in pictures_of(tag, values):
            self._keep(link.strip())
        if tag == "base" and self.base is None:
            self.base = values.get("href")
        if tag == "input" and values.get("type", "").lower() == "password":
            self.asks_for_password = True

    def _keep(self, link: str) -> None:
        if not link or link in self.links:
            return
        if link.lower().startswith("data:"):
            self.left_out += len(link) > LARGEST_PLACEHOLDER
        elif (
            len(self.links) >= MAX_PICTURES
            or len(link) > MAX_LINK_CHARACTERS
            or "\ufffd" in link  # written in an encoding other than UTF-8: it would be mistaken
        ):
            self.left_out += 1
        else:
            self.links[link] = None


def pictures_of(tag: str, values: dict[str, str]) -> tuple[str, ...]:
    """The pictures that one tag with these attributes names, as written; some may be empty."""
    return _shown_by(tag, values) + tuple(_BACKGROUND.findall(values.get("style", "")))


def _shown_by(tag: str, values: dict[str, str]) -> tuple[str, ...]:
    if tag == "img":
        return values.get("src", ""), values.get("data-src", ""), _first(values.get("srcset", ""))
    if tag == "source":
        is_sound_or_video = values.get("type", "").lower().startswith(("audio/", "video/"))
        return () if is_sound_or_video else (_first(values.get("srcset", "")),)
    if tag == "video":
        return (values.get("poster", ""),)
    if tag == "meta" and (
        values.get("property", "").lower() in _PICTURE_PROPERTIES
        or values.get("name", "").lower() in _PICTURE_NAMES
    ):
        return (values.get("content", ""),)
    return ()


def _first(srcset: str) -> str:
    """The first candidate of ``"a.jpg 1x, b.jpg 2x"``."""
    words = srcset.split(maxsplit=1)
    return words[0].rstrip(",") if words else ""
