"""Saving rows that were changed together: what holds the same is written by one statement."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def save_together(rows: Iterable[Row], names: Sequence[str]) -> None:
    """Write these columns of rows of one table: one statement for all rows that hold the same."""
    alike: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        alike.setdefault(tuple(getattr(row, name) for name in names), []).append(row)
    for values, group in alike.items():
        type(group[0])._default_manager.filter(pk__in=[row.pk for row in group]).update(
            **dict(zip(names, values, strict=True))
        )
