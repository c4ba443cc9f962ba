"""Each law that ships is reached by somebody's case: data that no code uses helps nobody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from jikimi.takedown.rules.clock import clock_from_order
from jikimi.takedown.rules.law_choice import laws_covering
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import (
    CaseFacts,
    ChosenRoute,
    PastNotice,
    SightingFacts,
    choose_route,
)
from jikimi.venues.packs import LawPack, load_packs

PACKS = load_packs()
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
ADULT = CaseFacts(
    minor=False,
    situation="recording",
    country=None,
    language="en",
    consents=frozenset({"centre", "platforms", "police"}),
    withdrawn=False,
    owns_copyright=True,
)
TELEGRAM = SightingFacts(url="https://t.me/room/5", host="t.me", kind="link")


@pytest.mark.parametrize("law", PACKS.laws.values(), ids=lambda law: law.id)
def test_each_law_that_ships_is_reached_by_somebodys_case(law: LawPack) -> None:
    assert any(
        is_used(law, case, sighting) for case in cases_of(law) for sighting in places_of(law)
    )


def cases_of(law: LawPack) -> Iterator[CaseFacts]:
    for subject in sorted(law.subjects):
        for country in sorted(law.countries) or [None]:
            yield replace(ADULT, minor=subject == "minor", country=country)


def places_of(law: LawPack) -> Iterator[SightingFacts]:
    """A post on Telegram, then one on each platform that is written to under the law."""
    yield TELEGRAM
    for recipient in PACKS.recipients.values():
        if recipient.kind == "platform" and law.id in recipient.laws_ranked:
            host = recipient.domains[0]
            yield SightingFacts(url=f"https://{host}/a/1", host=host, kind="link")


def is_used(law: LawPack, case: CaseFacts, sighting: SightingFacts) -> bool:
    """Follow a case on which everybody refuses: a notice, a hotline's clock, or a step of hers."""
    history: tuple[PastNotice, ...] = ()
    while isinstance(chosen := choose_route(sighting, case, PACKS, history, NOW), ChosenRoute):
        if chosen.law_id == law.id or begins_with_an_order(law, chosen, case):
            return True
        to, under = chosen.recipient_id, chosen.law_id
        history += (PastNotice(recipient_id=to, law_id=under, state=NoticeState.REFUSED),)
    return f"she applies herself under {law.title['en']}" in chosen.because


def begins_with_an_order(law: LawPack, chosen: ChosenRoute, case: CaseFacts) -> bool:
    """Tell whether a report of a minor's picture under no law may still start this law's clock."""
    own = laws_covering(PACKS.recipients[chosen.recipient_id], case, PACKS)
    return chosen.law_id is None and law in own and clock_from_order(law) is not None
