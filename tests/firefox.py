"""Debian's Firefox, headless, driven over WebDriver BiDi by puppeteer-core (`bin/ensure-test-tools`
puts both on the machine).
"""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

FIREFOX: Final = "/usr/bin/firefox-esr"
_DRIVER: Final = Path(__file__).with_suffix(".mjs")

RESIST_FINGERPRINTING: Final = {"privacy.resistFingerprinting": True}
"""As in Tor Browser: what a script reads from a canvas is made up."""

LIKE_TOR_BROWSER_AT_ITS_SAFEST: Final = {
    **RESIST_FINGERPRINTING,
    "javascript.enabled": False,
    "browser.privatebrowsing.autostart": True,
    "privacy.firstparty.isolate": True,
    "svg.disabled": True,
    "mathml.disabled": True,
    "gfx.downloadable_fonts.enabled": False,
    "gfx.font_rendering.graphite.enabled": False,
    "gfx.font_rendering.opentype_svg.enabled": False,
    "media.webm.enabled": False,
    "webgl.disabled": True,
}
"""A STAND-IN. Tor Browser itself is not in Debian; these are the preferences of its safest level
that this Firefox knows. Its own patches, NoScript and Tor are not here."""


class FirefoxFailed(Exception):
    """The browser or its driver refused an order."""


@dataclass(frozen=True, kw_only=True)
class Firefox:
    """A running browser with one page open at a time. `files` is a folder it may read from."""

    driver: "subprocess.Popen[str]"
    files: Path

    def order(self, order: str, **details: object) -> object:
        """Have the driver do one thing; its answer. Raises FirefoxFailed."""
        to, answers = cast(IO[str], self.driver.stdin), cast(IO[str], self.driver.stdout)
        to.write(json.dumps({"order": order, **details}) + "\n")
        to.flush()
        line = answers.readline()
        if not line:
            raise FirefoxFailed("the driver ended; is puppeteer-core there? bin/ensure-test-tools")
        answer = json.loads(line)
        if "error" in answer:
            raise FirefoxFailed(answer["error"])
        return cast(object, answer["value"])


@contextmanager
def firefox(preferences: Mapping[str, bool] | None = None) -> Iterator[Firefox]:
    """The browser, until the block is left. `preferences` are those of about:config."""
    with (
        tempfile.TemporaryDirectory() as files,
        subprocess.Popen(
            ["node", str(_DRIVER), FIREFOX, json.dumps(preferences or {})],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as driver,
    ):
        yield Firefox(driver=driver, files=Path(files))
