"""The packs this centre works with, and what two people changed in them."""

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from jikimi.venues.models import PackChange
from jikimi.venues.pack_in_use import InUse, load_in_use
from jikimi.venues.pack_values import Packs

_NEWEST_CHANGE = (
    "SELECT id FROM venues_packchange WHERE turn IS NOT NULL ORDER BY turn DESC LIMIT 1"
)
# Reading the files takes a second or two: a worker's threads wait for the first that does it.
_reading = threading.Lock()


def packs_in_use() -> Packs:
    """The shipped packs, the centre's own on top, and what two people changed. Raises PackError.

    Stand-ins are let in only where loopback is open to them: tests and demo.
    """
    return in_use().packs


def in_use() -> InUse:
    """The same with where each entry comes from.

    Files are read once per process. Changes take effect in every process with the next call: one
    row is asked for, the latest change.
    """
    latest = _latest()
    with _reading:
        return _in_use(tuple(settings.PACK_FOLDERS), bool(settings.STAND_IN_PORTS), latest)


def changes_in_effect(*, without: PackChange | None = None) -> Sequence[PackChange]:
    """What two people changed and nobody took back, oldest first."""
    found = PackChange.objects.filter(state="confirmed", undoes=None).exclude(
        undoings__state="confirmed"
    )
    return [one for one in found.order_by("turn") if one != without]


def proposals() -> QuerySet[PackChange]:
    """What waits for a second person, oldest first."""
    return PackChange.objects.filter(state="proposed").order_by("proposed_at", "pk")


def changes_of(section: str, entry_id: str) -> QuerySet[PackChange]:
    """Everything that was proposed about one entry, newest first."""
    return PackChange.objects.filter(section=section, entry_id=entry_id).order_by(
        "-proposed_at", "pk"
    )


def _latest() -> UUID | None:
    # Asked before each single letter: written out, it costs a third.
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_CHANGE)
        newest = cursor.fetchone()
    return newest[0] if newest else None


@lru_cache(maxsize=4)
def _in_use(folders: tuple[Path, ...], allow_stand_ins: bool, _latest: UUID | None) -> InUse:
    changes = [row.as_change() for row in changes_in_effect()]
    return load_in_use(folders, changes, allow_stand_ins=allow_stand_ins)
