"""`jikimi lists`: reading lists of fingerprints in, seeing which there are, taking them away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress

from jikimi.cli.data_folder import DataFolder
from jikimi.cli.house import open_house
from jikimi.exchange.rules.lists import Audience, Purpose
from jikimi_core.fingerprint.errors import FingerprintError
from jikimi_core.fingerprint.listfile import BadRow, read_list

MOST_BAD_ROWS_SHOWN: Final = 20
_TOLD_EVERY: Final = 4_096
app = typer.Typer(no_args_is_help=True)


@app.command("import")
def import_(
    name: Annotated[str, typer.Argument(help="The list; it is made where it is new.")],
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="One hash in hex per line, or CSV with a pdq column."
        ),
    ],
    audience: Annotated[
        Audience | None,
        typer.Option(help="Whose keys may search a new list."),
    ] = None,
    negative: Annotated[
        bool, typer.Option("--negative", help="Whatever is near these is never told as a match.")
    ] = False,
    data: DataFolder = None,
) -> None:
    """Read fingerprints into a list. Rows that cannot be read are named and left out."""
    with open_house(data):
        from jikimi.exchange.actions import import_prints  # noqa: PLC0415  # after settings
        from jikimi.exchange.errors import ExchangeError  # noqa: PLC0415

        try:
            with _Rows(file) as rows:
                done = import_prints(
                    name,
                    rows.hashes(),
                    now=datetime.now(UTC),
                    purpose=Purpose.NEGATIVE if negative else None,
                    audience=audience,
                )
        except (ExchangeError, FingerprintError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
    known = done.read - done.added - done.held_back
    typer.echo(
        f"{name}: {done.read} fingerprints read, {done.added} new, "
        f"{known} known already, {rows.bad} rows skipped."
    )
    if done.held_back:
        typer.echo(
            f"{done.held_back} are held back, because they are near a minor's report. "
            "A caseworker decides on them at the desk, under Lists."
        )


@app.command("show")
def show(data: DataFolder = None) -> None:
    """Print every list: what it is for, who may search it, how much it holds."""
    with open_house(data):
        from jikimi.exchange.lookups import all_lists  # noqa: PLC0415  # after settings

        lists = all_lists()
    if not lists:
        typer.echo("There is no list yet. `jikimi lists import NAME FILE` makes one.")
    for row in lists:
        one = row.facts
        whose = f" by {row.partner}" if row.partner else ""
        told = f"{one.origin}{whose}, to {one.purpose}, searched by {one.audience}"
        typer.echo(f"{one.name:<40} {row.entries:>12,}  {told}")


@app.command("withdraw")
def withdraw(
    name: Annotated[str, typer.Argument(help="A list that is not our own.")],
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="One hash in hex per line, or CSV with a pdq column."
        ),
    ],
    data: DataFolder = None,
) -> None:
    """Take fingerprints off a list that is not our own, at once in every process."""
    with open_house(data):
        from jikimi.exchange.actions import withdraw_prints  # noqa: PLC0415  # after settings
        from jikimi.exchange.errors import ExchangeError  # noqa: PLC0415

        try:
            with _Rows(file) as rows:
                withdrawn = withdraw_prints(name, rows.hashes(), now=datetime.now(UTC))
        except (ExchangeError, FingerprintError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
    typer.echo(f"{name}: {withdrawn} fingerprints withdrawn, {rows.bad} rows skipped.")


@app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="A list that is not our own.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: DataFolder = None,
) -> None:
    """Take a list that is not our own away with all it holds, at once in every process."""
    if not yes:
        typer.confirm(f"Take the list {name} away, with every fingerprint on it?", abort=True)
    with open_house(data):
        from jikimi.exchange.actions import end_list  # noqa: PLC0415  # after settings
        from jikimi.exchange.errors import ExchangeError  # noqa: PLC0415

        try:
            held = end_list(name, now=datetime.now(UTC))
        except ExchangeError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
    typer.echo(f"{name} is taken away. It held {held} fingerprints.")


class _Rows:
    """A file's rows with a bar for whoever watches; those that cannot be read are told."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.bad = 0
        console = Console(stderr=True)
        self._bar = Progress(console=console, transient=True, disable=not console.is_terminal)
        self._opened = file.open("rb")

    def __enter__(self) -> "_Rows":
        self._bar.start()
        return self

    def __exit__(self, *_why: object) -> None:
        self._bar.stop()
        self._opened.close()
        if self.bad > MOST_BAD_ROWS_SHOWN:
            unshown = self.bad - MOST_BAD_ROWS_SHOWN
            typer.echo(f"{self._file}: {unshown} more rows skipped.", err=True)

    def hashes(self) -> Iterator[bytes]:
        """The hash of each row that can be read. Raises FingerprintError without a pdq column."""
        for row in read_list(self._lines()):
            if isinstance(row, BadRow):
                self._tell(row)
            else:
                yield row.hash

    def _lines(self) -> Iterator[str]:
        name = self._file.name.replace("[", r"\[")
        task = self._bar.add_task(name, total=self._file.stat().st_size)
        read = 0
        for number, line in enumerate(self._opened):
            read += len(line)
            if number % _TOLD_EVERY == 0:
                self._bar.update(task, completed=read)
            yield line.decode("utf-8", "replace")

    def _tell(self, row: BadRow) -> None:
        self.bad += 1
        if self.bad <= MOST_BAD_ROWS_SHOWN:
            told = f"{self._file}, line {row.line}, skipped: {row.reason}"
            self._bar.console.print(told, markup=False, highlight=False, soft_wrap=True)
