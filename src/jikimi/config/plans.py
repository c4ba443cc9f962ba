"""Connections that keep the plans of more statements than the driver's hundred.

A process puts some 160 different statements, those with a list of values in as many variants as
lists have lengths. With a hundred the driver forgets which it has seen before it has seen one often
enough, and the server plans a third of all it is asked anew.
"""

from typing import Any, Final

from psycopg import Connection

_PLANS: Final = 400


class KeepsPlans(Connection[Any]):
    """A connection that keeps up to 400 plans."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepared_max = _PLANS
