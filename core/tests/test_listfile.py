"""Lists of fingerprints as partners send them."""

import pytest

from jikimi_core.fingerprint.listfile import BadRow, ListEntry, NoPdqColumn, read_list

A, B = "0a" * 32, "F0" * 32


def lines_of(text: str) -> list[int | str]:
    """The line of each readable row, the reason of each other one."""
    rows = read_list(text.splitlines(keepends=True))
    return [row.line if isinstance(row, ListEntry) else row.reason for row in rows]


def test_one_hash_per_line_keeps_its_line_number() -> None:
    rows = list(read_list(["# from a partner, 2026\n", f"{A}\n", "\n", f"  {B}  \n"]))
    assert rows == [
        ListEntry(line=2, hash=bytes.fromhex(A)),
        ListEntry(line=4, hash=bytes.fromhex(B)),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_read_by_its_pdq_column(separator: str) -> None:
    rows = [["id", "PDQ", "quality"], ["1", A, "90"], ["2", f'"{B}"', "80"]]
    text = "\n".join(separator.join(row) for row in rows)
    found = list(read_list(text.splitlines(keepends=True)))
    assert [row.hash.hex() for row in found if isinstance(row, ListEntry)] == [A, B.lower()]
    assert lines_of(text) == [2, 3]


def test_a_csv_may_have_one_column_only() -> None:
    assert lines_of(f"pdq\n{A}\n") == [2]


def test_a_byte_order_mark_and_comments_before_the_names_are_passed_over() -> None:
    assert lines_of(f"\ufeffpdq,id\n{A},1\n") == [2]
    assert lines_of(f"\ufeff{A}\n") == [1]
    assert lines_of(f"# one, two\n\nid,pdq\n1,{A}\n") == [4]


def test_a_quoted_field_may_hold_separators_and_line_ends() -> None:
    assert lines_of(f'note,pdq\n"one,\ntwo",{A}\nplain,{B}\n') == [3, 4]


def test_bad_rows_are_told_by_line_and_the_others_kept() -> None:
    found = list(read_list([f"{A}\n", "zz\n", f"{A}0\n", f"{B}\n"]))
    assert [row.line for row in found if isinstance(row, BadRow)] == [2, 3]
    assert [row.line for row in found if isinstance(row, ListEntry)] == [1, 4]


def test_bad_csv_rows_are_told_by_line_and_the_others_kept() -> None:
    found = list(read_list(["id,pdq\n", "1\n", "2,zz\n", f"{'x' * 200_000},{A}\n", f"3,{B}\n"]))
    assert [row.line for row in found if isinstance(row, BadRow)] == [2, 3, 4]
    assert [row.line for row in found if isinstance(row, ListEntry)] == [5]


def test_a_csv_without_a_pdq_column_is_refused() -> None:
    with pytest.raises(NoPdqColumn, match="pdq"):
        read_list(["id,hash\n", f"1,{A}\n"])


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n"])
def test_an_empty_list_has_no_rows(text: str) -> None:
    assert lines_of(text) == []
