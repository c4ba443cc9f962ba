"""`jikimi partner`: keys for platforms and hotlines."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from jikimi.cli.data_folder import DataFolder
from jikimi.cli.house import open_house
from jikimi.exchange.rules.lists import Audience
from jikimi.people.partner_rules import (
    LOOKUPS_A_SECOND,
    MOST_LOOKUPS_A_SECOND,
    PartnerKind,
    Scope,
)

app = typer.Typer(no_args_is_help=True)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="The partner, known or new.")],
    scope: Annotated[list[Scope], typer.Option("--scope", help="What the key may do.")],
    kind: Annotated[
        PartnerKind | None, typer.Option(help="Who a new partner is; platform if not told.")
    ] = None,
    lookups: Annotated[
        int,
        typer.Option(min=1, max=MOST_LOOKUPS_A_SECOND, help="Fingerprints a second it may ask."),
    ] = LOOKUPS_A_SECOND,
    list_name: Annotated[
        str | None,
        typer.Option("--list", help="With share: what its list is called; else like the partner."),
    ] = None,
    audience: Annotated[
        Audience | None,
        typer.Option(help="With share: whose keys may search its list; house if not told."),
    ] = None,
    data: DataFolder = None,
) -> None:
    """Make a key and print it once. Only a digest is kept."""
    if Scope.SHARE not in scope and (list_name is not None or audience is not None):
        raise typer.BadParameter("--list and --audience belong to --scope share.")
    with open_house(data):
        from django.db import transaction  # noqa: PLC0415  # after settings

        from jikimi.exchange.errors import ExchangeError  # noqa: PLC0415
        from jikimi.people.actions import add_partner  # noqa: PLC0415
        from jikimi.people.errors import PartnerError  # noqa: PLC0415

        now = datetime.now(UTC)
        try:
            # Both or neither: nobody would know the key of a partner whose list was refused.
            with transaction.atomic():
                given = add_partner(
                    name, scopes=scope, kind=kind, lookups_a_second=lookups, now=now
                )
                if Scope.SHARE in scope:
                    _open_list(name, list_name, audience, now)
        except (ExchangeError, PartnerError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
    if Scope.FETCH in scope:
        told = "With fetch it takes away whole lists that are open to its kind, but our own."
        typer.echo(told, err=True)
    typer.echo("This key is shown once. Pass it on by a way that nobody else reads.", err=True)
    typer.echo(given.text)


def _open_list(
    partner: str, list_name: str | None, audience: Audience | None, now: datetime
) -> None:
    from jikimi.exchange.actions import open_partners_list  # noqa: PLC0415  # after settings

    opened = open_partners_list(partner, name=list_name, audience=audience, now=now)
    told = f"{opened.name}, which is searched by {opened.audience}"
    typer.echo(f"What {partner} hands in stands on the list {told}.", err=True)


@app.command("show")
def show(data: DataFolder = None) -> None:
    """Print every partner, and what each of its keys may do; no key itself."""
    with open_house(data):
        from jikimi.people.partner_lookups import all_partners  # noqa: PLC0415  # after settings

        partners = all_partners()
    if not partners:
        typer.echo("There is no partner yet. `jikimi partner add NAME --scope match` makes one.")
    for partner in partners:
        without = "" if partner.keys else ", no key that works"
        typer.echo(f"{partner.name} ({partner.kind}{without})")
        for key in partner.keys:
            told = f"{' '.join(key.scopes)}, {key.lookups_a_second:,} fingerprints a second"
            typer.echo(f"  since {key.given_at:%Y-%m-%d}: {told}")


@app.command("end")
def end(name: str, data: DataFolder = None) -> None:
    """End every key of a partner, at once."""
    with open_house(data):
        from jikimi.exchange.lookups import all_lists  # noqa: PLC0415  # after settings
        from jikimi.people.actions import end_partner  # noqa: PLC0415
        from jikimi.people.errors import PartnerError  # noqa: PLC0415

        try:
            ended = end_partner(name, now=datetime.now(UTC))
        except PartnerError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
        left = [one.facts.name for one in all_lists() if one.partner == name]
    typer.echo(f"{ended} keys of {name} have ended.")
    for list_ in left:
        typer.echo(f"Its list {list_} stays in force. `jikimi lists remove {list_}` ends it.")
