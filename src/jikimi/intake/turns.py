"""Taking turns at what costs much, so that a flood of it waits at the door and not in the house."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from jikimi.intake.errors import TooManyAtOnce


class Turns:
    """So many at once, and so many in all with those that wait; any number of threads.

    Whoever waits holds a thread and nothing else, no connection to the database above all: they
    are few, and everybody needs one.
    """

    def __init__(self, *, at_once: int, in_all: int) -> None:
        self.in_all = in_all
        self._at_once = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(in_all)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place, for whoever has a turn or waits for one. Raises TooManyAtOnce."""
        if not self._places.acquire(blocking=False):
            raise TooManyAtOnce
        try:
            yield
        finally:
            self._places.release()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn, as soon as there is one. Raises TooManyAtOnce.

        What was asked of the database before it, outside a transaction, keeps no connection.
        """
        with self.place():
            _give_connections_back()
            with self._at_once:
                yield


def _give_connections_back() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
