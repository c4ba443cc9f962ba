"""The languages of the pages: English, of which the texts are made, and every compiled catalogue.

A language is one file, `locale/<code>/LC_MESSAGES/django.po`. While it is being translated its
head carries gettext's own mark for that (`#, fuzzy`); such a catalogue is not compiled, and its
language is not offered. See `docs/decisions/0029-languages.md`.
"""

from pathlib import Path

from babel import Locale
from django.conf.locale import LANG_INFO
from django.utils.translation import to_language

SOURCE = "en"
COMPILED = "LC_MESSAGES/django.mo"


def languages_in(folder: Path) -> list[tuple[str, str]]:
    """The languages to offer as Django's setting LANGUAGES takes them, by their own names.

    Each is a code as browsers say it ("zh-hant") and what its speakers call it.
    """
    found = {to_language(path.parents[1].name) for path in folder.glob(f"*/{COMPILED}")}
    named = [(code, own_name(code)) for code in found | {SOURCE}]
    return sorted(named, key=lambda language: language[1])


def own_name(code: str) -> str:
    """What its speakers call a language; its code where nobody has written that down."""
    if known := LANG_INFO.get(code, {}).get("name_local"):
        return str(known)
    return Locale.parse(code, sep="-").get_display_name() or code
