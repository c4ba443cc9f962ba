"""A case's trail as one file that verifies offline (docs/formats/trail-export-1.md)."""

import json
from uuid import UUID

from jikimi.trail.lookups import all_leaves, entries_of
from jikimi.trail.rules import root_of
from jikimi.trail.verifying import FORMAT


def export_case(case_ref: UUID) -> str:
    """The JSON text of a case's entries, all leaves of the tree, and the tree's root."""
    leaves = all_leaves()
    document = {
        "format": FORMAT,
        "case": str(case_ref),
        "root": root_of(leaves).hex(),
        "leaves": [leaf.hex() for leaf in leaves],
        "entries": [
            {"position": c.entry_id, "salt": bytes(c.salt).hex(), "payload": c.payload}
            for c in entries_of(case_ref)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
