"""Notices that go by themselves, because two people have switched that on for their rung.

The same approval with the same checks as a caseworker's; whatever it refuses waits for one.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import prefetch_related_objects

from jikimi.cases.lookups import (
    known_from_minors_cases,
    pictures_and_frames,
    resembles_a_minors,
)
from jikimi.cases.models import Case
from jikimi.takedown.actions.approving import Yes, approve_held
from jikimi.takedown.actions.moving import held_of, locked_together
from jikimi.takedown.asking_once import asking_once, once
from jikimi.takedown.channels import BY_HAND
from jikimi.takedown.contacts import packs_for, read_registries_about
from jikimi.takedown.errors import TakedownError
from jikimi.takedown.letters import route_now
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.by_rule import Goes, Switch, Waits, by_rule
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.switches.lookups import switched_on


def approve_by_rule(case: Case, notice_ids: Collection[UUID], *, now: datetime) -> int:
    """Send what may go by itself of some fresh drafts of a held case; return how many went.

    What is refused, alone or together, stays a draft for a caseworker.
    """
    if not notice_ids or not (on := switched_on()):
        return 0
    by_yes: dict[str, list[Notice]] = {}
    with asking_once():
        notices = held_of(case, Notice.objects.filter(pk__in=notice_ids, sighting__case=case))
        prefetch_related_objects(notices, "sighting__notices__letter")
        read_registries_about(notice.sighting for notice in notices)
        minors = known_from_minors_cases(notice.sighting.address for notice in notices)
        for notice in notices:
            may_show_a_minor = notice.sighting.address in minors
            verdict = _verdict(notice, on, now, may_show_a_minor=may_show_a_minor)
            if isinstance(verdict, Goes):
                by_yes.setdefault(verdict.rule, []).append(notice)
        return sum(_approve(held, rule, now) for rule, held in by_yes.items())


def _verdict(
    notice: Notice, on: frozenset[Switch], now: datetime, *, may_show_a_minor: bool
) -> Goes | Waits:
    if notice.state != NoticeState.DRAFT or notice.channel == BY_HAND:
        return Waits(because="it is no draft, or no channel reaches its recipient")
    if notice.is_edited:
        return Waits(because="a caseworker has edited it and is at work on it")
    try:
        route = route_now(notice, now)
    except TakedownError as error:
        return Waits(because=str(error))
    sighting = notice.sighting
    law = packs_for(sighting).laws.get(route.law_id) if route.law_id else None
    return by_rule(
        route,
        law,
        minor=sighting.case.is_minor or may_show_a_minor or _resembles_a_minors(sighting.case),
        first=all(one.sent_at is None for one in sighting.notices.all()),
        on=on,
        helped=bool(sighting.case.helper),
    )


@once
def _resembles_a_minors(case: Case) -> bool:
    return resembles_a_minors(pictures_and_frames(case))


def _approve(held: list[Notice], rule: str, now: datetime) -> int:
    """Approve together, in as few letters as may be; if that is refused, each by itself."""
    if _may_be_approved(held, rule, now):
        return len(held)
    if len(held) == 1:
        return 0
    # Read anew: what was refused may have been changed in memory by then.
    return sum(_may_be_approved(locked_together([one.pk]), rule, now) for one in held)


def _may_be_approved(held: list[Notice], rule: str, now: datetime) -> bool:
    try:
        with transaction.atomic():
            approve_held(held, Yes(rule=rule), now)
    except TakedownError:
        return False
    return True
