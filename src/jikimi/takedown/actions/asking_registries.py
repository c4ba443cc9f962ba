"""Asking the public registries who runs a host, and again once their answer is no good any more.

Only the host's name leaves, never the link; and only where the rules have come to ask.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.takedown.actions.drafting import draft_unless_claimed
from jikimi.takedown.actions.jobs import ask_for_registries, ask_to_go_on
from jikimi.takedown.actions.moving import held_of, move_together
from jikimi.takedown.choosing import route_for
from jikimi.takedown.contacts import contacts_of
from jikimi.takedown.facts import sighting_facts
from jikimi.takedown.rdap import RdapLookup, RegistriesSilent, RegistryContact
from jikimi.takedown.rdap.again import ask_again_at
from jikimi.takedown.rdap.answers import LONGEST_SOURCE
from jikimi.takedown.rdap.models import RegistryAnswer
from jikimi.takedown.rules.notice import STOPPABLE, NoticeState
from jikimi.takedown.rules.route import ChosenRoute, NoRoute
from jikimi.takedown.rules.rungs import name_for_registries
from jikimi.trail.actions import record

_AT_ONCE = 20
_NOBODY_NEEDS_IT = timedelta(days=1)


def ask_registries_about(sighting_id: UUID, lookup: RdapLookup, *, now: datetime) -> None:
    """Ask who runs a place's host, keep the answer, and draft what follows from it."""
    sighting = Sighting.objects.select_related("case").filter(pk=sighting_id).first()
    if sighting is None or sighting.case.status != CaseStatus.OPEN:
        return
    name = name_for_registries(sighting_facts(sighting))
    if name is None or not _is_to_be_asked(sighting, now):
        go_on(sighting, now)
        return
    trouble = ""
    contacts: tuple[RegistryContact, ...] = ()
    try:
        contacts = lookup.contacts_for(name)
    except RegistriesSilent as silent:
        trouble, contacts = silent.because, silent.contacts
    _keep(sighting, contacts, trouble, now)


def ask_registries_again(now: datetime) -> int:
    """Ask for a question about each host whose answer was trouble or is too old; how many.

    One place of an open case stands for all on its host, never a minor's. Where there is none,
    tomorrow is soon enough to see whether there is one.
    """
    due = RegistryAnswer.objects.filter(ask_again_at__lte=now).order_by("ask_again_at")
    hosts = list(due.values_list("host", flat=True)[:_AT_ONCE])
    if not hosts:
        return 0
    needed = {one.host: one.pk for one in _one_of_each(hosts) if _may_be_asked_again_for(one)}
    for sighting_id in needed.values():
        ask_for_registries(sighting_id)
    RegistryAnswer.objects.filter(host__in=set(hosts) - needed.keys()).update(
        ask_again_at=now + _NOBODY_NEEDS_IT
    )
    return len(needed)


def go_on_elsewhere(sighting: Sighting) -> None:
    """Something new is known of its host: every other place there goes on, too, each in its turn.

    A job each, so that nobody holds two cases. One that she has paused follows when she goes on.
    """
    others = Sighting.objects.filter(
        host=sighting.host, case__status=CaseStatus.OPEN, case__paused_at=None
    ).exclude(pk=sighting.pk)
    ask_to_go_on(others.order_by("pk").values_list("pk", flat=True))


def go_on_after_a_pause(case: Case) -> None:
    """What became known of a case's hosts while she had paused it is heeded now."""
    known = RegistryAnswer.objects.values("host")
    places = case.sightings.filter(host__in=known).order_by("pk")
    ask_to_go_on(places.values_list("pk", flat=True))


def _one_of_each(hosts: Iterable[str]) -> QuerySet[Sighting]:
    """Of each host's places in open cases one for all whose cases allow the same.

    A host may have thousands.
    """
    allow_the_same = ("host", "case__age_group", "case__helper", "case__authority")
    confirmed_first = F("case__authority_confirmed_at").asc(nulls_last=True)
    return (
        Sighting.objects.select_related("case")
        .filter(host__in=hosts, case__status=CaseStatus.OPEN, case__paused_at=None)
        .order_by(*allow_the_same, confirmed_first)
        .distinct(*allow_the_same)
    )


def _may_be_asked_again_for(sighting: Sighting) -> bool:
    """Nobody is asked on behalf of a minor, or of somebody who has not agreed, by the clock."""
    return not sighting.case.is_minor and sighting.case.may_be_acted_on


def _is_to_be_asked(sighting: Sighting, now: datetime) -> bool:
    """Whether the rules have come to ask, or their answer is due to be asked for again."""
    answer = RegistryAnswer.objects.filter(host=sighting.host, asked_at__isnull=False).first()
    if answer:
        is_due = answer.ask_again_at is not None and answer.ask_again_at <= now
        return is_due and _may_be_asked_again_for(sighting)
    chosen = route_for(sighting, sighting.case, now=now)
    return isinstance(chosen, NoRoute) and chosen.ask_registries


@transaction.atomic
def go_on(sighting: Sighting, now: datetime) -> None:
    """More is known of its host than when this place was thought about: draft what follows.

    What has not left for an address that is nobody's any more makes room. The rules wait for
    whoever owes an answer. Where a caseworker has cancelled a notice, or somebody says that the
    picture is gone, a person or a look goes first.
    """
    case = hold_case(sighting.case_id)
    sighting.refresh_from_db()
    if case.status != CaseStatus.OPEN:
        return
    if sighting.claimed_gone_at is None:
        _make_room(case, sighting, now)
    is_cancelled = sighting.notices.filter(state=NoticeState.CANCELLED, replaced=False).exists()
    if not is_cancelled and isinstance(route_for(sighting, case, now=now), ChosenRoute):
        draft_unless_claimed([sighting.pk], now=now)


def _make_room(case: Case, sighting: Sighting, now: datetime) -> None:
    """Cancel what has not left for an address at its host that is nobody's any more."""
    nobodys = [one.recipient_id for one in contacts_of(sighting) if one.is_nobodys]
    if not nobodys:
        return
    waiting = sighting.notices.filter(recipient_id__in=nobodys, state__in=sorted(STOPPABLE))
    outdated = held_of(case, waiting)
    for notice in outdated:
        notice.replaced = True
    move_together(outdated, NoticeState.CANCELLED, now=now)


@transaction.atomic
def _keep(
    sighting: Sighting, contacts: tuple[RegistryContact, ...], trouble: str, now: datetime
) -> None:
    case = hold_case(sighting.case_id)
    RegistryAnswer.objects.get_or_create(host=sighting.host)
    answer = RegistryAnswer.objects.select_for_update().get(host=sighting.host)
    is_first = answer.asked_at is None
    answer.troubles = answer.troubles + 1 if trouble else 0
    answer.trouble, answer.asked_at = trouble, now
    answer.ask_again_at = ask_again_at(now, answer.troubles)
    answer.save()
    is_news = _keep_contacts(answer, contacts, now)
    record(
        "registries asked",
        at=now,
        case_ref=case.pk,
        sighting=str(sighting.pk),
        found=len(contacts),
    )
    if is_first and case.status == CaseStatus.OPEN:
        draft_unless_claimed([sighting.pk], now=now)
    elif is_news:
        go_on(sighting, now)
        go_on_elsewhere(sighting)


def _keep_contacts(
    answer: RegistryAnswer, contacts: tuple[RegistryContact, ...], now: datetime
) -> bool:
    """Keep what they gave out now; whether that is news: an address more, or one less.

    What they gave out earlier and leave out of a whole answer is written to no more.
    """
    known = set(answer.contacts.filter(gone_at=None).values_list("kind", "email"))
    for contact in contacts:
        answer.contacts.update_or_create(
            kind=contact.kind,
            email=contact.email,
            defaults={
                "name": contact.name,
                "source": contact.source[:LONGEST_SOURCE],
                "found_at": now,
                "gone_at": None,
                "entered_by": None,
            },
        )
    left_out = answer.contacts.filter(entered_by=None, gone_at=None, found_at__lt=now)
    fewer = 0 if answer.trouble else left_out.update(gone_at=now)
    return fewer > 0 or any((contact.kind, contact.email) not in known for contact in contacts)
