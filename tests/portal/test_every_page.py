"""Every page in every language: axe finds nothing to mend, and it holds on the narrowest phone.

One visit to each page asks both. The rules are those that axe-core (`tests/package.json`) has for
WCAG 2.2, levels A and AA; colours, which no language changes, are asked in English, light and dark.
A page holds if nothing stands outside the screen and no word of a button is cut off: as it is,
with longer words, from the right, and in letters of twice the size. What a program cannot see is
walked through in `test_by_keyboard.py` and told in decision 34.
"""

import json
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.kept_browsers import chromium
from tests.portal.house_pages import SAVED, pages_by_name
from tests.portal.shown import AXE, Screen, screen

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _name in settings.LANGUAGES]

_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_COLOURS = "color-contrast"

_FAULTS = """async ({ runOnly, rules }) => {
  const options = { runOnly, rules, resultTypes: ['violations'] };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} | ${failureSummary}`));
}"""

# Each state is added to those before it. Each word is made longer by two letters in five, its own
# ones again.
_OUTSIDE_IN_EACH_STATE = r"""() => {
  const outside = () => {
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
  };
  const stretch = () => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (text.parentElement.closest('.code, script, template')) continue;
      text.data = text.data.replace(/\p{L}+/gu,
        (word) => word + word.slice(0, Math.ceil(word.length * 0.4)));
    }
  };
  const states = {
    'as it is': () => {},
    'longer': stretch,
    'from the right': () => { document.documentElement.dir = 'rtl'; },
    'twice as large': () => { document.documentElement.style.fontSize = '200%'; },
  };
  return Object.entries(states).flatMap(([name, change]) => {
    change();
    return outside().map((fault) => `${name}: ${fault}`);
  });
}"""


def axe_on(shown: Screen, html: str, *, with_colours: bool) -> Iterator[str]:
    """Show a page and tell what axe finds there."""
    shown.show(html)
    shown.bring_axe()
    rules = {"target-size": {"enabled": True}, _COLOURS: {"enabled": with_colours}}
    runs = {"type": "tag", "values": _TAGS}
    yield from shown.page.evaluate(_FAULTS, {"runOnly": runs, "rules": rules})
    if with_colours:
        shown.page.emulate_media(color_scheme="dark")
        runs = {"type": "rule", "values": [_COLOURS]}
        found = shown.page.evaluate(_FAULTS, {"runOnly": runs, "rules": {}})
        yield from (f"dark: {one}" for one in found)
        shown.page.emulate_media(color_scheme="light")


def faults_of(shown: Screen, name: str, html: str, *, with_colours: bool) -> Iterator[str]:
    """What axe finds on a page, and what does not hold there."""
    yield from axe_on(shown, html, with_colours=with_colours)
    if name != SAVED:
        yield from shown.page.evaluate(_OUTSIDE_IN_EACH_STATE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_to_mend_and_every_page_holds_in_every_state(language: str) -> None:
    assert AXE.exists(), "axe-core is not there: run bin/ensure-test-tools"
    pages = pages_by_name(language)
    with chromium() as browser, screen(browser) as shown:
        faults = [
            (name, one)
            for name, html in pages.items()
            for one in faults_of(shown, name, html, with_colours=language == "en")
        ]
    assert not faults, json.dumps(faults, indent=1, ensure_ascii=False)
