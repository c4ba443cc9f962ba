"""Every page holds: on the narrowest phone, in letters of twice the size, longer, from the right.

The pages are those of `house_pages`; each is measured in a real Chromium. Nothing
may stand outside the screen, and no word of a button may be cut off.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from mimetypes import guess_type
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route

from tests.fingerprint_page import chromium
from tests.portal.house_pages import pages_by_name

pytestmark = pytest.mark.django_db

ORIGIN = "http://portal.test"
NARROW = {"width": 320, "height": 640}

_OUTSIDE = """() => {
  const wide = document.documentElement.scrollWidth;
  const found = wide > innerWidth ? [`the page is ${wide} px wide`] : [];
  for (const part of document.querySelectorAll('main *, header *, footer *')) {
    if (part.closest('.unseen, .skip, svg, textarea, input') || !part.checkVisibility()) continue;
    const name = `${part.tagName} "${part.textContent.trim().slice(0, 40)}"`;
    const { left, right } = part.getBoundingClientRect();
    if (left < -1 || right > innerWidth + 1) found.push(`${name} stands outside`);
    if (part.matches('a, button, summary, label, .tag') && part.clientWidth
        && part.scrollWidth > part.clientWidth + 1) found.push(`${name} is cut off`);
  }
  return found;
}"""

_UNFOLD = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"

# Each word is made longer by two letters in five, its own ones again.
_STRETCH = r"""() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.parentElement.closest('.code, script, template')) continue;
    text.data = text.data.replace(/\p{L}+/gu,
      (word) => word + word.slice(0, Math.ceil(word.length * 0.4)));
  }
}"""
_FROM_THE_RIGHT = "() => { document.documentElement.dir = 'rtl'; }"
_TWICE_AS_LARGE = "() => { document.documentElement.style.fontSize = '200%'; }"


@contextmanager
def narrow_screen() -> Iterator[Page]:
    """A page of a browser; opened after the database was asked, which it would shut out."""
    with chromium() as browser:
        yield browser.new_page(viewport=NARROW)


def pages_of(language: str) -> dict[str, str]:
    """Each page once; the guides are measured with their own tests, and a file is no page."""
    pages = pages_by_name(language)
    return {
        name: html
        for name, html in pages.items()
        if name != "copy-file" and not name.startswith("help-")
    }


@cache
def static_file(name: str) -> tuple[bytes, str] | None:
    """A file of the portal's own with its type; None if there is none of that name."""
    found = finders.find(name)
    if not found:
        return None
    return Path(str(found)).read_bytes(), guess_type(name)[0] or "text/plain"


def show(screen: Page, html: str, *, unfolded: bool = True) -> None:
    """Open a page as the portal serves it, with its own style and scripts and nothing else."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).partition("?")[0]
        if path.startswith("/static/") and (held := static_file(path.removeprefix("/static/"))):
            body, kind = held
            route.fulfill(body=body, content_type=kind)
        else:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")

    screen.unroute_all()
    screen.route("**/*", answer)
    screen.goto(f"{ORIGIN}/")
    if unfolded:
        screen.evaluate(_UNFOLD)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_page_holds_in_every_state(language):
    pages = pages_of(language)
    broken = []
    with narrow_screen() as screen:
        for name, html in pages.items():
            show(screen, html)
            for state in ("() => {}", _STRETCH, _FROM_THE_RIGHT, _TWICE_AS_LARGE):
                screen.evaluate(state)
                broken += [(state[:40], fault, name) for fault in screen.evaluate(_OUTSIDE)]
    assert not broken, "\n".join(map(str, broken))
