"""`jikimi packs`: check law packs, recipients, helplines and wordings. Needs no database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.packs import LawPack, Recipient, check_packs, load_packs

app = typer.Typer(no_args_is_help=True)


@app.callback()
def packs() -> None:
    """Law packs and recipients."""


@app.command("check")
def check(
    folder: Annotated[
        Path,
        typer.Argument(metavar="[DIR]", help="A folder of packs; without it, those that ship."),
    ] = SHIPPED,
    day: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Check as on this day; else today."),
    ] = None,
    allow_stand_ins: Annotated[
        bool, typer.Option("--allow-stand-ins", help="Accept recipients that are stand-ins.")
    ] = False,
) -> None:
    """Name each problem with its file and what to do; exit 1 if there is any."""
    today = day.date() if day else datetime.now(UTC).date()
    problems = check_packs(folder, today, allow_stand_ins=allow_stand_ins)
    for problem in problems:
        typer.echo(str(problem), err=True)
    if problems:
        typer.echo(f"{len(problems)} to put right in {folder}.", err=True)
        raise typer.Exit(1)
    typer.echo(_summary(folder, today, allow_stand_ins))


def _summary(folder: Path, today: date, allow_stand_ins: bool) -> str:
    extra = () if folder.resolve() == SHIPPED.resolve() else (folder,)
    found = load_packs(*extra, allow_stand_ins=allow_stand_ins)
    entries: tuple[LawPack | Recipient, ...] = (*found.laws.values(), *found.recipients.values())
    drafts = [one.id for one in entries if one.status in ("unverified", "degraded")]
    return (
        f"All in order on {today}: {len(found.laws)} laws, {len(found.recipients)} recipients, "
        f"{len(found.lines)} helplines, {len(found.wordings)} languages. "
        f"Only drafted for, until verified: {', '.join(drafts) or 'none'}."
    )
