"""`jikimi demo`: one report, from the picture to a verified removal, over real HTTP and SMTP."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer

PICTURE = Path(__file__).parent / "pictures" / "coffee.jpg"


def demo(
    picture: Annotated[
        Path | None,
        typer.Option(help="A harmless picture; a cup of coffee if none.", dir_okay=False),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object at the end and nothing else.")
    ] = False,
) -> None:
    """Walk one whole story against a local stand-in platform; exit 0 only on a verified removal."""
    try:
        from jikimi.cli.demo.timeline import Timeline  # noqa: PLC0415  # needs the extra "demo"
        from jikimi.cli.demo.walk import walk  # noqa: PLC0415
    except ModuleNotFoundError as error:
        typer.echo(
            f"The demo needs {error.name}. Run `make demo`, or install the extra: jikimi[demo].",
            err=True,
        )
        raise typer.Exit(2) from None
    timeline = Timeline(quiet=as_json)
    with tempfile.TemporaryDirectory(prefix="jikimi-demo-") as folder:
        Path(folder).chmod(0o755)
        outcome = walk(picture or PICTURE, Path(folder), timeline)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "timeline": timeline.events,
                    "notice_id": outcome.notice_id,
                    "removed": outcome.removed,
                    "trail_verified": outcome.trail_verified,
                    "trouble": outcome.trouble,
                }
            )
        )
    elif outcome.trouble:
        typer.echo(f"The story did not end well: {outcome.trouble}", err=True)
    if not (outcome.removed and outcome.trail_verified):
        raise typer.Exit(1)
