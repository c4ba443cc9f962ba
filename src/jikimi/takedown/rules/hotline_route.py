"""A minor's picture: a hotline hears of it before anybody else.

One of her country comes before one for the whole world, and one that takes the link before one that
takes only fingerprints. To report to one that the police run is to tell the police.
"""

from __future__ import annotations

from jikimi.takedown.rules.health import known_not_to_work
from jikimi.takedown.rules.notice import OPEN, NoticeState
from jikimi.takedown.rules.route_values import Addressee, CaseFacts, NoRoute, RouteQuestion
from jikimi.venues.pack_values import WORLDWIDE, Packs, Recipient, RecipientId

HAS_LEFT = frozenset(
    {NoticeState.SENT, NoticeState.ACKNOWLEDGED, NoticeState.OVERDUE, NoticeState.REFUSED}
)
"""States that prove that a notice went out. "Removed" does not: a look may find that of a draft."""


def hotline_is_told(question: RouteQuestion) -> bool:
    """Tell whether a notice about this sighting has gone out to a hotline that is still known."""
    return any(
        past.state in HAS_LEFT and is_hotline(question.packs, past.recipient_id)
        for past in question.history
    )


def find_hotline(question: RouteQuestion) -> Addressee | NoRoute:
    """Find who takes the link: in her country, else for the whole world; a working one, if any."""
    if any(
        past.state in OPEN and is_hotline(question.packs, past.recipient_id)
        for past in question.history
    ):
        return NoRoute(
            because="Because she is or may be under 18, a hotline comes first, and the notice to "
            "it has not gone out yet. Approve it, or hand it over, before anybody else is told."
        )
    serving = _serving(question)
    working = [one for one in serving if not known_not_to_work(one.recipient)]
    stalled = [one for one in serving if one.recipient.status == "degraded"]
    for found in working or stalled:
        return found
    return NoRoute(
        because="Because she is or may be under 18, a hotline comes first, and no entry names one "
        "that serves her country or the whole world. Add one, or tell the police."
    )


def hotline_reason(hotline: Recipient, question: RouteQuestion) -> str:
    """Say why this hotline, what it cannot take, and who is passed over for it."""
    case = question.case
    where = "the whole world" if WORLDWIDE in hotline.serves else (case.country or "").upper()
    because = (
        "Because she is or may be under 18, a hotline is told before anybody else, and "
        f"{hotline.name} serves {where}."
    )
    if "link" not in hotline.may_receive:
        because += (
            " It takes only fingerprints that she makes on her own device; for the link, use the "
            "helplines of her country."
        )
    elif own := _for_her_own_fingerprints(hotline, question):
        because += (
            " It takes no fingerprints. On the device that holds her pictures she can make theirs "
            f"and hand them in herself, without sending one: tell her of {own.recipient.name}, "
            f"{own.route.address}."
        )
    if police := [one.recipient.name for one in _run_by_police(question)]:
        because += (
            f" Left out, because she has not agreed that the police are told: {', '.join(police)}."
        )
    stalled = [
        one.recipient.name
        for one in _serving(question)
        if known_not_to_work(one.recipient) and one.recipient != hotline
    ]
    if stalled:
        because += f" Passed over, as known not to work at present: {', '.join(stalled)}."
    return because


def consent_blockers(case: CaseFacts) -> tuple[str, ...]:
    """Say why a hotline's notice stays a draft: it goes once the centre or the police may know.

    It is drafted in any case, so that the caseworker can talk it over with her.
    """
    if case.consents & {"centre", "police"}:
        return ()
    return ("she has agreed neither that the centre acts for her nor that the police are told",)


def is_hotline(packs: Packs, recipient_id: RecipientId) -> bool:
    """Tell whether an entry is a hotline's; one that is gone counts as none."""
    recipient = packs.recipients.get(recipient_id)
    return recipient is not None and recipient.kind == "hotline"


def _serving(question: RouteQuestion) -> list[Addressee]:
    """Give the hotlines that she agrees to, best first."""
    return [
        one
        for one in _all_serving(question)
        if "police" in question.case.consents or not one.recipient.run_by_police
    ]


def _run_by_police(question: RouteQuestion) -> list[Addressee]:
    """Give the hotlines that are left out, because she has not agreed that the police are told."""
    return [one for one in _all_serving(question) if one not in _serving(question)]


def _for_her_own_fingerprints(hotline: Recipient, question: RouteQuestion) -> Addressee | None:
    """Find a hotline for the fingerprints that she makes herself, where this one takes none."""
    if "fingerprint" in hotline.may_receive:
        return None
    return next(
        (
            one
            for one in _serving(question)
            if "fingerprint" in one.recipient.may_receive and not known_not_to_work(one.recipient)
        ),
        None,
    )


def _all_serving(question: RouteQuestion) -> list[Addressee]:
    """Give the hotlines for links, then for fingerprints alone; each of her country, then of all.

    Those of one place come by their ids, those that the police run last.
    """
    country, known = question.case.country, question.packs.recipients
    found = [
        Addressee(recipient=recipient, route=route)
        for place in (*([country.upper()] if country else []), WORLDWIDE)
        for recipient in sorted(known.values(), key=lambda one: (one.run_by_police, one.id))
        if recipient.kind == "hotline" and place in recipient.serves
        if (route := recipient.route_for("minor"))
    ]
    return sorted(found, key=lambda one: "link" not in one.recipient.may_receive)
