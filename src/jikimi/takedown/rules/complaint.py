"""What a caseworker copies into a regulator's form: who was asked, when, and that it led nowhere.

A complaint is about a recipient, not to one: it asks for no removal under a law that the regulator
does not itself answer for. English, for a person to put into the form's own words. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from jikimi.takedown.rules.clock import to_utc
from jikimi.takedown.rules.letter_values import CentreIdentity, Letter, NoticeFacts
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route_values import ChosenRoute, PastNotice
from jikimi.takedown.rules.safe_text import exact_link, one_line
from jikimi.venues.pack_values import Packs

_SITUATIONS = {
    "fake": "a fabricated intimate image of a person who did not agree to it",
    "recording": "an intimate image recorded or shared without the person's agreement",
    "unknown": "an intimate image that is published without the person's agreement",
}


def write_complaint(
    *,
    route: ChosenRoute,
    packs: Packs,
    facts: NoticeFacts,
    centre: CentreIdentity,
    now: datetime,
) -> Letter:
    """Write the facts of a complaint to the regulator of a chosen route.

    Raises UnsafeAddress for a link that may not stand in it, and ValueError for a time without a
    zone. It names no survivor; it has no form for machines.
    """
    to = packs.recipients[route.recipient_id].name
    what = (
        f"We act for the person shown. The links below lead to {_SITUATIONS[facts.situation]}. "
        "They were reported to those who can remove them, without success."
    )
    paragraphs = [
        f"To: {one_line(to)}\nDate: {to_utc(now):%Y-%m-%d}\nOur reference: {facts.notice_id}",
        what,
        "\n".join(["Where:", *(f"  {exact_link(link)}" for link in facts.links)]),
        "\n".join(["What was done:", *(f"  {line}" for line in _steps(route.earlier, packs))]),
        "We ask you to act within your powers, and to tell us the number of this complaint.",
        "\n".join(_signature(centre)),
    ]
    return Letter(
        subject=f"Complaint {facts.notice_id}: reports of intimate images without effect",
        text="\n\n".join(paragraphs) + "\n",
        notice_json="",
        missing=() if facts.links and route.earlier else ("history",),
    )


def _steps(earlier: tuple[PastNotice, ...], packs: Packs) -> Iterator[str]:
    for past in earlier:
        recipient = packs.recipients.get(past.recipient_id)
        law = packs.laws.get(past.law_id) if past.law_id else None
        name = one_line(recipient.name if recipient else past.recipient_id)
        under = f", {law.cite}" if law else ""
        yield f"{_day(past.sent_at)}: notice {past.reference} to {name}{under}{_end(past)}."


def _end(past: PastNotice) -> str:
    if past.state is NoticeState.REFUSED:
        return f"; refused on {_day(past.ended_at)}"
    if past.state is NoticeState.OVERDUE:
        return f"; no removal by {_day(past.due_at)}, when the time ran out"
    return "; still open"


def _day(moment: datetime | None) -> str:
    return f"{to_utc(moment):%Y-%m-%d}" if moment else "an unknown day"


def _signature(centre: CentreIdentity) -> Iterator[str]:
    lines = (centre.representative, centre.name, centre.address, centre.email, centre.phone)
    yield from (one_line(line) for line in lines if line)
