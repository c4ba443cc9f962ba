"""`python -m bench.matching.inside NAME FOLDER`: be one contestant, with a folder for its files."""

import sys
import tempfile

from bench.matching.inside.answering import Index, answer_orders


def _named(name: str) -> Index:
    """The contestant of this name. Each imports its own package, and no other has to be there."""
    # ruff: noqa: PLC0415
    if name in ("ours", "mapped"):
        from bench.matching.inside import ours

        return ours.InMemory() if name == "ours" else ours.Mapped()
    if name == "pdq-index":
        from bench.matching.inside.pdq_index import PdqIndex

        return PdqIndex()
    from bench.matching.inside import faiss_indexes

    kind, *numbers = name.split(":")
    makers = {
        "flat": faiss_indexes.flat,
        "multi-hash": faiss_indexes.multi_hash,
        "one-hash": faiss_indexes.one_hash,
    }
    return makers[kind](*map(int, numbers))


if __name__ == "__main__":
    tempfile.tempdir = sys.argv[2]
    answer_orders(_named(sys.argv[1]))
