"""Links of Matrix: what they show, whose they are, and what 404 behind them means."""

import pytest

from jikimi.takedown.rules.matrix_links import (
    MatrixPlace,
    hides_as_missing,
    homeserver_in,
    is_a_signpost,
    matrix_place,
)
from jikimi.takedown.rules.recheck import Seen, Verdict, judge

ROOM, EVENT = "!aRoom:home.example", "$aMessage-of_hers"
FILES = "https://home.example/_matrix"


def place(**known: str) -> MatrixPlace:
    return MatrixPlace(**known)


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (
            f"https://matrix.to/#/{ROOM}/{EVENT}?via=other.example",
            place(room=ROOM, event=EVENT, homeserver="home.example"),
        ),
        (
            "https://matrix.to/#/%21aRoom%3Ahome.example/%24aMessage-of_hers",
            place(room=ROOM, event=EVENT, homeserver="home.example"),
        ),
        (
            f"https://matrix.to/#/!roomOfVersion12/{EVENT}?via=home.example:8448&via=b.example",
            place(room="!roomOfVersion12", event=EVENT, homeserver="home.example:8448"),
        ),
        (
            f"https://matrix.to/#/!roomOfVersion12/{EVENT}",
            place(room="!roomOfVersion12", event=EVENT),
        ),
        (f"https://matrix.to/#/{ROOM}/", place(room=ROOM, homeserver="home.example")),
        (
            "https://matrix.to/#/#방:home.example",
            place(room="#방:home.example", homeserver="home.example"),
        ),
        (
            f"https://app.element.io/#/room/{ROOM}/{EVENT}",
            place(room=ROOM, event=EVENT, homeserver="home.example"),
        ),
        (f"{FILES}/media/v3/download/home.example/aFile", place(file="home.example/aFile")),
        (f"{FILES}/media/r0/download/b.example:1/aFile/x.png", place(file="b.example:1/aFile")),
        (f"{FILES}/client/v1/media/thumbnail/[::1]:8/aFile?width=9", place(file="[::1]:8/aFile")),
        # what is none
        ("https://matrix.to/#/@somebody:home.example", None),
        (f"https://matrix.to/{ROOM}/{EVENT}", None),
        (f"https://matrix.to.evil.example/#/{ROOM}/{EVENT}", None),
        ("https://matrix.to/#/!a/../b:home.example/x", None),
        (f"https://matrix.to/#/{ROOM}/no-message", None),
        (f"https://app.element.io/#/{ROOM}/{EVENT}", None),
        (f"{FILES}/media/v3/upload/home.example/aFile", None),
        (f"{FILES}/media/v3/download/home.example/a%2Fb%2Fc", None),
        ("https://home.example/picture.png", None),
    ],
)
def test_a_link_is_read_to_a_message_a_room_or_a_file(link: str, shown: MatrixPlace | None) -> None:
    assert matrix_place(link) == shown


def test_a_message_belongs_to_its_homeserver_and_not_to_the_website_that_leads_there() -> None:
    assert homeserver_in(f"https://matrix.to/#/{ROOM}/{EVENT}") == "home.example"
    assert is_a_signpost(f"https://matrix.to/#/{ROOM}/{EVENT}")
    assert homeserver_in(f"{FILES}/media/v3/download/b.example/aFile") == ""
    assert not is_a_signpost(f"{FILES}/media/v3/download/b.example/aFile")
    assert homeserver_in("https://t.me/a/1") == ""


@pytest.mark.parametrize(
    ("link", "hides"),
    [
        (f"{FILES}/media/v3/download/home.example/aFile", True),
        (f"{FILES}/media/r0/thumbnail/home.example/aFile", True),
        (f"{FILES}/client/v1/media/download/home.example/aFile", False),
        (f"https://matrix.to/#/{ROOM}/{EVENT}", False),
        ("https://home.example/picture.png", False),
    ],
)
def test_the_old_addresses_of_files_may_say_missing_and_mean_sign_in(
    link: str, *, hides: bool
) -> None:
    assert hides_as_missing(link) is hides


@pytest.mark.parametrize(
    ("status", "before", "verdict"),
    [
        (404, False, Verdict.BLOCKED_HERE),
        (404, True, Verdict.GONE),
        (410, False, Verdict.GONE),
        (403, True, Verdict.BLOCKED_HERE),
    ],
)
def test_missing_where_it_may_mean_sign_in_counts_only_once_the_picture_was_seen_there(
    status: int, *, before: bool, verdict: Verdict
) -> None:
    judged = judge(Seen(status=status), seen_there_before=before, hides_as_missing=True)
    assert judged.verdict is verdict
