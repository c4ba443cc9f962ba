"""Checking an exported trail without the database (docs/formats/trail-export-1.md)."""

import json
from typing import Final, TypedDict

from jikimi.trail.errors import NotATrailExport
from jikimi.trail.rules import Payload, check_leaves

FORMAT: Final = "jikimi-trail/1"


class _Entry(TypedDict):
    position: int
    salt: str
    payload: Payload


class _Export(TypedDict):
    root: str
    leaves: list[str]
    entries: list[_Entry]


def verify_export(text: str) -> int:
    """Check an export offline and return the number of entries. Raises TrailError when it fails."""
    document = _parsed(text)
    try:
        leaves = [bytes.fromhex(leaf) for leaf in document["leaves"]]
        root = bytes.fromhex(document["root"])
        entries = [
            (int(entry["position"]), bytes.fromhex(entry["salt"]), entry["payload"])
            for entry in document["entries"]
        ]
        check_leaves(entries, leaves, root)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotATrailExport("A field of the export is missing or malformed.") from error
    return len(entries)


def _parsed(text: str) -> _Export:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotATrailExport("The file is not JSON.") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotATrailExport(f'The file is not a "{FORMAT}" export.')
    return document  # type: ignore[return-value]  # its fields are tried where they are read
