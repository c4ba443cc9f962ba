"""What others saw that is near a case's fingerprints. Reasons to look, never a proof."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min, Sum

from jikimi.cases.models import Case
from jikimi.exchange.lookups import entries_of_case
from jikimi.exchange.models import FoundByPartner, ListedElsewhere
from jikimi.exchange.rules.lists import Purpose

MOST_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class PartnerFind:
    """What one partner asked about near a case, put together over the days that are kept."""

    partner: str
    times: int
    nearest: int
    """The smallest distance, in bits."""
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class OtherListing:
    """That another list of this house holds something near a case."""

    list_name: str
    hides: bool
    """Whether it is a negative list: what is near it is told to no partner."""
    nearest: int
    """The smallest distance, in bits."""
    found_at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseFinds:
    """Both, the latest first."""

    partners: tuple[PartnerFind, ...]
    lists: tuple[OtherListing, ...]


def finds_of(case: Case) -> CaseFinds:
    """What was found near what a case has listed now; nothing once it is off the list."""
    entries = entries_of_case(case)
    return CaseFinds(
        partners=tuple(
            PartnerFind(partner=name, times=times, nearest=nearest, first_at=first, last_at=last)
            for name, times, nearest, first, last in FoundByPartner.objects.filter(
                entry_ref__in=entries
            )
            .values_list("partner__name")
            .annotate(Sum("times"), Min("nearest"), Min("first_at"), last=Max("last_at"))
            .order_by("-last")[:MOST_SHOWN]
        ),
        lists=tuple(
            OtherListing(
                list_name=name,
                hides=purpose == Purpose.NEGATIVE,
                nearest=nearest,
                found_at=found_at,
            )
            for name, purpose, nearest, found_at in ListedElsewhere.objects.filter(
                entry_ref__in=entries, list__ended_at=None
            )
            .values_list("list__name", "list__purpose")
            .annotate(Min("distance"), first=Min("found_at"))
            .order_by("-first")[:MOST_SHOWN]
        ),
    )
