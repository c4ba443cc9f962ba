"""The packs this centre works with."""

from functools import cache

from django.conf import settings

from jikimi.venues.pack_values import Packs
from jikimi.venues.packs import load_packs


@cache
def packs_in_use() -> Packs:
    """The shipped packs and the centre's own on top, read once per process.

    Raises PackError. Stand-ins are let in only where loopback is open to them: tests and demo.
    """
    return load_packs(*settings.PACK_FOLDERS, allow_stand_ins=bool(settings.STAND_IN_PORTS))
