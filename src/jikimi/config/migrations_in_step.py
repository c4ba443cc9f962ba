"""`python -m jikimi.config.migrations_in_step`: fails when a model has outgrown its migrations."""

import os
import sys

import django


def main() -> int:
    """Name the domains whose models have no migration for what they are; needs no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jikimi.config.settings")
    django.setup()
    from django.apps import apps  # noqa: PLC0415  # after settings
    from django.db.migrations.autodetector import MigrationAutodetector  # noqa: PLC0415
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415
    from django.db.migrations.state import ProjectState  # noqa: PLC0415

    loader = MigrationLoader(None)
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(
        graph=loader.graph
    )
    for label in sorted(changes):
        sys.stderr.write(f"{label}: a migration is missing. Run makemigrations {label}.\n")
    return 1 if changes else 0


if __name__ == "__main__":
    sys.exit(main())
