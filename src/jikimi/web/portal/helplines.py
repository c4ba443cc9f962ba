"""Numbers and addresses to call, from the packs, by country.

Where she is, nobody asks: every country is on the page, the likely ones open and the others folded,
so that choosing one sends nothing and leaves nothing. See `docs/decisions/0029-languages.md`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from babel import Locale
from babel.core import get_global
from django.conf import settings
from django.utils.translation import get_language, gettext, to_locale

from jikimi.venues.pack_values import WORLDWIDE
from jikimi.venues.packs import Helpline
from jikimi.web.portal.packs_read import packs_read


@dataclass(frozen=True, kw_only=True)
class Line:
    """One helpline as a page shows it."""

    name: str
    phone: str
    web: str
    chat: str
    is_always_open: bool
    spoken: str
    """The languages spoken there; empty where hers is among them."""

    @property
    def dialled(self) -> str:
        """The number as a telephone takes it, safe in an address."""
        return quote("".join(sign for sign in self.phone if sign in "+*#0123456789"), safe="+*")

    @property
    def web_name(self) -> str:
        """The address as one reads it out."""
        return self.web.removeprefix("https://").removeprefix("www.").rstrip("/")


@dataclass(frozen=True, kw_only=True)
class Country:
    """A country by its name in her language, and its lines."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Helplines:
    """The countries she is likely in with what serves every country, and all others."""

    near: tuple[Country, ...]
    far: tuple[Country, ...]


def helplines(*, minor: bool | None) -> Helplines:
    """The lines that can be called or opened, of every country that has one.

    In each country first those that answer day and night, then those with a chat. While the age
    is not known, those for minors and then those for adults only.
    """
    return _grouped(_by_country(minor))


def likely_countries() -> tuple[str, ...]:
    """The codes of where she may be: where her language is at home, then the centre's country."""
    likely = (_home_of(_language()), settings.CENTRE_COUNTRY.upper())
    return tuple(code for code in dict.fromkeys(likely) if code)


def named_lines(ids: Sequence[str]) -> Helplines:
    """These lines in the same order; those that cannot be reached are left out."""
    by_country: dict[str, list[Helpline]] = {}
    for line in _reachable():
        if line.id in ids:
            by_country.setdefault(line.country, []).append(line)
    return _grouped(by_country)


def _grouped(by_country: dict[str, list[Helpline]]) -> Helplines:
    near = [code for code in (*likely_countries(), WORLDWIDE) if code in by_country]
    far = sorted(
        (_country(code, lines) for code, lines in by_country.items() if code not in near),
        key=lambda country: country.name,
    )
    return Helplines(near=tuple(_country(code, by_country[code]) for code in near), far=tuple(far))


def _by_country(minor: bool | None) -> dict[str, list[Helpline]]:
    found: dict[str, list[Helpline]] = {}
    usable = tuple(_reachable())
    for for_minors in (True, False) if minor is None else (minor,):
        for line in usable:
            known = found.setdefault(line.country, [])
            if (line.for_minors if for_minors else line.for_adults) and line not in known:
                known.append(line)
    return {country: lines for country, lines in found.items() if lines}


def _reachable() -> Iterable[Helpline]:
    return (line for line in packs_read().lines if line.phone or line.web or line.chat)


def _country(code: str, lines: list[Helpline]) -> Country:
    name = gettext("In every country") if code == WORLDWIDE else _locale().territories[code]
    best_first = sorted(lines, key=lambda line: (not line.is_always_open, not line.chat))
    return Country(name=name, lines=tuple(map(_line, best_first)))


def _line(line: Helpline) -> Line:
    spoken = {language.split("-")[0] for language in line.languages}
    names = [_locale().languages.get(language, language) for language in sorted(spoken)]
    return Line(
        name=_in_her_language(line),
        phone=line.phone or "",
        web=line.web or "",
        chat=line.chat or "",
        is_always_open=line.is_always_open,
        spoken="" if _locale().language in spoken else ", ".join(names),
    )


def _in_her_language(line: Helpline) -> str:
    """Its name in her language; packs say "zh-TW" where browsers say "zh-hant"."""
    named = {language.split("-")[0]: name for language, name in line.name.items()}
    return line.name.get(_language()) or named.get(_locale().language) or line.name["en"]


def _home_of(language: str) -> str:
    """Where most who read a language live, by the CLDR; empty for English, read everywhere."""
    if language == settings.LANGUAGE_CODE:
        return ""
    return str(get_global("likely_subtags").get(to_locale(language), "")).rpartition("_")[2]


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _locale() -> Locale:
    return Locale.parse(to_locale(_language()))
