"""`python -m jikimi.config.migrations_in_step`: fails when a model has outgrown its migrations."""

import os
import sys
import warnings

import django
from django.core.management import call_command


def main() -> None:
    """Exit 1 and name the models when a migration is missing. Needs no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jikimi.config.settings")
    warnings.simplefilter("ignore", RuntimeWarning)  # there is no database to ask for its history
    django.setup()
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)


if __name__ == "__main__":
    sys.exit(main())
