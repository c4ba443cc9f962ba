"""What a homeserver of Matrix is told, by a stand-in that knows the specification."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from pytest_django import Settings

from jikimi.takedown.channels import RefusedForGood, channels
from jikimi.takedown.errors import MayNotSend

from .matrix_interface import ELSEWHERE, EVENT, FILE, MESSAGE, ROOM
from .other_sides import LINKS, a_letter, a_parcel, an_envelope, api, write_keys

FILE_LINK = f"https://home.example/_matrix/media/v3/download/{FILE}"


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Settings) -> Path:
    return write_keys(tmp_path, settings)


@pytest.mark.parametrize(
    ("link", "reported"),
    [
        (MESSAGE, f"rooms/{ROOM}/report/{EVENT}"),
        (FILE_LINK, f"rooms/{ROOM}/report/{EVENT}"),
        (f"https://matrix.to/#/{ROOM}", f"rooms/{ROOM}/report"),
        ("https://matrix.to/#/%23pictures%3Ahome.example", f"rooms/{ROOM}/report"),
        (f"https://matrix.to/#/{ELSEWHERE}/{EVENT}", f"rooms/{ELSEWHERE}/report"),
    ],
)
def test_a_homeserver_is_told_of_the_message_and_where_we_do_not_see_it_of_the_room(
    link: str, reported: str, settings: Settings
) -> None:
    with api("matrix", settings) as made:
        own = made.parcel.domains[0]
        made.channel.send(a_parcel(made.channel, a_letter(link), f"http://{own}", own))
        (taken,) = made.side.interface.taken  # type: ignore[attr-defined]
        assert unquote(taken.path) == f"/_matrix/client/v3/{reported}"
        reason = taken.json()["reason"]
        assert "JK-0123456789" in reason
        assert "삭제해 주십시오" in reason
        assert (EVENT in reason) or EVENT in unquote(taken.path) or EVENT not in link


@pytest.mark.parametrize(
    "link",
    [
        "https://home.example/_matrix/media/v3/download/home.example/another",
        "https://matrix.to/#/%23nobody%3Ahome.example",
        "https://matrix.to/#/!unknown:home.example",
    ],
)
def test_what_a_homeserver_does_not_know_is_not_reported_there(
    link: str, settings: Settings
) -> None:
    with api("matrix", settings) as made:
        own = made.parcel.domains[0]
        with pytest.raises(RefusedForGood):
            made.channel.send(a_parcel(made.channel, a_letter(link), f"http://{own}", own))
        assert made.side.taken() == []


@pytest.mark.parametrize(
    "link", ["https://matrix.to/#/@somebody:home.example", "https://home.example/a", LINKS[0]]
)
def test_a_link_that_is_no_message_room_or_file_is_not_for_a_homeserver(link: str) -> None:
    with pytest.raises(MayNotSend, match="messages, rooms and files"):
        channels()["matrix"].compose(a_letter(link), an_envelope("x"))
