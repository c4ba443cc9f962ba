"""The packs and guides as the files give them, read once per process and without a database."""

import logging
from functools import cache

from django.conf import settings
from django.utils.translation import get_language

from jikimi.venues.errors import PackError
from jikimi.venues.guides import Guides, load_guides
from jikimi.venues.packs import Packs, load_packs
from jikimi.venues.regions import Region, regions_of

log = logging.getLogger(__name__)

_IN_PACKS = {"zh-hant": "zh-TW"}


@cache
def packs_read() -> Packs:
    """Laws and helplines: what ships and the centre's own. Raises PackError."""
    return load_packs(*settings.PACK_FOLDERS, allow_stand_ins=bool(settings.STAND_IN_PORTS))


@cache
def guides_read() -> Guides:
    """The guides. Where the centre's own cannot be read, those that ship: help stays open."""
    try:
        return load_guides(*settings.PACK_FOLDERS)
    except PackError as error:
        log.error("The centre's guides cannot be read; those that ship are shown. %s", error)
        return load_guides()


def regions_read() -> tuple[Region, ...]:
    """The regions of the centre's country; where its own file cannot be read, those that ship."""
    return _regions_in(settings.CENTRE_COUNTRY)


def language_in_packs() -> str:
    """Her language as packs name it."""
    language = get_language() or "en"
    return _IN_PACKS.get(language, language)


@cache
def _regions_in(country: str) -> tuple[Region, ...]:
    try:
        return regions_of(country, *settings.PACK_FOLDERS)
    except PackError as error:
        log.error("The centre's regions cannot be read; those that ship are shown. %s", error)
        return regions_of(country)
