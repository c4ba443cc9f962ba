"""What holds of every route, whatever case, place, history and state of the packs comes in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jikimi.takedown.rules.notice import OPEN
from jikimi.takedown.rules.route import (
    CaseFacts,
    ChosenRoute,
    PastNotice,
    SightingFacts,
    choose_route,
)
from jikimi.venues.pack_values import LawPack, Recipient, Status
from jikimi.venues.packs import LawId, Packs, RecipientId
from tests.takedown.routing import (
    D4U,
    DMCA,
    DSA,
    INHOPE,
    KR,
    NCMEC,
    NOW,
    PACKS,
    POST,
    ROOM,
    TELEGRAM,
    US,
    S,
    X,
    past,
    with_recipient,
)

SIGHTINGS = (
    ROOM,
    POST,
    replace(ROOM, live=False),
    SightingFacts(url="https://t.me/+AbC", host="t.me", kind="link"),
    SightingFacts(url="https://a.example/", host="a.example", kind="link"),
    SightingFacts(url="https://d4u.stop.or.kr/x", host="d4u.stop.or.kr", kind="link"),
    SightingFacts(url="@room", host="", kind="handle"),
)
STATUSES: tuple[Status, ...] = ("verified", "unverified", "degraded", "dead", "stand_in")
some_history = st.lists(
    st.builds(
        past,
        st.sampled_from([TELEGRAM, X, D4U, NCMEC, INHOPE, RecipientId("gone")]),
        st.sampled_from([DSA, US, KR, None]),
        st.sampled_from(S),
    ),
    max_size=6,
).map(tuple)
some_case = st.builds(
    CaseFacts,
    minor=st.booleans(),
    situation=st.sampled_from(["fake", "recording", "unknown"]),
    country=st.sampled_from([None, "KR", "kr", "US", "AU", "IN", "ID", "ZZ"]),
    language=st.just("ko"),
    consents=st.frozensets(st.sampled_from(["platforms", "police", "block_list", "centre"])),
    withdrawn=st.booleans(),
    owns_copyright=st.booleans(),
)
some_packs = st.builds(
    lambda one, status, days, first: with_recipient(
        one,
        status=status,
        review=replace(PACKS.recipients[one].review, expires=NOW.date() + timedelta(days=days)),
        laws_ranked=first + PACKS.recipients[one].laws_ranked,
    ),
    st.sampled_from([TELEGRAM, X, D4U, NCMEC]),
    st.sampled_from(STATUSES),
    st.integers(-2, 2),
    st.sampled_from([(), (LawId("us-dmca-512"),)]),
)
some_time = st.sampled_from([NOW, NOW + timedelta(days=200), NOW + timedelta(days=400)])
HAS_LEFT = {S.SENT, S.ACKNOWLEDGED, S.OVERDUE, S.REFUSED}


@given(st.sampled_from(SIGHTINGS), some_case, some_packs, some_history, some_time)
def test_whatever_comes_in_the_promises_hold(
    sighting: SightingFacts,
    case: CaseFacts,
    packs: Packs,
    history: tuple[PastNotice, ...],
    now: datetime,
) -> None:
    chosen = choose_route(sighting, case, packs, history, now)

    assert chosen.because.startswith("Because ")
    assert chosen.because.endswith(".")
    if isinstance(chosen, ChosenRoute):
        assert list(broken_promises(chosen, case, packs, history, now)) == []


def broken_promises(
    chosen: ChosenRoute,
    case: CaseFacts,
    packs: Packs,
    history: tuple[PastNotice, ...],
    now: datetime,
) -> Iterator[str]:
    recipient = packs.recipients[chosen.recipient_id]
    law = packs.laws[chosen.law_id] if chosen.law_id else None
    hotline, police = recipient.kind == "hotline", chosen.rung == "police"
    told = any(past.state in HAS_LEFT and past.recipient_id in {D4U, NCMEC} for past in history)
    if case.withdrawn:
        yield "sent after withdrawal"
    if police != recipient.is_police and not (case.minor and hotline):
        yield "the police are taken for somebody else"
    if police and ("police" not in case.consents or chosen.auto_send or law):
        yield "the police are told without her yes, without a person, or under a law"
    if not police and (not hotline or not case.minor) and "platforms" not in case.consents:
        yield "a platform was told without consent"
    if case.minor and not hotline and not told:
        yield "a platform hears of a minor before a hotline"
    of_her_law = law and (case.country or "").upper() in law.countries
    abroad = chosen.rung == "partner" and not recipient.is_police and not chosen.auto_send
    abroad = abroad and (case.country or "").upper() not in recipient.serves
    if hotline and not case.minor and not police and not abroad and not of_her_law:
        yield "an adult was reported to a hotline for minors"
    needed = {"police"} if recipient.run_by_police else {"centre", "police"}
    if hotline and (chosen.may_send or recipient.run_by_police) and not case.consents & needed:
        yield "a hotline was told without consent"
    if law and law.asks_for_ownership and (case.minor or not case.owns_copyright):
        yield "copyright without her word, or for a minor"
    yield from broken_by_status(chosen, recipient, now.date())
    if chosen.may_send and law and (law.status != "verified" or law.review.expired_on(now.date())):
        yield "sent under an unverified or expired law"
    yield from broken_by_hand(chosen, recipient, law, now.date())
    if chosen.may_send == (chosen.why_not is not None):
        yield "may_send and why_not disagree"
    for earlier in history:
        same = (earlier.recipient_id, earlier.law_id) == (chosen.recipient_id, chosen.law_id)
        if same and earlier.state in OPEN:
            yield "the same notice twice"


def broken_by_status(chosen: ChosenRoute, recipient: Recipient, today: date) -> Iterator[str]:
    if recipient.id == INHOPE:
        yield "a report to a list that takes none"
    if recipient.status == "dead":
        yield "somebody is written to who takes no notices any more"
    if chosen.may_send and recipient.status in {"unverified", "degraded"}:
        yield "sent to an unverified recipient"
    if chosen.may_send and recipient.review.expired_on(today):
        yield "sent to an expired recipient"


def broken_by_hand(
    chosen: ChosenRoute, recipient: Recipient, law: LawPack | None, today: date
) -> Iterator[str]:
    if (recipient.status == "unverified") != (recipient.id in chosen.unread):
        yield "an unverified recipient that nobody is asked to compare"
    if law and (law.status != "verified") != (law.id in chosen.unread):
        yield "an unverified law that nobody is asked to compare"
    too_old = [one for one in (recipient, law) if one and one.review.expired_on(today)]
    if not chosen.not_by_hand and (too_old or (law and not law.in_force_on(today))):
        yield "handed over under what has expired or is not in force"


@given(
    st.lists(st.frozensets(st.sampled_from([DSA, US, KR, DMCA])), min_size=1, max_size=3),
    some_case,
)
def test_no_notice_takes_a_route_that_is_for_another_law(
    laws: list[frozenset[LawId]], case: CaseFacts
) -> None:
    mail = replace(PACKS.recipients[TELEGRAM].routes[0], subjects=frozenset({"adult", "minor"}))
    ways = {f"way-{at}": own for at, own in enumerate(laws)}
    routes = tuple(replace(mail, id=id_, laws=own) for id_, own in ways.items())
    packs = with_recipient(TELEGRAM, routes=routes)

    chosen = choose_route(ROOM, case, packs, (past(D4U, None, S.SENT),), NOW)

    if isinstance(chosen, ChosenRoute) and chosen.recipient_id == TELEGRAM:
        best = [id_ for id_, own in ways.items() if chosen.law_id in own]
        best += [id_ for id_, own in ways.items() if not own]
        assert chosen.route_id == best[0]
