"""A minor's picture: a hotline hears of it before anybody else.

One of her country comes before one for the whole world, and one that takes the link before one that
takes only fingerprints. To report to one that the police run is to tell the police. A directory of
hotlines takes no report: where no hotline of her country is known, it says where to look for one.
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
    left_out = [one.recipient.name for one in _run_by_police(question)]
    whose = f": {', '.join(left_out)} is theirs" if left_out else ""
    instead = (
        "tell the police"
        if "police" in question.case.consents
        else f"ask her whether the police may be told{whose}"
    )
    return NoRoute(
        because="Because she is or may be under 18, a hotline comes first, and no entry names one "
        "that serves her country or the whole world and may be told. Add one, or "
        f"{instead}.{_where_to_look(question)}"
    )


def hotline_reason(hotline: Recipient, question: RouteQuestion) -> str:
    """Say why this hotline, what it cannot take, and who is passed over for it."""
    country = _country(question)
    is_hers = country in hotline.serves
    because = (
        "Because she is or may be under 18, a hotline is told before anybody else, and "
        f"{hotline.name} serves {country if is_hers else 'the whole world'}."
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
    if not is_hers:
        because += _where_to_look(question)
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
    """Tell whether an entry is of a hotline that takes reports; one that is gone counts as none."""
    recipient = packs.recipients.get(recipient_id)
    return recipient is not None and _takes_reports(recipient)


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
    country = _country(question)
    found = [
        Addressee(recipient=recipient, route=route)
        for recipient in question.packs.recipients.values()
        if _takes_reports(recipient) and not recipient.serves.isdisjoint({country, WORLDWIDE})
        if (route := recipient.route_for("minor"))
    ]
    return sorted(found, key=lambda one: _order(one.recipient, country))


def _order(hotline: Recipient, country: str) -> tuple[bool, bool, bool, RecipientId]:
    return (
        "link" not in hotline.may_receive,
        country not in hotline.serves,
        hotline.run_by_police,
        hotline.id,
    )


def _takes_reports(recipient: Recipient) -> bool:
    return recipient.kind == "hotline" and recipient.takes_reports


def _where_to_look(question: RouteQuestion) -> str:
    """Say which directory names the hotline of her country; empty if none is known."""
    country = _country(question)
    where = f"in {country}" if country else "where she lives"
    return "".join(
        f" {one.name}, {one.routes[0].address}, takes no report; its list says whether there is a "
        f"hotline {where}. Look it up, and tell that one, too."
        for one in question.packs.recipients.values()
        if one.kind == "hotline"
        and not one.takes_reports
        and not one.serves.isdisjoint({country, WORLDWIDE})
    )


def _country(question: RouteQuestion) -> str:
    return (question.case.country or "").upper()
