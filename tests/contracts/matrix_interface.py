"""A homeserver of Matrix, as far as the specification says how it takes reports.

The story with a real one is `tests/stories/test_matrix.py`; this stand-in has the tempers.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, unquote, urlsplit

from .interfaces import Interface, Request, Says, check, interface

TOKEN = "syt_hush_hush_hush"
MATRIX_KEYS = {"127.0.0.1": TOKEN, "localhost": TOKEN, "api.recipient.example": TOKEN}
ROOM, EVENT, FILE = "!pictures:home.example", "$aMessage_of-hers", "home.example/aFile"
ELSEWHERE = "!quiet:home.example"
"""A room that the account is not in."""
MESSAGE = f"https://matrix.to/#/{ROOM}/{EVENT}?via=home.example"
_API = "/_matrix/client/v3"
_ALIASES = {"#pictures:home.example": ROOM}


@contextmanager
def homeserver() -> Iterator[Interface]:
    """It knows two rooms, one of them with the account in it and one message in that."""
    with interface(_answer, lambda request: "/report" in request.path) as side:
        yield side


def _answer(request: Request) -> Says:
    if request.headers.get("authorization") != f"Bearer {TOKEN}":
        return Says(status=401, document={"errcode": "M_UNKNOWN_TOKEN", "error": "?"})
    path = [unquote(part) for part in urlsplit(request.path).path.removeprefix(_API).split("/")]
    match request.method, path[1:]:
        case "GET", ["joined_rooms"]:
            return Says(status=200, document={"joined_rooms": [ROOM]})
        case "GET", ["directory", "room", alias] if alias in _ALIASES:
            return Says(status=200, document={"room_id": _ALIASES[alias], "servers": []})
        case "GET", ["rooms", room, "messages"] if room == ROOM:
            return _messages(parse_qs(urlsplit(request.path).query))
        case "POST", ["rooms", room, "report", *event] if _is_known(room, event):
            check(request.json(), "matrix-report.schema.json")
            return Says(status=200, document={})
    return Says(status=404, document={"errcode": "M_NOT_FOUND", "error": "?"})


def _is_known(room: str, event: list[str]) -> bool:
    return [room, *event] == [ROOM, EVENT] or (room in {ROOM, ELSEWHERE} and not event)


def _messages(asked: dict[str, list[str]]) -> Says:
    """The latest page has nothing, the one before has the message."""
    assert json.loads(asked["filter"][0]) == {"contains_url": True}
    if "from" not in asked:
        return Says(status=200, document={"chunk": [], "start": "t2", "end": "t1"})
    content = {"msgtype": "m.image", "body": "a.png", "url": f"mxc://{FILE}"}
    message = {"type": "m.room.message", "event_id": EVENT, "content": content}
    return Says(status=200, document={"chunk": [message], "start": "t1"})
