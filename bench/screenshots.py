"""`make screenshots`: a picture of every page of the portal, so that people look at all of them.

Every page in every language that is offered, 360 and 1280 px wide, as
`out/pages/PAGE.LANGUAGE.WIDTH.png`, and one sheet a language and width that shows all of them
small, `out/pages/sheet.LANGUAGE.WIDTH.png`. The pages come from a real house on a database of its
own, which goes afterwards; the reports are made up. `--dark`, `--contrast`, `--language ko`,
`--width 360` and `--page status` (a part of a name) choose; the name then says so.
"""

import argparse
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw
from playwright.sync_api import Browser

from jikimi.cli.database import database_for
from tests.folders import reachable_folder

FOLDER = Path("out/pages")
WIDTHS = {360: 740, 1280: 800}
SHEET_COLUMNS = 8
SHEET_COLUMN_PX = 240
SHEET_ROW_PX = 480
LABEL_PX = 16
Scheme = Literal["light", "dark"]
Contrast = Literal["more", "no-preference"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to take: which languages, widths (px) and pages (empty: all), and how the screen is."""

    languages: tuple[str, ...] = ()
    widths: tuple[int, ...] = tuple(WIDTHS)
    page: str = ""
    scheme: Scheme = "light"
    contrast: Contrast = "no-preference"
    folder: Path = FOLDER

    @property
    def suffix(self) -> str:
        """What a file's name says of the screen's settings."""
        dark = ".dark" if self.scheme == "dark" else ""
        return dark + (".contrast" if self.contrast == "more" else "")


def take(wanted: Wanted) -> int:
    """Take and file them; how many there are."""
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(house())
        # Imported here: Django has to be set up before.
        from tests.fingerprint_page import chromium  # noqa: PLC0415

        pages = _pages(wanted)
        browser = stack.enter_context(chromium())
        return sum(
            _in_one_width(browser, pages, language, width, wanted)
            for language in pages
            for width in wanted.widths
        )


@contextmanager
def house() -> Iterator[None]:
    """Django on an empty database of its own, with keys of its own."""
    with ExitStack() as stack:
        folder = stack.enter_context(reachable_folder())
        os.environ.update(
            JIKIMI_DATA=str(folder),
            JIKIMI_SECRET_KEY="only-for-screenshots-" + "x" * 40,
            DJANGO_SETTINGS_MODULE="jikimi.config.settings",
        )
        stack.enter_context(database_for(folder))
        import django  # noqa: PLC0415  # its settings are read from what stands above

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415
        from django.db import connections  # noqa: PLC0415
        from django.test.utils import (  # noqa: PLC0415
            setup_test_environment,
            teardown_test_environment,
        )

        from jikimi.evidence.keyring import make_missing_keys  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        make_missing_keys(folder / "keys")
        setup_test_environment()
        yield
        teardown_test_environment()
        connections.close_all()


def _pages(wanted: Wanted) -> dict[str, dict[str, str]]:
    """The HTML by language and name; all of it before a browser runs, which shuts out databases."""
    from django.conf import settings  # noqa: PLC0415

    from tests.portal.house_pages import pages_by_name  # noqa: PLC0415

    settings.CENTRE_PHONE = settings.CENTRE_PHONE or "02-000-0000"
    chosen = wanted.languages or tuple(code for code, _name in settings.LANGUAGES)
    return {
        language: {
            name: html for name, html in pages_by_name(language).items() if wanted.page in name
        }
        for language in chosen
    }


def _in_one_width(
    browser: Browser, pages: dict[str, dict[str, str]], language: str, width: int, wanted: Wanted
) -> int:
    from tests.portal.shown import screen  # noqa: PLC0415

    taken = []
    with screen(browser, width=width, height=WIDTHS[width], scheme=wanted.scheme) as shown:
        shown.page.emulate_media(contrast=wanted.contrast)
        for name, html in pages[language].items():
            shown.show(html, unfolded=False)
            file = wanted.folder / f"{name}.{language}.{width}{wanted.suffix}.png"
            shown.page.screenshot(path=file, full_page=True)
            taken.append(file)
    _sheet(taken).save(wanted.folder / f"sheet.{language}.{width}{wanted.suffix}.png")
    return len(taken)


def _sheet(files: list[Path]) -> Image.Image:
    """All of them small, as long as a screen and a half each, with their names."""
    rows = -(-len(files) // SHEET_COLUMNS)
    height = rows * (SHEET_ROW_PX + LABEL_PX)
    sheet = Image.new("RGB", (SHEET_COLUMNS * SHEET_COLUMN_PX, height), "#888888")
    draw = ImageDraw.Draw(sheet)
    for number, file in enumerate(files):
        left = number % SHEET_COLUMNS * SHEET_COLUMN_PX
        top = number // SHEET_COLUMNS * (SHEET_ROW_PX + LABEL_PX)
        with Image.open(file) as page:
            small = page.convert("RGB")
            small.thumbnail((SHEET_COLUMN_PX - 8, page.height))
            sheet.paste(small.crop((0, 0, small.width, SHEET_ROW_PX)), (left, top + LABEL_PX))
        draw.text((left + 2, top + 2), file.name.split(".")[0], fill="white")
    return sheet


def main() -> None:
    """Read what is wanted, take it, say where it is."""
    reader = argparse.ArgumentParser(description="Take a picture of every page of the portal.")
    reader.add_argument("--language", action="append", default=[], help="a code; may be repeated")
    reader.add_argument("--width", action="append", type=int, choices=WIDTHS, help="in pixels")
    reader.add_argument("--page", default="", help="a part of the pages' names")
    reader.add_argument("--dark", action="store_true", help="in the dark colours")
    reader.add_argument("--contrast", action="store_true", help="with more contrast")
    reader.add_argument("--folder", type=Path, default=FOLDER)
    given = reader.parse_args()
    wanted = Wanted(
        languages=tuple(given.language),
        widths=tuple(given.width or WIDTHS),
        page=given.page,
        scheme="dark" if given.dark else "light",
        contrast="more" if given.contrast else "no-preference",
        folder=given.folder,
    )
    print(f"{take(wanted)} pages in {wanted.folder.resolve()}")


if __name__ == "__main__":
    main()
