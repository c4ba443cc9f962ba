"""`jikimi packs`: check law packs, recipients, helplines and wordings, and what lies beside them.

Needs no database, unless what two people changed at the desk is to be checked too, and no network,
unless it is to ask whether anybody answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from jikimi.cli.data_folder import DataFolder
from jikimi.cli.house import open_house
from jikimi.takedown.elsewhere.mirrors import check_mirrors
from jikimi.takedown.rdap.registries import check_registries
from jikimi.takedown.reachable import questions_about, why_no_answer
from jikimi.takedown.replies.phrases import check_reply_words
from jikimi.takedown.seeing.fetching import USER_AGENT, GuardedFetcher, LinkFetcher
from jikimi.venues.errors import PackError, PackProblem
from jikimi.venues.guides import check_guides, load_guides
from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.packs import (
    LawPack,
    Packs,
    Recipient,
    check_packs,
    load_packs,
    to_put_right,
)
from jikimi.venues.regions import check_regions

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
    in_use: Annotated[
        bool,
        typer.Option(
            "--in-use",
            help="Check what this house works with: the shipped packs, its own folders, and what "
            "two people changed at the desk.",
        ),
    ] = False,
    online: Annotated[
        bool,
        typer.Option(
            "--online",
            help="Then ask each recipient's domains, mail domains and web addresses, too, whether "
            "anybody answers there.",
        ),
    ] = False,
    data: DataFolder = None,
) -> None:
    """Name each problem with its file and what to do; exit 1 if there is any.

    Without --online only the form of a domain's name is checked: nothing is asked of any network.
    """
    today = day.date() if day else datetime.now(UTC).date()
    if in_use:
        with open_house(data):
            _tell("what is in use", *look_at_what_is_in_use(today))
            if online:
                ask_what_is_in_use()
        return
    problems = look_at_a_folder(folder, today, allow_stand_ins)
    extra = () if folder.resolve() == SHIPPED.resolve() else (folder,)
    summary = "" if problems else _summary(_loaded(folder, allow_stand_ins), extra, today)
    _tell(str(folder), problems, summary)
    if online:
        ask_a_folder(folder, allow_stand_ins)


def _tell(where: str, problems: list[str], summary: str) -> None:
    """Name each problem and exit 1, or say that there is none."""
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        typer.echo(f"{len(problems)} to put right in {where}.", err=True)
        raise typer.Exit(1)
    typer.echo(summary)


def look_at_a_folder(folder: Path, today: date, allow_stand_ins: bool) -> list[str]:
    """Every problem of a folder in words: packs, and what lies beside them."""
    problems = check_packs(folder, today, allow_stand_ins=allow_stand_ins)
    known = load_packs() if problems else _loaded(folder, allow_stand_ins)
    return [str(one) for one in (*problems, *_beside(folder, known, today))]


def look_at_what_is_in_use(today: date) -> tuple[list[str], str]:
    """Every problem in words, and the summary; the house is open."""
    from django.conf import settings  # noqa: PLC0415  # after set-up

    from jikimi.venues.lookups import in_use  # noqa: PLC0415  # after settings

    folders = tuple(settings.PACK_FOLDERS)
    try:
        known = in_use()
        beside = [
            problem for one in (SHIPPED, *folders) for problem in _beside(one, known.packs, today)
        ]
    except PackError as error:
        return [str(problem) for problem in error.problems], ""
    problems = [str(problem) for problem in to_put_right(known.documents.values(), today)]
    problems += [f"{section}/{id_}: {why}" for (section, id_), why in known.misfits.items()]
    problems += [str(problem) for problem in beside]
    changed = [
        "/".join(key)
        for key, document in known.documents.items()
        if document.raw != known.from_files[key].raw
    ]
    if problems:
        return problems, ""
    summary = _summary(known.packs, folders, today)
    return [], f"{summary} Changed by two people: {', '.join(changed) or 'none'}."


def ask_a_folder(folder: Path, allow_stand_ins: bool) -> None:
    """Name who of a folder's own recipients does not answer; exit 1 if there is any."""
    known = _loaded(folder, allow_stand_ins).recipients
    shipped = {} if folder.resolve() == SHIPPED.resolve() else load_packs().recipients
    own = [one for one in known.values() if shipped.get(one.id) != one]
    _ask(own, GuardedFetcher(user_agent=USER_AGENT))


def ask_what_is_in_use() -> None:
    """Name who of all recipients in use does not answer; the house is open. Exit 1 if any."""
    from jikimi.takedown.fetchers import link_fetcher  # noqa: PLC0415  # after set-up
    from jikimi.venues.lookups import in_use  # noqa: PLC0415  # after settings

    _ask(in_use().packs.recipients.values(), link_fetcher())


def _ask(recipients: Iterable[Recipient], fetcher: LinkFetcher) -> None:
    questions, silent = questions_about(recipients), 0
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=len(questions))
        for question in questions:
            bar.update(task, description=question.address.replace("[", r"\["))
            problem = why_no_answer(question, fetcher)
            if problem:
                silent += 1
                console.print(str(problem), markup=False, highlight=False, soft_wrap=True)
            bar.advance(task)
    if silent:
        typer.echo(f"{silent} of {len(questions)} domains and addresses do not answer.", err=True)
        raise typer.Exit(1)
    typer.echo(f"Asked: {len(questions)} domains and addresses; all of them answer.")


def _beside(folder: Path, packs: Packs, today: date) -> tuple[PackProblem, ...]:
    """What is wrong with what lies beside the packs in a folder."""
    return (
        *check_guides(folder, packs, today),
        *check_regions(folder, today),
        *check_mirrors(folder, packs),
        *check_registries(folder, packs),
        *check_reply_words(folder),
    )


def _loaded(folder: Path, allow_stand_ins: bool) -> Packs:
    extra = () if folder.resolve() == SHIPPED.resolve() else (folder,)
    return load_packs(*extra, allow_stand_ins=allow_stand_ins)


def _summary(found: Packs, folders: tuple[Path, ...], today: date) -> str:
    entries: tuple[LawPack | Recipient, ...] = (*found.laws.values(), *found.recipients.values())
    drafts = [one.id for one in entries if one.status in ("unverified", "degraded", "dead")]
    guides = load_guides(*folders).everything
    unread = [one.id for one in guides if one.status == "unverified"]
    return (
        f"All in order on {today}: {len(found.laws)} laws, {len(found.recipients)} recipients, "
        f"{len(found.lines)} helplines, {len(found.wordings)} languages, {len(guides)} guides. "
        f"Only drafted for, until verified: {', '.join(drafts) or 'none'}. "
        f"Guides that no specialist has gone through yet: {', '.join(unread) or 'none'}."
    )
