"""Saving rows that were changed together, whatever each of them holds: one statement."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TypeVar

from django.db import connection
from django.db.models import Field, Model

Row = TypeVar("Row", bound=Model)


def save_together(rows: Sequence[Row], names: Sequence[str]) -> None:
    """Write these columns of rows of one table with one statement, however many they are.

    `names` are attributes with a column each, none of them an array.
    """
    if not rows or not names:
        return
    model = type(rows[0])
    columns = _columns(model, names)
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, tuple(names)), [_values(rows, field) for field in columns])


def _columns(model: type[Model], names: Iterable[str]) -> list["Field[object, object]"]:
    fields = [model._meta.get_field(name) for name in names]
    return [field for field in (model._meta.pk, *fields) if isinstance(field, Field)]


@cache
def _statement(model: type[Model], names: tuple[str, ...]) -> str:
    """One array for each column, the first of them the key by which a row is found."""
    quote, table, columns = connection.ops.quote_name, model._meta.db_table, _columns(model, names)
    (key, *named) = (quote(str(field.column)) for field in columns)
    return (
        f"UPDATE {quote(table)} AS old"  # noqa: S608  # names of our own tables and columns
        f" SET {', '.join(f'{name} = new.{name}' for name in named)}"
        f" FROM unnest({', '.join(map(_array, columns))}) AS new({key}, {', '.join(named)})"
        f" WHERE old.{key} = new.{key}"
    )


def _array(field: "Field[object, object]") -> str:
    """Without its length: a cast would cut a text that is too long, and its column refuses it."""
    kind, _, _length = (field.db_type(connection) or "").partition("(")
    return f"%s::{kind}[]"


def _values(rows: Sequence[Model], field: "Field[object, object]") -> list[object]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows]
