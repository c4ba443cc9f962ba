"""`jikimi fingerprint` and `jikimi match`: pictures, videos and lists.

Only to match against a list of the house is the database opened.

Answers are JSON, one line each, as soon as they are known; remarks go to stderr.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from jikimi.cli.data_folder import DataFolder
from jikimi.cli.folders import files_in
from jikimi.cli.known_lists import KnownList, known_list
from jikimi.cli.videos import frames_of, is_video_file
from jikimi.cli.watching_work import Bars, bars_for
from jikimi.takedown.seeing.photos import fingerprint_of
from jikimi_core.fingerprint import pdq
from jikimi_core.fingerprint.errors import FingerprintError
from jikimi_core.fingerprint.many import in_order, processors
from jikimi_core.fingerprint.video import Frame

LOWEST_QUALITY: Final = 50
_STDIN: Final = Path("-")

Line = dict[str, object]  # one line of output, about to become JSON


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A hash to look for. `named` begins its line of output; only a picture has a quality."""

    named: Line
    hash: bytes
    quality: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class VideoQuery:
    """A video to look for, frame by frame."""

    named: Line
    frames: tuple[Frame, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BadQuery:
    """Something to look for that could not be read, and why, for a person."""

    named: Line
    error: str


def fingerprint(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="Pictures, videos, and folders of them."),
    ],
    reference: Annotated[
        bool,
        typer.Option(
            "--reference",
            help="Videos that others are compared with: two frames a second and after each cut.",
        ),
    ] = False,
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="Files worked on at once; one for each processor if not given."),
    ] = None,
) -> None:
    """Print each picture's or video's fingerprint, one JSON line per file, in their order."""
    named = [file for given in files for file in files_in(given)]
    all_read = True
    with bars_for(len(named)) as bars:
        read = partial(_read_file, as_reference=reference, bars=bars)
        for query in in_order(read, named, threads=min(threads or processors(), len(named))):
            all_read = all_read and not isinstance(query, BadQuery)
            _print({**query.named, **_found(query)})
            bars.one_more()
    if not all_read:
        raise typer.Exit(1)


def _found(query: Query | VideoQuery | BadQuery) -> Line:
    if isinstance(query, BadQuery):
        return {"error": query.error}
    if isinstance(query, Query):
        return {"kind": "image", "pdq": query.hash.hex(), "quality": query.quality}
    frames = [{"t": f.t, "pdq": f.hash.hex(), "quality": f.quality} for f in query.frames]
    return {"kind": "video", "frames": frames}


def match(
    list_file: Annotated[
        Path,
        typer.Option(
            "--list",
            help="A file with one hash in hex per line or a CSV column pdq, or a list of ours.",
        ),
    ],
    radius: Annotated[
        int, typer.Option(min=0, max=256, help="How many of the 256 bits may differ.")
    ] = 31,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Pictures, videos; none or - reads hex from stdin."),
    ] = None,
    data: DataFolder = None,
) -> None:
    """Look for pictures, videos, or hashes from stdin, in a list; print one JSON line for each."""
    all_read = True
    asked = files or [_STDIN]
    with known_list(list_file, data) as known, bars_for(len(asked)) as bars:
        for query in _read_queries(asked, bars):
            all_read = all_read and not isinstance(query, BadQuery)
            _print(_answer_any(query, known, radius))
    if not all_read:
        raise typer.Exit(1)


def _print(line: Line) -> None:
    typer.echo(json.dumps(line))


def _read_queries(files: list[Path], bars: Bars) -> Iterator[Query | VideoQuery | BadQuery]:
    for file in files:
        if file == _STDIN:
            yield from _read_hashes_from_stdin()
        else:
            yield _read_file(file, as_reference=False, bars=bars)
        bars.one_more()


def _read_file(file: Path, *, as_reference: bool, bars: Bars) -> Query | VideoQuery | BadQuery:
    named: Line = {"file": str(file)}
    try:
        if is_video_file(file):
            return VideoQuery(
                named=named, frames=frames_of(file, as_reference=as_reference, bars=bars)
            )
        found = fingerprint_of(file)
    except FingerprintError as problem:
        return BadQuery(named=named, error=str(problem))
    return Query(named=named, hash=found.hash, quality=found.quality)


def _read_hashes_from_stdin() -> Iterator[Query | BadQuery]:
    for line in typer.get_text_stream("stdin", encoding="utf-8", errors="replace"):
        text = line.strip()
        if not text:
            continue
        try:
            yield Query(named={"query": text}, hash=pdq.hash_from_hex(text))
        except FingerprintError as problem:
            yield BadQuery(named={"query": text}, error=str(problem))


def _answer_any(query: Query | VideoQuery | BadQuery, known: KnownList, radius: int) -> Line:
    if isinstance(query, BadQuery):
        return {**query.named, "error": query.error}
    if isinstance(query, VideoQuery):
        return _answer_video(query, known, radius)
    return _answer(query, known, radius)


def _answer(query: Query, known: KnownList, radius: int) -> Line:
    matches = _matches(query.hash, known, radius)
    answer = {**query.named, "pdq": query.hash.hex(), "quality": query.quality, "matches": matches}
    if query.quality is not None and query.quality < LOWEST_QUALITY:
        answer["warning"] = "The picture has too little detail: a match of it means nothing."
    return answer


def _answer_video(query: VideoQuery, known: KnownList, radius: int) -> Line:
    """Which frames are in the list. Those of too little detail are not looked for."""
    usable = [frame for frame in query.frames if frame.quality >= LOWEST_QUALITY]
    matches = [
        {"t": frame.t, **match} for frame in usable for match in _matches(frame.hash, known, radius)
    ]
    counts: Line = {"frames": len(query.frames), "usable_frames": len(usable)}
    return {**query.named, "kind": "video", **counts, "matches": matches}


def _matches(hash_: bytes, known: KnownList, radius: int) -> list[Line]:
    row = np.frombuffer(hash_, np.uint8).reshape(1, -1)
    found = known.index.search(row, radius=radius, threads=os.cpu_count() or 1)
    ids = found.ids.tolist()
    hashes = known.hashes_of(ids) if ids else {}
    return [
        {known.id_is: known.told(one), "pdq": hashes[one].hex(), "distance": distance}
        for one, distance in zip(ids, found.distances.tolist(), strict=True)
        if one in hashes
    ]
