"""`jikimi trail`: hand a case's record over, and check one without the database."""

from pathlib import Path
from typing import Annotated

import typer

from jikimi.cli.data_folder import DataFolder
from jikimi.cli.house import open_house

app = typer.Typer(no_args_is_help=True)


@app.command("export")
def export(
    case: Annotated[str, typer.Argument(help="The case's nickname.")], data: DataFolder = None
) -> None:
    """Print a case's trail as JSON."""
    with open_house(data):
        from jikimi.cases.models import Case  # noqa: PLC0415  # after settings
        from jikimi.trail.exports import export_case  # noqa: PLC0415

        found = Case.objects.filter(nickname=case).first()
        if found is None:
            typer.echo(f"There is no case called {case}. The desk shows the nicknames.", err=True)
            raise typer.Exit(1)
        typer.echo(export_case(found.pk))


@app.command("verify")
def verify(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Check an exported trail. Needs no database."""
    from jikimi.trail.errors import TrailError  # noqa: PLC0415  # as late as the others
    from jikimi.trail.verifying import verify_export  # noqa: PLC0415

    try:
        count = verify_export(file.read_text(encoding="utf-8", errors="replace"))
    except TrailError as error:
        typer.echo(f"Not verified. {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Verified: {count} entries, each leaf and the root agree.")
