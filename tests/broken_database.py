"""A database that is not there: nobody listens, the line is cut, or the driver is out of step."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import InterfaceError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def refused() -> Iterator[None]:
    """Nobody listens where the database should be."""
    with _instead(HOST="127.0.0.1", PORT="1"):
        yield


@contextmanager
def cut() -> Iterator[None]:
    """The connection was there and is closed."""
    with _instead() as other:
        other.ensure_connection()
        other.connection.close()
        yield


@contextmanager
def out_of_step() -> Iterator[None]:
    """The driver cannot go on with its connection."""
    with mock.patch.object(connection, "cursor", side_effect=InterfaceError("closed already")):
        yield


@contextmanager
def _instead(**place: str) -> Iterator[BaseDatabaseWrapper]:
    """Another connection in the place of this thread's own; what that has under way stays."""
    own = connections["default"]
    options = {name: told for name, told in own.settings_dict["OPTIONS"].items() if name != "pool"}
    other = type(own)({**own.settings_dict, **place, "OPTIONS": options}, alias="default")
    connections["default"] = other
    try:
        yield other
    finally:
        connections["default"] = own
        other.close()
