"""A public link: whose platform it is on, and the best law to write to it under."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from jikimi.takedown.rules.law_choice import figures_in_words
from jikimi.takedown.rules.matrix_links import homeserver_in
from jikimi.takedown.rules.route_values import NoRoute, RouteQuestion, SightingFacts
from jikimi.venues.hosts import host_of, normal_host
from jikimi.venues.pack_values import LawPack, Recipient


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """A public link on a host that no entry answers for."""


def why_private(question: RouteQuestion) -> str | None:
    """Say, as the begin of a reason, why no platform can be asked about a place; None if one can.

    Only its members see it: an account or a room without a link, or a link into one.
    """
    sighting = question.sighting
    if sighting.kind == "handle":
        return (
            "Because this is an account or a room and no public link, no platform can be asked to "
            "remove it by its address: a private room is for the police or a hotline."
        )
    host = normal_host(sighting.host)
    if host is None or host != host_of(sighting.url):
        return None
    recipient = question.packs.recipient_for_host(answering_host(sighting.url, host))
    if recipient is None or not _is_private(sighting.url, recipient):
        return None
    return (
        f"Because the link leads into a private room on {recipient.name}, a platform is not asked: "
        "private rooms are for the police or a hotline."
    )


def find_platform(question: RouteQuestion) -> Recipient | NoRoute | Unanswered:
    """Find who answers for the host of a link that is not private, and takes such pictures."""
    sighting = question.sighting
    host = normal_host(sighting.host)
    if host is None or host != host_of(sighting.url):
        return NoRoute(
            because="Because the link does not lead to the host that is noted for it, nobody can "
            "be asked. Correct the link."
        )
    recipient = question.packs.recipient_for_host(answering_host(sighting.url, host))
    if recipient is None or recipient.kind in ("hotline", "regulator", "police"):
        return Unanswered()
    if not recipient.routes_for(question.case.subject):
        return NoRoute(
            because=f"Because {recipient.name} has no address for pictures of "
            f"{question.case.subject}s, no notice can be drafted. Add a route to it."
        )
    return recipient


def platform_reason(recipient: Recipient, law: LawPack, question: RouteQuestion) -> str:
    """Say why this platform and this law, as sentences that a caseworker can check."""
    reported = {
        "fake": "the picture is reported as a fake",
        "recording": "the picture is reported as recorded or shared without consent",
        "unknown": "the picture is reported without saying how it came about",
    }[question.case.situation]
    because = (
        f"Because the link is on {_named(question.sighting, recipient)}, {reported}, and "
        f"{law.title['en']} {_who_may_file(law)}."
    )
    because += figures_in_words(law, recipient, question)
    if law.asks_for_ownership:
        because += (
            " Warn her first: a copyright notice can carry a name to the uploader, and false words "
            "in it can cost money."
        )
    if question.case.minor:
        because += " A hotline has been told first, because she is or may be under 18."
    return because


def answering_host(url: str, host: str) -> str:
    """Give the host itself; of a website for all homeservers, the one that the link names."""
    return normal_host(homeserver_in(url)) or host


def _named(sighting: SightingFacts, recipient: Recipient) -> str:
    host = answering_host(sighting.url, normal_host(sighting.host) or "")
    return f"{host}, which belongs to {recipient.name}"


def _who_may_file(law: LawPack) -> str:
    if "anyone" in law.filers:
        return "lets anyone report it"
    if "authorised_representative" in law.filers:
        return "lets the person depicted, or whom she has authorised, demand its removal"
    return "lets the person depicted and designated bodies demand its removal"


def _is_private(url: str, recipient: Recipient) -> bool:
    """Tell whether a link leads into a room, however its path is written."""
    path = "/" + normpath(unquote(urlsplit(url).path)).lstrip("/").lower()
    return any(path.startswith(private) for private in recipient.private_paths)
