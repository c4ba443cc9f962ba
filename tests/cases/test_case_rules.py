"""What a line of a report names, and what a case is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.cases.errors import NotALinkOrHandle
from jikimi.cases.rules import SightingKind, nickname, read_place


@pytest.mark.parametrize(
    ("line", "address", "host"),
    [
        ("https://example.com/a?b=c", "https://example.com/a?b=c", "example.com"),
        (" t.me/room/12 ", "https://t.me/room/12", "t.me"),
        ("http://EXAMPLE.com./x", "http://EXAMPLE.com./x", "example.com"),
        ("https://example.com:8443/x", "https://example.com:8443/x", "example.com:8443"),
    ],
)
def test_a_link_is_read_with_its_host(line: str, address: str, host: str) -> None:
    place = read_place(line)
    assert (place.kind, place.address, place.host) == (SightingKind.LINK, address, host)


def test_a_bare_name_is_a_room_or_an_account() -> None:
    assert read_place("@some_room").kind is SightingKind.HANDLE


@pytest.mark.parametrize(
    "line",
    [
        "",
        "two words",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "ftp://example.com/x",
        "https://user@example.com/",
        "https://",
        "https://example.com/\x00",
        "https://example.com:99999/",
        "https://example.com/" + "a" * 3000,
    ],
)
def test_what_is_neither_is_refused(line: str) -> None:
    with pytest.raises(NotALinkOrHandle):
        read_place(line)


@given(st.text(max_size=200))
def test_no_line_breaks_the_reading(line: str) -> None:
    try:
        place = read_place(line)
    except NotALinkOrHandle:
        return
    assert not any(ord(char) < 33 for char in place.address)


@given(st.integers(min_value=0, max_value=10**9))
def test_a_nickname_is_two_words_and_a_number(seed: int) -> None:
    first, second, number = nickname(seed).split("-")
    assert first.isalpha()
    assert second.isalpha()
    assert len(number) == 2
