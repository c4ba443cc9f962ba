"""Rows in PostgreSQL's binary COPY, cut anywhere."""

import numpy as np
import pytest

from jikimi.exchange.copying import pack_arriving, unpack_listed

HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
END = b"\xff\xff"


def listed_row(id_: int, pdq: bytes, list_: int) -> bytes:
    """One row as PostgreSQL's documentation of the format says."""
    return (
        (3).to_bytes(2)
        + (8).to_bytes(4)
        + id_.to_bytes(8)
        + (32).to_bytes(4)
        + pdq
        + (2).to_bytes(4)
        + list_.to_bytes(2)
    )


ROWS = [(2**63 - 1, bytes(range(32)), 7), (0, bytes(32), 1), (5, b"\xff" * 32, 32_767)]
WHOLE = HEAD + b"".join(listed_row(*row) for row in ROWS) + END


@pytest.mark.parametrize("cut", [1, 7, 19, 20, 58, 1_000])
@pytest.mark.parametrize("most", [1, 2, 100])
def test_rows_come_out_as_they_went_in_however_they_are_cut(cut: int, most: int) -> None:
    blocks = [WHOLE[at : at + cut] for at in range(0, len(WHOLE), cut)]
    found = [
        (id_, bytes(pdq), list_)
        for rows in unpack_listed(blocks, most)
        for id_, pdq, list_ in zip(rows.ids.tolist(), rows.hashes, rows.lists.tolist(), strict=True)
    ]
    assert found == ROWS


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"something else that is long enough",
        WHOLE[:-1],
        WHOLE[:-30],
        HEAD,
        WHOLE.replace((3).to_bytes(2) + (8).to_bytes(4), (3).to_bytes(2) + (4).to_bytes(4)),
    ],
)
def test_what_is_no_whole_copy_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="COPY"):
        list(unpack_listed([broken], 100))


def test_an_empty_copy_holds_nothing() -> None:
    assert list(unpack_listed([HEAD, END], 100)) == []


def test_what_arrives_is_packed_as_the_format_says() -> None:
    ids = np.array([2**63 - 1, 3], np.uint64)
    hashes = np.frombuffer(bytes(range(64)), np.uint8).reshape(2, 32)
    assert (
        pack_arriving(ids, hashes)
        == HEAD
        + b"".join(
            (2).to_bytes(2) + (8).to_bytes(4) + int(id_).to_bytes(8) + (32).to_bytes(4) + bytes(pdq)
            for id_, pdq in zip(ids, hashes, strict=True)
        )
        + END
    )
