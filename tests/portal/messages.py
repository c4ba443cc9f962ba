"""Every text that the portal asks to be translated, read from its templates and modules, and of
what answers ahead of it.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

PORTAL = Path(__file__).parents[2] / "src/jikimi/web/portal"
_KEYWORDS = {"gettext": None, "ngettext": (1, 2), "say": None, "_": None}


def texts_to_translate() -> set[str]:
    """The English texts, as the catalogue names them; of a plural its singular."""
    return {text for path in _sources() for text in _texts(path)}


def _sources() -> Iterator[Path]:
    yield from PORTAL.rglob("*.html")
    yield from PORTAL.rglob("*.py")
    yield from (PORTAL.parents[1] / "config").glob("*.py")


def _texts(path: Path) -> Iterator[str]:
    source = path.read_text()
    code = templatize(source) if path.suffix == ".html" else source
    for _line, message, _comments, _context in extract(
        "python", BytesIO(code.encode()), keywords=_KEYWORDS
    ):
        yield message if isinstance(message, str) else message[0]
