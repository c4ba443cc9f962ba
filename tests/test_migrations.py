"""What the migrations of the house must never do to rows that are there already."""

import uuid

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField


def test_no_migration_gives_every_old_row_the_same_random_value() -> None:
    """A default is drawn once for all rows of a table that gets a new column."""
    drawn = [
        f"{app}.{name}: {step.model_name}.{step.name}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        for step in migration.operations
        if isinstance(step, AddField) and step.field.default in (uuid.uuid1, uuid.uuid4)
    ]
    assert drawn == []
