"""What is switched on, and what that would do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from jikimi.cases.models import CaseStatus
from jikimi.cases.rules import AgeGroup
from jikimi.takedown.models import Notice
from jikimi.takedown.ownership import copyright_laws
from jikimi.takedown.rules.by_rule import Switch
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.switches.models import CONFIRMED, PROPOSED, SwitchChange

_COUNTED = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class SwitchView:
    """One switch, as the desk shows it."""

    switch: Switch
    is_on: bool
    latest: SwitchChange | None
    """The change that made it so; None if it was never touched."""
    wish: SwitchChange | None
    """What waits for a second person."""
    would_go: int
    """Drafts that wait now and would have gone by themselves with it, and what it needs, on."""
    went: int
    """Notices that went out by this rung's rule in the last thirty days."""


def switched_on() -> frozenset[Switch]:
    """Every switch that is on now."""
    latest = SwitchChange.objects.filter(state=CONFIRMED).order_by("switch", "-pk")
    return frozenset(Switch(one.switch) for one in latest.distinct("switch") if one.turns_on)


def all_switches(now: datetime) -> tuple[SwitchView, ...]:
    """Every switch with its state and what it would do."""
    on = switched_on()
    confirmed = SwitchChange.objects.filter(state=CONFIRMED).order_by("switch", "-pk")
    latest = {
        one.switch: one
        for one in confirmed.select_related("proposed_by", "decided_by").distinct("switch")
    }
    wishes = {
        one.switch: one
        for one in SwitchChange.objects.filter(state=PROPOSED).select_related("proposed_by")
    }
    return tuple(
        SwitchView(
            switch=switch,
            is_on=switch in on,
            latest=latest.get(switch.value),
            wish=wishes.get(switch.value),
            would_go=_drafts_for(switch),
            went=Notice.objects.filter(
                approved_by_rule=f"rung {switch.value}", approved_at__gt=now - _COUNTED
            ).count(),
        )
        for switch in Switch
    )


def _drafts_for(switch: Switch) -> int:
    """Drafts of adults' open cases that a channel reaches, that may be sent, and need this switch.

    A draft that waits already stays a person's: it is counted to show what is to be expected.
    """
    waiting = Notice.objects.filter(
        state=NoticeState.DRAFT,
        why_not="",
        sighting__case__status=CaseStatus.OPEN,
        sighting__case__age_group=AgeGroup.ADULT,
    ).exclude(Q(channel="") | Q(law_id__in=[law.id for law in copyright_laws()]))
    if switch is Switch.FIRST_NOTICE:
        return waiting.exclude(sighting__notices__sent_at__isnull=False).count()
    if switch is Switch.COMPLAINT:
        return waiting.filter(rung="regulator", law_id="").count()
    return waiting.filter(rung=switch.value).exclude(law_id="").count()
