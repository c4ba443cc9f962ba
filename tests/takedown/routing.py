"""Two cases, two places and the packs that ship, to choose routes among."""

from dataclasses import replace
from datetime import UTC, datetime

from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import (
    CaseFacts,
    ChosenRoute,
    NoRoute,
    PastNotice,
    SightingFacts,
    choose_route,
)
from jikimi.venues.packs import LawId, Packs, RecipientId, load_packs

PACKS = load_packs()
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
TELEGRAM, X, D4U = RecipientId("telegram"), RecipientId("x"), RecipientId("d4u")
NCMEC, INHOPE = RecipientId("ncmec-take-it-down"), RecipientId("inhope")
DSA, US, KR = LawId("eu-dsa-16"), LawId("us-take-it-down"), LawId("kr-tba-22-5")
DMCA = LawId("us-dmca-512")
S = NoticeState

ADULT = CaseFacts(
    minor=False,
    situation="fake",
    country="KR",
    language="ko",
    consents=frozenset({"centre", "platforms"}),
    withdrawn=False,
)
MINOR = replace(ADULT, minor=True)
ROOM = SightingFacts(url="https://t.me/room/5", host="t.me", kind="link")
POST = SightingFacts(url="https://x.com/a/status/1", host="x.com", kind="link")


def past(recipient: RecipientId, law: LawId | None, state: NoticeState) -> PastNotice:
    return PastNotice(recipient_id=recipient, law_id=law, state=state)


def route(
    sighting: SightingFacts = ROOM,
    case: CaseFacts = ADULT,
    *history: PastNotice,
    packs: Packs = PACKS,
    now: datetime = NOW,
) -> ChosenRoute:
    chosen = choose_route(sighting, case, packs, history, now)
    assert isinstance(chosen, ChosenRoute), chosen
    return chosen


def no_route(sighting: SightingFacts = ROOM, case: CaseFacts = ADULT, *history: PastNotice) -> str:
    chosen = choose_route(sighting, case, PACKS, history, NOW)
    assert isinstance(chosen, NoRoute), chosen
    return chosen.because


def with_recipient(id_: RecipientId, **changes: object) -> Packs:
    changed = replace(PACKS.recipients[id_], **changes)  # type: ignore[arg-type]
    return replace(PACKS, recipients={**PACKS.recipients, id_: changed})


def with_law(id_: LawId, **changes: object) -> Packs:
    return replace(PACKS, laws={**PACKS.laws, id_: replace(PACKS.laws[id_], **changes)})  # type: ignore[arg-type]


def without_hotlines(packs: Packs, *names: str) -> Packs:
    return replace(
        packs, recipients={id_: one for id_, one in packs.recipients.items() if id_ not in names}
    )
