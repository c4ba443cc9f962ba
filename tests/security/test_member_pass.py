"""What lets us in as a member at one place is shown at no other."""

from collections.abc import Callable

import pytest

from jikimi.takedown.seeing.fetching import GuardedFetcher, Pass
from jikimi.takedown.seeing.links import FetchPolicy
from tests.security.test_safe_fetch import (
    PUBLIC,
    RawServer,
    names,
    redirects_to,
    says,
    serve,
    wires,
)

__all__ = ["serve"]

PICTURE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
SECRET = "hush-hush-token"


def member(authority: str, *ports: int) -> GuardedFetcher:
    return GuardedFetcher(
        user_agent="test",
        policy=FetchPolicy(allowed_loopback_ports=frozenset(ports)),
        member=Pass(authority=authority, token=SECRET),
    )


def test_a_pass_is_shown_at_its_own_place_and_not_where_that_leads(
    serve: Callable[..., RawServer],
) -> None:
    other = serve(says(PICTURE))
    home = serve(redirects_to(other.url))
    answer = member(f"127.0.0.1:{home.port}", home.port, other.port).fetch(home.url)
    assert answer.status == 200
    assert f"Authorization: Bearer {SECRET}".encode() in home.requests[0]
    assert SECRET.encode() not in other.requests[0]


def test_a_pass_is_shown_to_nobody_where_others_can_read_it(
    serve: Callable[..., RawServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = serve(says(PICTURE))
    names(monkeypatch, (PUBLIC,))
    wires(monkeypatch, home.port)
    assert member("home.example").fetch("http://home.example/p/1").status == 200
    assert SECRET.encode() not in home.requests[0]


def test_a_pass_stands_in_no_repr() -> None:
    assert SECRET not in repr(Pass(authority="home.example", token=SECRET))
