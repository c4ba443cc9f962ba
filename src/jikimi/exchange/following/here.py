"""The lists of this house: where they are kept, in which secret order, and for jobs of a worker."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.utils.crypto import salted_hmac

from jikimi.exchange.errors import LogDiffers, NotReadyYet
from jikimi.exchange.following.connecting import connect_in_match_role
from jikimi.exchange.following.follower import Follower

log = logging.getLogger(__name__)
_one_at_a_time = Lock()


def folder_of_lists() -> Path:
    """Where the processes of this house keep what was followed, and share it."""
    return Path(settings.DATA_DIR) / "lists"


def order_key() -> bytes:
    """The key of the order of bits in this house's indexes, so that nobody can crowd a bucket.

    It follows from the house's secret: with another, indexes are built anew from the database.
    """
    return salted_hmac("jikimi.exchange.following", "order", algorithm="sha256").digest()


@contextmanager
def lists_for_a_job() -> Iterator[Follower]:
    """A follower that has followed the log to its end, for one job at a time.

    It maps what another process keeps in the data folder, and keeps nothing itself. Raises
    NotReadyYet where it would have to read too much by itself, and psycopg.Error.
    """
    with _one_at_a_time, connect_in_match_role() as connection:
        follower = _follower()
        if follower.is_far_behind(connection):
            raise NotReadyYet
        try:
            follower.catch_up(connection)
        except LogDiffers:
            log.warning("the log of lists is another one; reading all of it")
            follower.catch_up(connection)
        yield follower


def follow_on() -> bool:
    """Go over to the newest files, so that withdrawn fingerprints are let go of.

    False where no job of this process has held the lists yet. Raises as `lists_for_a_job` does.
    """
    if not _follower.cache_info().currsize:
        return False
    with lists_for_a_job():
        return True


@cache
def _follower() -> Follower:
    made = Follower(connect_in_match_role, folder=folder_of_lists(), keeps=False, key=order_key())
    made.open_kept()
    return made
