"""A public link: whose platform it is on, and the best law to write to it under."""

from __future__ import annotations

from posixpath import normpath
from urllib.parse import unquote, urlsplit

from jikimi.takedown.rules.notice import OPEN, NoticeState
from jikimi.takedown.rules.route_values import Addressee, NoRoute, RouteQuestion, SightingFacts
from jikimi.takedown.rules.sending import law_blockers
from jikimi.venues.hosts import host_of, normal_host
from jikimi.venues.pack_values import LawPack, Packs, Recipient

_OWES_AN_ANSWER = OPEN - {NoticeState.OVERDUE}
_LED_NOWHERE = frozenset({NoticeState.OVERDUE, NoticeState.REFUSED})


def find_platform(question: RouteQuestion) -> Addressee | NoRoute:
    """Find who answers for the host of a public link, and the address for her case."""
    sighting = question.sighting
    if sighting.kind == "handle":
        return NoRoute(
            because="Because this is an account or a room and no public link, no platform can be "
            "asked to remove it by its address. A private room is for the police or a hotline."
        )
    host = normal_host(sighting.host)
    if host is None or host != host_of(sighting.url):
        return NoRoute(
            because="Because the link does not lead to the host that is noted for it, nobody can "
            "be asked. Correct the link."
        )
    recipient = question.packs.recipient_for_host(host)
    if recipient is None or recipient.kind in ("hotline", "regulator"):
        return NoRoute(
            # Kept on the trail for ever, so it does not repeat the host that somebody typed.
            because="Because no entry says who answers for this link's host, no notice can be "
            "drafted. Find its abuse contact, have it reviewed, and add a recipient."
        )
    if _is_private(sighting.url, recipient):
        return NoRoute(
            because=f"Because the link leads into a private room on {recipient.name}, a platform "
            "is not asked: private rooms are for the police or a hotline."
        )
    route = recipient.route_for(question.case.subject)
    if route is None:
        return NoRoute(
            because=f"Because {recipient.name} has no address for pictures of "
            f"{question.case.subject}s, no notice can be drafted. Add a route to it."
        )
    return Addressee(recipient=recipient, route=route)


def find_law(recipient: Recipient, question: RouteQuestion) -> LawPack | NoRoute:
    """Choose the highest-ranked law that applies and may be sent, else one that may be drafted.

    A recipient that still owes an answer is not written to again. A law that led nowhere is not
    tried twice; after a removal it is, because the picture has come back.
    """
    earlier = [past for past in question.history if past.recipient_id == recipient.id]
    if any(past.state in _OWES_AN_ANSWER for past in earlier):
        return NoRoute(
            because=f"Because {recipient.name} already has a notice about this link, or one waits "
            "to be sent, it is not written to again. Wait for its answer or its clock."
        )
    spent = {past.law_id for past in earlier if past.state in _LED_NOWHERE}
    laws = [
        law
        for law in _ranked(recipient, question.packs)
        if law.id not in spent and _applies(law, recipient, question)
    ]
    if not laws:
        return NoRoute(
            because=f"Because no law is left under which {recipient.name} can be asked about this "
            "link, the next step is a person's: its complaint procedure, its host or a regulator."
        )
    return min(laws, key=lambda law: bool(law_blockers(law, question.today)))


def platform_reason(recipient: Recipient, law: LawPack, question: RouteQuestion) -> str:
    """Say why this platform and this law, as one sentence that a caseworker can check."""
    reported = {
        "fake": "the picture is reported as a fake",
        "recording": "the picture is reported as recorded or shared without consent",
        "unknown": "the picture is reported without saying how it came about",
    }[question.case.situation]
    because = (
        f"Because the link is on {_named(question.sighting, recipient)}, {reported}, and "
        f"{law.title['en']} {_who_may_file(law)}."
    )
    if question.case.minor:
        because += " A hotline has been told first, because she is or may be under 18."
    return because


def _named(sighting: SightingFacts, recipient: Recipient) -> str:
    return f"{normal_host(sighting.host)}, which belongs to {recipient.name}"


def _who_may_file(law: LawPack) -> str:
    if "anyone" in law.filers:
        return "lets anyone report it"
    if "authorised_representative" in law.filers:
        return "lets the person depicted, or whom she has authorised, demand its removal"
    return "lets the person depicted and designated bodies demand its removal"


def _ranked(recipient: Recipient, packs: Packs) -> list[LawPack]:
    return [packs.laws[id_] for id_ in recipient.laws_ranked if id_ in packs.laws]


def _applies(law: LawPack, recipient: Recipient, question: RouteQuestion) -> bool:
    case = question.case
    return (
        (case.situation == "unknown" or case.situation in law.content)
        and case.subject in law.subjects
        and recipient.kind in law.recipient_kinds
        and (not law.countries or (case.country or "").upper() in law.countries)
    )


def _is_private(url: str, recipient: Recipient) -> bool:
    """Tell whether a link leads into a room, however its path is written."""
    path = "/" + normpath(unquote(urlsplit(url).path)).lstrip("/").lower()
    return any(path.startswith(private) for private in recipient.private_paths)
