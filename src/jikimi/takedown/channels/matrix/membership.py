"""What the centre's account is shown at a homeserver, where nobody else is shown anything.

Only where the recipient's entry and the table `[matrix]` of the keys say which account may be used.
A file is asked for openly first.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from jikimi.takedown.channels import DeliveryTrouble
from jikimi.takedown.channels.keys import keys_of
from jikimi.takedown.channels.matrix.homeserver import Homeserver
from jikimi.takedown.rules.matrix_links import MatrixPlace, homeserver_in, matrix_place
from jikimi.takedown.seeing.deadline import Deadline
from jikimi.takedown.seeing.errors import Unreachable
from jikimi.takedown.seeing.fetching import VISIT_SECONDS, FetchedLink, LinkFetcher, Pass
from jikimi.takedown.seeing.membership import Opening
from jikimi.venues.hosts import falls_under, host_of, normal_host
from jikimi.venues.lookups import packs_in_use

_NOT_SHOWN = frozenset({401, 403, 404})
_BLOCKED, _MISSING, _REMOVED = 403, 404, 410


@dataclass(frozen=True, kw_only=True)
class Membership:
    """Where the centre has an account."""

    base: str
    """The address of the client interface."""
    domains: tuple[str, ...]


class MemberFetcher:
    """Visits a link of Matrix as a member where that is needed, and every other link openly.

    It is for one look. Only the first link it is given is the case's own; what else a look comes
    to is the choice of whoever made a page, and that is never visited as a member.
    """

    def __init__(self, open_way: LinkFetcher, opening: Opening) -> None:
        self._open_way = open_way
        self._opening = opening
        self._has_begun = False

    def fetch(self, url: str, *, seconds: float = VISIT_SECONDS) -> FetchedLink:
        """Visit within `seconds` of wall-clock time. Raises a `SeeingError`.

        A removed message, and a file that its own homeserver shows neither openly nor to a member,
        are answered by 410; what is only not shown to us by 403.
        """
        is_own, self._has_begun = not self._has_begun, True
        place = matrix_place(url) if is_own else None
        member = membership_for(url) if place and (place.file or place.event) else None
        if place is None or member is None:
            return self._open_way.fetch(url, seconds=seconds)
        deadline = Deadline(seconds)
        if place.file:
            return self._file(url, place.file, member, deadline)
        return self._message(url, place, member, deadline)

    def _message(
        self, url: str, place: MatrixPlace, member: Membership, deadline: Deadline
    ) -> FetchedLink:
        try:
            server = Homeserver(member.base, member.domains)
            message = server.message(server.id_of(place.room), place.event)
        except DeliveryTrouble:
            raise Unreachable from None
        if message is None:
            return _answer(url, _BLOCKED)
        if message.removed:
            return _answer(url, _REMOVED)
        if not message.file:
            return _answer(url, 200)
        openly = f"{member.base}/_matrix/media/v3/download/{quote(message.file)}"
        return self._file(openly, message.file, member, deadline)

    def _file(self, url: str, file: str, member: Membership, deadline: Deadline) -> FetchedLink:
        answer = self._open_way.fetch(url, seconds=deadline.left())
        if answer.status not in _NOT_SHOWN:
            return answer
        shown = self._as_member(member).fetch(
            f"{member.base}/_matrix/client/v1/media/download/{quote(file)}",
            seconds=deadline.left(),
        )
        if shown.status != _MISSING:
            return shown
        return _answer(url, _REMOVED if _is_own(file, member) else _BLOCKED)

    def _as_member(self, member: Membership) -> LinkFetcher:
        parts = urlsplit(member.base)
        token = keys_of("matrix").get(parts.hostname or "", "")
        return self._opening(Pass(authority=parts.netloc.lower(), token=token))


def membership_for(url: str) -> Membership | None:
    """The account that may look at a link; None where there is none. Raises PackError."""
    host = normal_host(homeserver_in(url)) or host_of(url)
    recipient = packs_in_use().recipient_for_host(host) if host else None
    if recipient is None or recipient.adapter != "matrix":
        return None
    base = next((one.address.rstrip("/") for one in recipient.routes if one.type == "api"), "")
    if not _is_under(host_of(base), recipient.domains):
        return None
    try:
        has_token = bool(keys_of("matrix").get(urlsplit(base).hostname or ""))
    except DeliveryTrouble:
        return None
    return Membership(base=base, domains=recipient.domains) if has_token else None


def _is_own(file: str, member: Membership) -> bool:
    """Whether a file was uploaded at that homeserver, which then knows best whether it is there."""
    return _is_under(normal_host(file.partition("/")[0]), member.domains)


def _is_under(host: str | None, domains: tuple[str, ...]) -> bool:
    return host is not None and any(falls_under(host, domain) for domain in domains)


def _answer(url: str, status: int) -> FetchedLink:
    return FetchedLink(
        status=status, final_url=url, media_type="", body=b"", redirects=0, elapsed=0.0
    )
