"""The lists of this house: where they are kept, in which secret order, and for jobs of a worker."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from jikimi.exchange.errors import LogDiffers, NotReadyYet
from jikimi.exchange.following.connecting import connect_in_match_role
from jikimi.exchange.following.follower import Follower
from jikimi.exchange.following.held import HeldLists
from jikimi.exchange.following.kept import paths_of
from jikimi_core.index import HammingIndex

log = logging.getLogger(__name__)


def folder_of_lists() -> Path:
    """Where the processes of this house keep what was followed, and share it."""
    return Path(settings.DATA_DIR) / "lists"


def order_key() -> bytes:
    """The key of the order of bits in this house's indexes, so that nobody can crowd a bucket.

    It follows from the house's secret: with another, indexes are built anew from the database.
    """
    return salted_hmac("jikimi.exchange.following", "order", algorithm="sha256").digest()


def verify_kept() -> int:
    """Read every kept index whole and compare its checksums; how many fingerprints those hold.

    Raises IndexFileError.
    """
    verified = 0
    for path in paths_of(folder_of_lists()):
        index = HammingIndex(path, key=order_key())
        index.verify()
        verified += len(index)
    return verified


@contextmanager
def lists_for_a_job() -> Iterator[Follower]:
    """A follower that has followed the log to its end, for one job.

    It maps what another process keeps in the data folder, and keeps nothing itself; after the job
    it is let go of, so that no worker holds what is withdrawn later. Raises NotReadyYet where it
    would have to read too much by itself, and psycopg.Error.
    """
    follower = _follower()
    with connect_in_match_role() as connected:
        if follower.is_far_behind(connected):
            raise NotReadyYet
        _catch_up(follower, connected)
        yield follower


def lists_for_a_command() -> HeldLists:
    """What is listed now, for a command that an operator waits for.

    It maps what a process keeps in the data folder, and reads the rest through Django's connection:
    all of it where nothing is kept. Raises psycopg.Error.
    """
    follower = _follower()
    connection.ensure_connection()
    _catch_up(follower, connection.connection)
    return follower.lists


def _follower() -> Follower:
    made = Follower(connect_in_match_role, folder=folder_of_lists(), keeps=False, key=order_key())
    made.open_kept()
    return made


def _catch_up(follower: Follower, connected: psycopg.Connection) -> None:
    try:
        follower.catch_up(connected)
    except LogDiffers:
        log.warning("the log of lists is another one; reading all of it")
        follower.catch_up(connected)
