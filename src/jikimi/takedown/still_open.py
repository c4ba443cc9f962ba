"""What keeps a case from being closed by hand."""

from jikimi.cases.models import Case
from jikimi.cases.rules import ClosedBecause, Liveness
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import UNDER_WAY, OutboxState

_MOST_NAMED = 5
_LEAVES_SOON = frozenset({OutboxState.READY, OutboxState.SENDING})


def why_not_closed(case: Case, because: ClosedBecause | None = None) -> str:
    """Say what stands against closing a case, for any reason or for this one; empty if nothing.

    What the police were told does not stand against closing it because they were.
    """
    told_police = because in (None, ClosedBecause.POLICE)
    if under_way := _under_way(case, but_what_police_have=told_police):
        return (
            f"Still under way: {under_way}. Wait for the answer or the clock, settle what broke "
            "off, or cancel what has not left; then close the case."
        )
    if because is ClosedBecause.SAID_GONE:
        seen = case.sightings.filter(liveness=Liveness.STILL_THERE)
        if seen.exists():
            return "The last look found the picture still there. A word does not close the case."
    return ""


def _under_way(case: Case, *, but_what_police_have: bool) -> str:
    """The notices that wait to go out or for an answer in time, and our answers, as words."""
    waiting = Notice.objects.filter(sighting__case=case, state__in=sorted(UNDER_WAY))
    if but_what_police_have:
        waiting = waiting.exclude(rung="police", sent_at__isnull=False)
    named = [
        f"{one.reference} to {one.recipient_name} ({one.state})"
        for one in waiting.order_by("drafted_at", "pk")[:_MOST_NAMED]
    ]
    more = waiting.count() - len(named)
    answers = OutboundLetter.objects.filter(
        case=case, answers__isnull=False, state__in=sorted(_LEAVES_SOON)
    )
    if answers.exists():
        named.append("an answer to a recipient's mail (it leaves soon)")
    return ", ".join([*named, f"{more} more"] if more else named)
