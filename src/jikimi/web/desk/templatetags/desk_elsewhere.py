"""Other addresses of the thing at a place, as the case page lists them."""

from dataclasses import dataclass

from django import template

from jikimi.cases.lookups import may_be_fetched
from jikimi.cases.models import CaseStatus, Sighting
from jikimi.takedown.elsewhere.models import OtherCopy
from jikimi.takedown.rules.recheck import Verdict

register = template.Library()
_WORDS = {
    "": ("plain", "is being looked at"),
    Verdict.STILL_THERE: ("late", "the picture is there"),
    Verdict.GONE: ("plain", "nothing there"),
    Verdict.REPLACED: ("plain", "another picture there"),
    Verdict.BLOCKED_HERE: ("warn", "does not let us in"),
    Verdict.CANNOT_TELL: ("warn", "cannot tell"),
}
_OFFERED = frozenset({Verdict.STILL_THERE, Verdict.BLOCKED_HERE, Verdict.CANNOT_TELL})


@dataclass(frozen=True, kw_only=True)
class CopyRow:
    """One address, what a look found there, and whether it may be taken in."""

    copy: OtherCopy
    tone: str
    words: str
    may_take_in: bool


@register.inclusion_tag("desk/elsewhere.html", takes_context=True)
def other_addresses(context: template.Context, sighting: Sighting) -> dict[str, object]:
    """The archives and twin addresses of a place: those with the picture first."""
    known = set(sighting.case.sightings.values_list("address", flat=True))
    copies = [one for one in sighting.other_copies.all() if one.address not in known]
    rows = [_row(one) for one in copies]
    asks = may_be_fetched(sighting) and sighting.case.status != CaseStatus.WITHDRAWN
    return {
        "rows": sorted(rows, key=lambda row: (not row.may_take_in, row.copy.address)),
        "found": sum(row.tone == "late" for row in rows),
        "sighting": sighting,
        "may_ask": asks,
        "csrf_token": context.get("csrf_token"),
    }


def _row(copy: OtherCopy) -> CopyRow:
    tone, words = _WORDS[Verdict(copy.verdict) if copy.verdict else ""]
    return CopyRow(copy=copy, tone=tone, words=words, may_take_in=copy.verdict in _OFFERED)
