"""A case's trail as one file that verifies offline (docs/formats/trail-export-1.md)."""

import json
from uuid import UUID

from jikimi.trail.lookups import leaves_of_tree, placed_entries_of
from jikimi.trail.ordering import order_entries
from jikimi.trail.rules import root_of
from jikimi.trail.verifying import FORMAT


def export_case(case_ref: UUID) -> str:
    """The JSON text of a case's entries, all leaves of the tree, and the tree's root.

    Gives places first, so that everything committed before is in it.
    """
    size = order_entries()
    leaves = leaves_of_tree(size)
    document = {
        "format": FORMAT,
        "case": str(case_ref),
        "root": root_of(leaves).hex(),
        "leaves": [leaf.hex() for leaf in leaves],
        "entries": [
            {"position": c.entry.place.position, "salt": bytes(c.salt).hex(), "payload": c.payload}
            for c in placed_entries_of(case_ref, size)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
