"""Checking an exported trail without the database (docs/formats/trail-export-1.md)."""

import json
from collections.abc import Mapping
from typing import Final

from jikimi.trail.errors import NotATrailExport
from jikimi.trail.rules import check_leaves

FORMAT: Final = "jikimi-trail/1"


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
    except (KeyError, TypeError, ValueError) as error:
        raise NotATrailExport("A field of the export is missing or malformed.") from error
    check_leaves(entries, leaves, root)
    return len(entries)


def _parsed(text: str) -> Mapping[str, list[str]]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise NotATrailExport("The file is not JSON.") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotATrailExport(f'The file is not a "{FORMAT}" export.')
    return document
