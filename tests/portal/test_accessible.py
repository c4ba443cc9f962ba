"""axe finds nothing to mend on any page in any language, and in English in dark colours, too.

The rules are those that axe-core (`tests/package.json`) has for WCAG 2.2, levels A and AA. What a
program cannot see is walked through in `test_by_keyboard.py` and told in decision 34.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.fingerprint_page import chromium
from tests.portal.house_pages import pages_by_name
from tests.portal.test_layout import show

pytestmark = pytest.mark.django_db

AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
LANGUAGES = [code for code, _name in settings.LANGUAGES]
_COLOURS = {"tags": (), "only": "color-contrast"}
PHONE = {"width": 360, "height": 740}

# `only`: one rule instead of all of the tags, so that colours are asked twice and words once.
_FAULTS = """async ({ tags, only }) => {
  const values = only ? [only] : tags;
  const runOnly = { type: only ? 'rule' : 'tag', values };
  const rules = only ? {} : { 'target-size': { enabled: true } };
  const options = { runOnly, rules, resultTypes: ['violations'] };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} | ${failureSummary}`));
}"""


def faults_of(screen: Page, html: str, *, dark: bool) -> Iterator[str]:
    """What axe finds on a page in light colours, then of its colours in the dark."""
    screen.emulate_media(color_scheme="light", reduced_motion="reduce")
    show(screen, html)
    screen.evaluate(AXE.read_text())
    yield from screen.evaluate(_FAULTS, {"tags": TAGS, "only": ""})
    if not dark:
        return
    screen.emulate_media(color_scheme="dark")
    yield from (f"dark: {one}" for one in screen.evaluate(_FAULTS, _COLOURS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_to_mend_on_any_page(language: str) -> None:
    assert AXE.exists(), "axe-core is not there: run bin/ensure-test-tools"
    pages = pages_by_name(language)
    with chromium() as browser:
        screen = browser.new_page(viewport=PHONE)
        faults = [
            (name, one)
            for name, html in pages.items()
            for one in faults_of(screen, html, dark=language == "en")
        ]
    assert not faults, json.dumps(faults, indent=1, ensure_ascii=False)
