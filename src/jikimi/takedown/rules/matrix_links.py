"""What a link of Matrix means: a message, a room, or a file of a homeserver. Pure.

Source: the Matrix specification 1.16, appendix on identifiers and `matrix.to` navigation, and the
client-server API's chapter on content; read 2026-11-22.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

_SERVER = r"(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,230})(?::\d{1,5})?"
_ROOM = re.compile(
    rf"(?:![A-Za-z0-9._~=/+-]{{1,230}}(?::({_SERVER}))?|#[^\s:/]{{1,230}}:({_SERVER}))"
)
_EVENT = re.compile(rf"\$[A-Za-z0-9._~=/+-]{{1,230}}(?::{_SERVER})?")
_FILE = re.compile(
    rf"/_matrix/(?P<api>media/(?:r0|v1|v3)|client/v1/media)/(?:download|thumbnail)"
    rf"/(?P<server>{_SERVER})/(?P<id>[A-Za-z0-9._~=-]{{1,255}})(?:/[^/]*)?"
)
_FILE_ADDRESS = re.compile(rf"mxc://({_SERVER}/[A-Za-z0-9._~=-]{{1,255}})")
_WEBSITES = {"matrix.to": "/", "app.element.io": "/room/"}
"""Pages that show what any homeserver holds, and what stands before the room behind their `#`."""
_WITH_SIGN_IN = "client/v1/media"


@dataclass(frozen=True, kw_only=True)
class MatrixPlace:
    """A message in a room, a room, or a file whose message the link does not name."""

    room: str = ""
    """`!id:server`, `!id` or `#alias:server`; "" for a file."""
    event: str = ""
    """`$id` of the message; "" for a room or a file."""
    file: str = ""
    """`server/id`, as after `mxc://`; "" for a message or a room."""
    homeserver: str = ""
    """`host` or `host:port` of the server named in the room or after `via`; "" where none is."""


def matrix_place(link: str) -> MatrixPlace | None:
    """Read a link; None for one that shows neither a message nor a room nor a file."""
    parts = urlsplit(link)
    prefix = _WEBSITES.get(parts.hostname or "")
    if prefix is not None and parts.fragment.startswith(prefix):
        return _place_of(parts.fragment.removeprefix(prefix))
    found = _FILE.fullmatch(unquote(parts.path))
    return MatrixPlace(file=f"{found['server']}/{found['id']}") if found else None


def file_at(address: str) -> str:
    """The `server/id` of an `mxc://` address, as messages carry it; "" for anything else."""
    found = _FILE_ADDRESS.fullmatch(address)
    return found[1] if found else ""


def homeserver_in(link: str) -> str:
    """Which homeserver a link of such a website leads to; "" for every other link."""
    place = matrix_place(link)
    return place.homeserver if place else ""


def is_a_signpost(link: str) -> bool:
    """Whether a link only leads to a room, so that nothing lies on the host that it names."""
    place = matrix_place(link)
    return place is not None and bool(place.room)


def hides_as_missing(link: str) -> bool:
    """Whether 404 behind a link may mean "not without signing in".

    Since version 1.11 of the specification homeservers answer so at the old addresses of files,
    for every file that is newer than their change to signed-in downloads.
    """
    found = _FILE.fullmatch(unquote(urlsplit(link).path))
    return found is not None and found["api"] != _WITH_SIGN_IN


def _place_of(fragment: str) -> MatrixPlace | None:
    path, _, query = fragment.partition("?")
    room, _, event = (unquote(part) for part in path.rstrip("/").partition("/"))
    found = _ROOM.fullmatch(room)
    if found is None or (event and not _EVENT.fullmatch(event)):
        return None
    via = next((one for one in parse_qs(query).get("via", ()) if re.fullmatch(_SERVER, one)), "")
    return MatrixPlace(room=room, event=event, homeserver=found[1] or found[2] or via)
