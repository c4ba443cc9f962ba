"""Recipients with their health and their figures; those that fail most surely come first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.utils import timezone

from jikimi.takedown.outcomes import (
    answers_at,
    authority_answers_at,
    courses_at,
    effects_at,
    not_seen_at,
)
from jikimi.takedown.recipient_notices import name_last_used, overdue_at
from jikimi.takedown.rules.effect import Effect, worst
from jikimi.takedown.rules.effect_over_time import FEWEST
from jikimi.takedown.rules.health import (
    Health,
    HealthState,
    health_of,
    known_not_to_work,
    passed_over_because,
)
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import LawId, Packs, Recipient, RecipientId
from jikimi.web.desk.recipient_plots import LawPlots, plots_of
from jikimi.web.desk.wording import Said

HEALTH: dict[HealthState, Said] = {
    HealthState.WORKING: Said(words="working", tone="ok"),
    HealthState.SLOW: Said(words="slow", tone="warn"),
    HealthState.STALLED: Said(words="stalled", tone="late"),
    HealthState.UNKNOWN: Said(words="too little known", tone="plain"),
}


@dataclass(frozen=True, kw_only=True)
class RecipientCard:
    """One recipient: how it does, and its figures law by law."""

    id: RecipientId
    name: str
    health: Health
    said: Said
    passed_over: str
    """That the ladder passes it over, and for whom; empty if it does not."""
    overdue: int
    """How many clocks have run out."""
    laws: tuple[LawPlots, ...]
    not_seen: int
    """Notices that ended by somebody's word; no figure counts them, as yes or as no."""


def cards_at(now: datetime) -> tuple[RecipientCard, ...]:
    """Everybody who was sent something in the last year, or is known to have stalled."""
    effects = effects_at(now)
    by_recipient = {
        id_: tuple(group) for id_, group in groupby(effects, key=attrgetter("recipient_id"))
    }
    stalled = {
        one.id
        for one in packs_in_use().recipients.values()
        if health_of(one, None).state is HealthState.STALLED
    }
    ids = sorted(
        {*by_recipient, *not_seen_at(now), *stalled}, key=lambda id_: _failing(id_, by_recipient)
    )
    overdue = overdue_at(now)
    return tuple(_card(id_, overdue.get(id_, 0), now) for id_ in ids)


def card_of(recipient_id: RecipientId, now: datetime) -> RecipientCard:
    """One recipient, known to the packs or not."""
    return _card(recipient_id, overdue_at(now).get(recipient_id, 0), now)


def _card(recipient_id: RecipientId, overdue: int, now: datetime) -> RecipientCard:
    packs, answers = packs_in_use(), answers_at(now)
    recipient = packs.recipients.get(recipient_id)
    own = next((one for one in answers if one.recipient_id == recipient_id), None)
    health = health_of(recipient, own)
    return RecipientCard(
        id=recipient_id,
        name=recipient.name if recipient else name_last_used(recipient_id) or recipient_id,
        health=health,
        said=HEALTH[health.state],
        passed_over=_passed_over(recipient, now),
        overdue=overdue,
        laws=tuple(_laws(recipient_id, packs, now)),
        not_seen=not_seen_at(now).get(recipient_id, 0),
    )


def _passed_over(recipient: Recipient | None, now: datetime) -> str:
    if recipient is None:
        return ""
    if not passed_over_because(recipient, authority_answers_at(now), as_authority=True):
        return ""
    if recipient.kind == "hotline" and not known_not_to_work(recipient):
        return "The ladder passes it over for adults; of a minor's picture it is told in any case."
    return "The ladder passes it over."


def _laws(recipient_id: RecipientId, packs: Packs, now: datetime) -> Iterable[LawPlots]:
    courses = {
        one.law_id: one
        for one in courses_at(now, timezone.get_current_timezone())
        if one.recipient_id == recipient_id
    }
    effects = [one for one in effects_at(now) if one.recipient_id == recipient_id]
    for effect in sorted(effects, key=_how_bad):
        yield plots_of(_title(effect.law_id, packs), effect, courses.get(effect.law_id))


def _title(law_id: LawId | None, packs: Packs) -> str:
    law = packs.laws.get(law_id) if law_id else None
    return law.title["en"] if law else law_id or "Report or complaint without a law"


def _failing(
    id_: RecipientId, effects: dict[RecipientId, tuple[Effect, ...]]
) -> tuple[tuple[object, ...], RecipientId]:
    """The worst law of a recipient decides; those with nothing to show come last."""
    return min((_how_bad(one) for one in effects.get(id_, ())), default=(True, True)), id_


def _how_bad(effect: Effect) -> tuple[object, ...]:
    return False, effect.n < FEWEST, *worst(effect)
