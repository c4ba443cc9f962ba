"""A homeserver as the centre's account there sees it. The account's token goes to no other host."""

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

from jikimi.takedown.channels import RefusedForGood, ServerAway
from jikimi.takedown.channels.calling import Call, ask, hand_over
from jikimi.takedown.channels.keys import required_keys
from jikimi.takedown.rules.matrix_links import file_at
from jikimi.takedown.rules.plain_json import items_at, text_at, texts_at
from jikimi.takedown.seeing.deadline import Deadline

MOST_ROOMS = 20
MOST_PAGES = 3
SECONDS = 120.0
"""For all that is asked before a report: well before a letter counts as broken off."""
_PAGE = 50
_WITH_FILES = json.dumps({"contains_url": True})


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a homeserver shows our account of a message."""

    removed: bool
    file: str
    """`server/id` of what it shows; "" for a message without a file, or in a room that encrypts."""


class Homeserver:
    """One homeserver, for as long as one report or one look takes.

    Its methods raise ServerAway where it cannot be asked now or no token is set for its host, and
    RefusedForGood where the answer stays a no.
    """

    def __init__(self, address: str, domains: tuple[str, ...]) -> None:
        """`address`: of its client interface. `domains`: the recipient's own."""
        self._base = f"{address.rstrip('/')}/_matrix/client/v3"
        self._domains = domains
        self._host = urlsplit(address).hostname or ""
        self._deadline = Deadline(SECONDS)

    def id_of(self, room: str) -> str:
        """The id of a room; an alias is looked up."""
        if room.startswith("!"):
            return room
        found = text_at(self._get(f"/directory/room/{quote(room, safe='')}"), "room_id")
        if not found:
            raise RefusedForGood("The homeserver knows no room of that name.")
        return found

    def message_with(self, file: str) -> tuple[str, str]:
        """The room and the message that show a file, among the rooms that our account is in.

        The latest 150 messages with files in each of 20 rooms are gone through.
        """
        joined = self._get("/joined_rooms")
        for room in texts_at(joined, "joined_rooms")[:MOST_ROOMS]:
            if event := self._message_in(room, f"mxc://{file}"):
                return room, event
        raise RefusedForGood(
            "No room that our account is in shows this file. Report the message by its own link."
        )

    def message(self, room: str, event: str) -> Message | None:
        """A message as it stands; None if our account is shown none."""
        found = self._get(f"{_room(room)}/event/{quote(event, safe='')}")
        if not isinstance(found, dict) or not text_at(found, "event_id"):
            return None
        content, more = found.get("content"), found.get("unsigned")
        redacted = isinstance(more, dict) and bool(more.get("redacted_because"))
        return Message(
            removed=redacted or not content, file=file_at(text_at(found, "content", "url"))
        )

    def report(self, room: str, event: str, reason: str, outbound: UUID) -> None:
        """Report a message; where the server does not show it to us, its room.

        A room may be reported by whoever is not in it. Raises MaybeSent as well.
        """
        if event:
            try:
                return self._report(
                    f"{_room(room)}/report/{quote(event, safe='')}", reason, outbound
                )
            except RefusedForGood:
                reason = f"Message {event} in this room.\n\n{reason}"
        return self._report(f"{_room(room)}/report", reason, outbound)

    def _message_in(self, room: str, address: str) -> str:
        """The latest message in a room that shows a file; "" if none of those gone through does."""
        query = {"dir": "b", "limit": str(_PAGE), "filter": _WITH_FILES}
        for _ in range(MOST_PAGES):
            page = self._get(f"{_room(room)}/messages?{urlencode(query)}")
            for message in items_at(page, "chunk"):
                if address in _shown_in(message):
                    return text_at(message, "event_id")
            query["from"] = text_at(page, "end")
            if not query["from"]:
                break
        return ""

    def _get(self, path: str) -> object:
        if self._deadline.elapsed() >= SECONDS:
            raise ServerAway("The homeserver answers too slowly.")
        headers = {"Authorization": f"Bearer {self._token()}"}
        url = f"{self._base}{path}"
        return ask(Call(method="GET", url=url, domains=self._domains, headers=headers)).document

    def _report(self, path: str, reason: str, outbound: UUID) -> None:
        headers = {
            "Authorization": f"Bearer {self._token()}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(outbound),
        }
        url = f"{self._base}{path}"
        body = json.dumps({"reason": reason}, ensure_ascii=False).encode()
        hand_over(Call(method="POST", url=url, domains=self._domains, headers=headers, body=body))

    def _token(self) -> str:
        return required_keys("matrix", (self._host,))[self._host]


def _room(room: str) -> str:
    return f"/rooms/{quote(room, safe='')}"


def _shown_in(message: object) -> tuple[str, str]:
    """The addresses of a message's file and of its small picture."""
    return (
        text_at(message, "content", "url"),
        text_at(message, "content", "info", "thumbnail_url"),
    )
