"""`jikimi staff`: letting caseworkers in."""

import typer

from jikimi.cli.data_folder import DataFolder
from jikimi.cli.house import open_house

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Accounts of caseworkers."""


@app.command("link")
def link(data: DataFolder = None) -> None:
    """Print a one-time link that makes one account."""
    with open_house(data):
        typer.echo(_fresh_link())


def link_if_nobody_yet() -> str | None:
    """A one-time link when no account exists, else None. The house must be open."""
    from jikimi.people.models import Staff  # noqa: PLC0415  # after settings

    return None if Staff.objects.exists() else _fresh_link()


def _fresh_link() -> str:
    from django.conf import settings  # noqa: PLC0415  # after settings
    from django.utils import timezone  # noqa: PLC0415

    from jikimi.people.actions import make_setup_link  # noqa: PLC0415

    return f"{settings.PUBLIC_ORIGIN}/desk/setup/{make_setup_link(now=timezone.now())}/"
