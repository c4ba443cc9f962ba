"""`jikimi`: one command with everything an operator does."""

import typer

from jikimi.cli import doctor, fingerprints, lists, packs, partners, serve, staff, trail
from jikimi.cli.demo.story import demo

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Jikimi: takes images of sexual abuse down, and keeps survivors from having to look.",
)
app.command("up")(serve.up)
app.command("worker", hidden=True)(serve.worker)
app.command("doctor")(doctor.doctor)
app.command("demo")(demo)
app.command("fingerprint")(fingerprints.fingerprint)
app.command("match")(fingerprints.match)
app.add_typer(packs.app, name="packs", help="Law packs and recipients.")
app.add_typer(trail.app, name="trail", help="The append-only record.")
app.add_typer(lists.app, name="lists", help="Lists of fingerprints.")
app.add_typer(partners.app, name="partner", help="Keys of platforms and hotlines.")
app.add_typer(staff.app, name="staff", help="Accounts of caseworkers.")


def main() -> None:
    """Entry point of the console script."""
    app()
