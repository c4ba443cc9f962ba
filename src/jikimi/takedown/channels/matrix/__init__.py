"""Reports to a homeserver of Matrix, by an account of the centre's own there.

Sources: the Matrix specification 1.16, client-server API, "Reporting content", "Room aliases" and
"Getting events for a room"; read 2026-11-22.

The address of a route is the homeserver's own, as its users' programs reach it. A report goes to
whoever runs the server, not to the room. No report has a number, and none can be asked about.
"""

import json
from typing import Literal

from jikimi.takedown.channels import Envelope, NotSentYet, Parcel, Taken
from jikimi.takedown.channels.keys import keys_of
from jikimi.takedown.channels.matrix.homeserver import Homeserver
from jikimi.takedown.channels.matrix.membership import MemberFetcher
from jikimi.takedown.channels.said import one_link_of, said_of_an_adult
from jikimi.takedown.errors import MayNotSend
from jikimi.takedown.rules.letter import Letter
from jikimi.takedown.rules.matrix_links import matrix_place
from jikimi.takedown.rules.plain_json import text_at
from jikimi.takedown.seeing.fetching import LinkFetcher
from jikimi.takedown.seeing.membership import Opening

_LONGEST_REASON = 10_000


class MatrixChannel:
    """Reports of one message, room or file."""

    name = "matrix"
    route_type: Literal["api"] = "api"

    def why_not(self) -> str:
        try:
            has_account = bool(keys_of(self.name))
        except NotSentYet as trouble:
            return trouble.safe_words
        return "" if has_account else "JIKIMI_CHANNEL_KEYS lacks an account under [matrix]."

    def compose(self, letter: Letter, envelope: Envelope) -> bytes:  # noqa: ARG002
        """Raises MayNotSend unless it is about an adult, and about one place of Matrix."""
        place = matrix_place(one_link_of(said_of_an_adult(letter)))
        if place is None:
            raise MayNotSend(
                "A homeserver takes links of messages, rooms and files: "
                "copy the message's link, which begins with https://matrix.to/."
            )
        form = {
            "room": place.room,
            "event": place.event,
            "file": place.file,
            "reason": f"{letter.subject}\n\n{letter.text}"[:_LONGEST_REASON],
        }
        return json.dumps(form, ensure_ascii=False).encode()

    def send(self, parcel: Parcel) -> Taken:
        form: object = json.loads(parcel.content)
        server = Homeserver(parcel.address, parcel.domains)
        room, event = text_at(form, "room"), text_at(form, "event")
        if not room:
            room, event = server.message_with(text_at(form, "file"))
        server.report(server.id_of(room), event, text_at(form, "reason"), parcel.outbound_id)
        return Taken()

    def shown_to_members(self, openly: LinkFetcher, opening: Opening) -> LinkFetcher:
        return MemberFetcher(openly, opening)


CHANNEL = MatrixChannel()
