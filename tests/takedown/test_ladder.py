"""Who is next when a platform does nothing, and why."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import (
    CaseFacts,
    ChosenRoute,
    NoRoute,
    PastNotice,
    SightingFacts,
    choose_route,
)
from jikimi.takedown.rules.route_values import HostContact
from jikimi.takedown.rules.rungs import RANKS, name_for_registries
from jikimi.venues.pack_values import AskAuthority, Escalation, Recipient
from jikimi.venues.packs import LawId, Packs, RecipientId
from tests.takedown.routing import ADULT, D4U, DSA, NOW, PACKS, ROOM, TELEGRAM, US, S

CLOUDFLARE, SEARCH = RecipientId("cloudflare"), RecipientId("google-search")
FTC = RecipientId("ftc")
HOSTER, REGISTRAR = RecipientId("found-1"), RecipientId("found-2")
FOUND = (
    HostContact(step="registrar", recipient_id=REGISTRAR),
    HostContact(step="host", recipient_id=HOSTER),
)
NOWHERE = SightingFacts(
    url="https://a.example/1",
    host="a.example",
    kind="link",
    fallback=("host", "registrar"),
)

ASKED = replace(NOWHERE, registries_asked=True)


def found(id_: RecipientId, kind: str, **changes: object) -> Recipient:
    like = replace(
        PACKS.recipients[TELEGRAM],
        id=id_,
        name=f"Found {kind}",
        kind=kind,  # type: ignore[arg-type]
        domains=(),
        laws_ranked=(DSA, LawId("recipient-terms")),
        fallback=(),
    )
    return replace(like, **changes)  # type: ignore[arg-type]


def packs(*others: Recipient, fallback: tuple[str, ...] = (), **changes: object) -> Packs:
    """The shipped packs, where Telegram answers to one law only and has this fallback.

    No authority of Korea applies a law itself.
    """
    quiet_centre = replace(PACKS.recipients[D4U], laws_ranked=())
    first = replace(PACKS.recipients[TELEGRAM], laws_ranked=(US,), fallback=fallback)
    first = replace(first, **changes)  # type: ignore[arg-type]
    quiet = replace(PACKS.laws[US], escalate=())
    return replace(
        PACKS,
        laws={**PACKS.laws, US: quiet},
        recipients={**PACKS.recipients, TELEGRAM: first, D4U: quiet_centre}
        | {one.id: one for one in others},
    )


def told(
    recipient: RecipientId, law: LawId | None = US, state: NoticeState = S.OVERDUE
) -> PastNotice:
    return PastNotice(
        recipient_id=recipient,
        law_id=law,
        state=state,
        reference="JK-1",
        sent_at=NOW - timedelta(days=4),
        due_at=NOW - timedelta(days=2),
        ended_at=NOW - timedelta(days=3) if state is S.REFUSED else None,
    )


def climb(known: Packs, *history: PastNotice, sighting: SightingFacts = ROOM) -> ChosenRoute:
    chosen = choose_route(sighting, ADULT, known, history, NOW)
    assert isinstance(chosen, ChosenRoute), chosen
    return chosen


def stop(known: Packs, *history: PastNotice, sighting: SightingFacts = ROOM) -> NoRoute:
    chosen = choose_route(sighting, ADULT, known, history, NOW)
    assert isinstance(chosen, NoRoute), chosen
    return chosen


def test_another_law_at_the_same_recipient_comes_before_anybody_else() -> None:
    known = packs(fallback=("google-search",), laws_ranked=(US, DSA))

    assert climb(known, told(TELEGRAM)).recipient_id == TELEGRAM
    assert climb(known, told(TELEGRAM)).law_id == DSA


def test_after_a_platform_that_did_nothing_its_fallback_is_next_with_the_history() -> None:
    chosen = climb(packs(fallback=("google-search",)), told(TELEGRAM))

    assert (chosen.recipient_id, chosen.rung) == (SEARCH, "search")
    assert chosen.because.startswith(
        "Because Telegram did not take it down, the next rung is the search engine"
    )
    assert "Notice JK-1 went to Telegram under" in chosen.because
    assert "on 2026-11-17, its clock ran out on 2026-11-19." in chosen.because
    assert chosen.earlier == (told(TELEGRAM),)


def test_a_refusal_is_quoted_with_its_day() -> None:
    chosen = climb(packs(fallback=("google-search",)), told(TELEGRAM, state=S.REFUSED))

    assert "refused on 2026-11-18." in chosen.because


def test_the_rungs_go_from_the_delivery_network_to_the_regulator_whatever_the_packs_order() -> None:
    known = packs(
        found(HOSTER, "host"),
        found(REGISTRAR, "registrar"),
        fallback=("ftc", "google-search", "registrar", "host", "cloudflare"),
    )
    sighting = replace(ROOM, contacts=FOUND, registries_asked=True)
    history = [told(TELEGRAM)]
    order = []
    for _ in range(8):
        chosen = choose_route(sighting, ADULT, known, tuple(history), NOW)
        if isinstance(chosen, NoRoute):
            break
        order.append(chosen.rung)
        history.append(told(chosen.recipient_id, chosen.law_id))
    assert order == sorted(order, key=RANKS.index)
    assert {"cdn", "host", "registrar", "search", "regulator"} <= set(order)


def test_a_stalled_authority_is_passed_over_and_the_reason_says_so() -> None:
    stalled = replace(PACKS.recipients[FTC], status="degraded")
    known = packs(stalled, found(HOSTER, "regulator", domains=()), fallback=("ftc", "found-1"))

    chosen = climb(known, told(TELEGRAM))

    assert chosen.recipient_id == HOSTER
    assert f"Passed over: {stalled.name}, which is known not to work at present." in chosen.because


def test_a_stalled_platform_is_passed_over_for_whoever_comes_after_it() -> None:
    known = packs(fallback=("google-search",), status="degraded")

    chosen = climb(known)

    assert chosen.recipient_id == SEARCH
    assert "Telegram is passed over, as known not to work at present" in chosen.because


def test_a_stalled_platform_is_not_asked_while_whoever_comes_after_it_has_a_notice() -> None:
    known = packs(fallback=("google-search",), status="degraded")

    because = stop(known, told(SEARCH, LawId("recipient-terms"), S.SENT)).because

    assert "already has a notice about this link" in because


def test_a_stalled_hotline_is_passed_over_for_another_and_the_reason_says_so() -> None:
    stalled = replace(PACKS.recipients[D4U], status="degraded")
    others = {id_: one for id_, one in PACKS.recipients.items() if "KR" not in one.serves}
    minor = replace(ADULT, minor=True)

    chosen = choose_route(ROOM, minor, replace(PACKS, recipients={**others, D4U: stalled}), (), NOW)
    alone = choose_route(ROOM, minor, replace(PACKS, recipients={D4U: stalled}), (), NOW)

    assert isinstance(chosen, ChosenRoute)
    assert chosen.recipient_id == RecipientId("cybertipline")
    assert f"not to work at present: {stalled.name}." in chosen.because
    assert isinstance(alone, ChosenRoute)
    assert (alone.recipient_id, alone.may_send) == (D4U, False)


def test_where_only_a_stalled_authority_is_left_a_person_is_told_so() -> None:
    stalled = replace(PACKS.recipients[FTC], status="degraded")

    because = stop(packs(stalled, fallback=("ftc",)), told(TELEGRAM)).because

    assert "a person's" in because
    assert f"Passed over: {stalled.name}" in because


def test_nobody_higher_is_written_to_while_a_rung_owes_an_answer() -> None:
    known = packs(fallback=("google-search", "bing"))

    waits = stop(known, told(TELEGRAM), told(SEARCH, LawId("recipient-terms"), S.SENT))

    assert "nobody else is written to" in waits.because


def test_a_rung_whose_notice_was_cancelled_comes_last() -> None:
    known = packs(fallback=("google-search", "bing"))
    cancelled = told(SEARCH, LawId("recipient-terms"), S.CANCELLED)

    assert climb(known, told(TELEGRAM), cancelled).recipient_id == RecipientId("bing")


def test_who_has_removed_it_is_not_asked_again_unless_it_is_back() -> None:
    known = packs(fallback=("google-search", "bing"))
    history = (told(TELEGRAM), told(SEARCH, LawId("recipient-terms"), S.REMOVED))

    assert climb(known, *history).recipient_id == RecipientId("bing")
    assert climb(known, *history, sighting=replace(ROOM, live=True)).recipient_id == SEARCH


@pytest.mark.parametrize(
    ("whose", "end"),
    [("recipient", "on 2026-11-17, said to be removed, not seen by us."), ("she", "2026-11-17.")],
)
def test_who_is_only_said_to_have_removed_it_is_asked_again_and_not_told_as_found(
    whose: str, end: str
) -> None:
    known = packs(fallback=("google-search", "bing"))
    terms = told(SEARCH, LawId("recipient-terms"), S.REMOVED)
    said = replace(terms, ended_at=NOW, on_word_of=whose)
    reached = climb(known, told(TELEGRAM), said)
    assert reached.recipient_id == SEARCH
    assert "found removed" not in reached.because
    assert reached.because.endswith(end) or f"{end} " in reached.because


def test_the_law_that_was_ignored_leads_to_its_regulator_as_a_complaint_by_hand() -> None:
    known = packs()
    known = replace(known, laws={**known.laws, US: PACKS.laws[US]})

    chosen = climb(known, told(TELEGRAM))

    assert (chosen.recipient_id, chosen.rung, chosen.law_id) == (FTC, "regulator", None)
    assert chosen.complaint
    assert not chosen.auto_send


def test_a_regulator_is_told_only_where_the_centre_or_the_police_may_act() -> None:
    alone = replace(ADULT, consents=frozenset({"platforms"}))

    chosen = choose_route(ROOM, alone, packs(fallback=("ftc",)), (told(TELEGRAM),), NOW)

    assert isinstance(chosen, NoRoute)
    assert "has not agreed that the centre acts for her" in chosen.because


def test_an_escalation_after_a_refusal_does_not_follow_a_silence() -> None:
    known = packs()
    only_refused = replace(
        PACKS.laws[US], escalate=(Escalation(after="refused", to="ftc", note=None),)
    )
    known = replace(known, laws={**known.laws, US: only_refused})

    assert "a person's" in stop(known, told(TELEGRAM)).because
    assert climb(known, told(TELEGRAM, state=S.REFUSED)).recipient_id == FTC


def test_a_host_that_nobody_answers_for_is_looked_up_in_the_registries() -> None:
    chosen = stop(PACKS, sighting=NOWHERE)

    assert chosen.ask_registries
    assert "registries are asked" in chosen.because


def test_what_the_registries_found_is_written_to_host_first() -> None:
    known = packs(found(HOSTER, "host", status="unverified"), found(REGISTRAR, "registrar"))
    sighting = replace(ASKED, contacts=FOUND)

    chosen = climb(known, sighting=sighting)
    after = climb(
        known,
        told(HOSTER, DSA),
        told(HOSTER, LawId("recipient-terms")),
        sighting=sighting,
    )

    assert (chosen.recipient_id, chosen.rung, chosen.law_id) == (HOSTER, "host", DSA)
    assert not chosen.may_send
    assert after.recipient_id == REGISTRAR


def test_where_the_registries_know_nobody_either_a_person_is_told_what_to_do() -> None:
    chosen = stop(packs(), sighting=ASKED)

    assert not chosen.ask_registries
    assert "the host, or the registrar" in chosen.because


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("a.example", "a.example"),
        ("a.example:8080", "a.example"),
        ("8.8.8.8", "8.8.8.8"),
        ("[2606:4700::1]", "2606:4700::1"),
        ("127.0.0.1:8000", None),
        ("10.1.2.3", None),
        ("[::1]", None),
        ("localhost", None),
        ("abc.onion", None),
        ("not a host", None),
        ("", None),
    ],
)
def test_registries_are_asked_only_about_what_is_public(host: str, name: str | None) -> None:
    assert name_for_registries(replace(NOWHERE, host=host)) == name


# --- Authorities of her country

AUTHORITIES = {"AU": "esafety", "TW": "siarc", "ID": "komdigi", "KR": "d4u"}
ESAFETY, AU_LAW = RecipientId("esafety"), LawId("au-osa-77")
HER_LAWS = {"AU": AU_LAW, "TW": "tw-sacpa-13", "ID": "id-12-2022-14", "KR": "kr-tba-22-5-body"}


def living_in(country: str) -> CaseFacts:
    return replace(ADULT, country=country)


def asked(
    case: CaseFacts, *history: PastNotice, known: Packs = PACKS, sighting: SightingFacts = ROOM
) -> ChosenRoute:
    chosen = choose_route(sighting, case, known, history, NOW)
    assert isinstance(chosen, ChosenRoute), chosen
    return chosen


def by_turn(turn: AskAuthority) -> Packs:
    """Telegram with one law and a network above it; the Australian law has this turn."""
    known = packs(fallback=("cloudflare",))
    laws = {**known.laws, AU_LAW: replace(known.laws[AU_LAW], ask_authority=turn)}
    return replace(known, laws=laws)


@pytest.mark.parametrize("country", sorted(AUTHORITIES))
def test_an_adults_picture_reaches_the_authority_that_applies_a_law_of_her_country(
    country: str,
) -> None:
    history: list[PastNotice] = []
    for _ in range(12):
        chosen = asked(living_in(country), *history)
        if chosen.recipient_id == AUTHORITIES[country]:
            break
        history.append(told(chosen.recipient_id, chosen.law_id))
    assert (chosen.rung, chosen.law_id) == ("regulator", HER_LAWS[country])
    assert not chosen.complaint


def test_an_authority_that_waits_for_nobody_is_asked_beside_the_platform() -> None:
    case = living_in("AU")
    first = asked(case)
    beside = asked(case, told(TELEGRAM, DSA, S.DRAFT))

    assert (first.recipient_id, first.another_at_once) == (TELEGRAM, True)
    assert (beside.recipient_id, beside.law_id, beside.rung) == (ESAFETY, AU_LAW, "regulator")
    assert not beside.another_at_once
    assert beside.because.startswith(
        "Because section 77 of the Australian Online Safety Act 2021 protects people where she "
        "lives, and eSafety Commissioner applies it without waiting for Telegram, it is asked"
    )


def test_an_authority_that_was_asked_at_once_holds_nobody_else_up() -> None:
    known, case = by_turn("at_once"), living_in("AU")
    history = (told(TELEGRAM), told(ESAFETY, AU_LAW, S.SENT))

    assert asked(case, *history, known=known).recipient_id == CLOUDFLARE


def test_where_nobody_answers_for_the_host_the_authority_is_asked_and_then_the_registries() -> None:
    case = living_in("AU")
    first = asked(case, sighting=NOWHERE)
    then = choose_route(NOWHERE, case, PACKS, (told(ESAFETY, AU_LAW, S.DRAFT),), NOW)

    assert (first.recipient_id, first.another_at_once) == (ESAFETY, True)
    assert isinstance(then, NoRoute)
    assert then.ask_registries


def test_when_an_authority_is_asked_is_data() -> None:
    case = living_in("AU")
    silent = (told(TELEGRAM),)

    assert asked(case, *silent, known=by_turn("after_platform")).recipient_id == ESAFETY
    assert asked(case, *silent, known=by_turn("in_turn")).recipient_id == CLOUDFLARE
    assert not asked(case, known=by_turn("after_platform")).another_at_once


def test_an_authority_of_another_country_is_not_asked() -> None:
    for country in (None, "US", "FR"):
        assert not asked(replace(ADULT, country=country)).another_at_once


def test_a_minors_picture_reaches_no_authority_by_this_way() -> None:
    minor = replace(living_in("AU"), minor=True)
    history = (told(ESAFETY, None, S.SENT), told(TELEGRAM, US, S.SENT))

    assert asked(minor).recipient_id == ESAFETY
    assert asked(minor).law_id is None
    assert isinstance(choose_route(ROOM, minor, PACKS, history, NOW), NoRoute)


def test_a_minors_picture_reaches_a_regulator_of_her_country_once_a_hotline_was_told() -> None:
    minor = replace(living_in("ID"), minor=True)
    hotline = asked(minor)
    history = (told(hotline.recipient_id, None, S.SENT),)
    first = asked(minor, *history)
    beside = asked(minor, *history, told(TELEGRAM, first.law_id, S.SENT))

    assert PACKS.recipients[hotline.recipient_id].kind == "hotline"
    assert (first.recipient_id, first.another_at_once) == (TELEGRAM, True)
    assert (beside.recipient_id, beside.law_id) == ("komdigi", "id-12-2022-14-child")
    assert (beside.rung, beside.auto_send, beside.may_send) == ("regulator", False, False)


@pytest.mark.parametrize("minor", [True, False])
def test_where_only_she_may_file_the_ladder_of_her_country_names_to_whom(minor: bool) -> None:
    canadian = replace(living_in("CA"), minor=minor)
    told_first = (told(RecipientId("cybertip-ca"), None, S.SENT), told(TELEGRAM))
    known = packs()

    stopped = choose_route(ROOM, canadian, known, told_first, NOW)
    elsewhere = choose_route(ROOM, replace(canadian, country="US"), known, told_first, NOW)

    assert isinstance(stopped, NoRoute)
    hers = "a tribunal, to which she applies herself under the Canadian rules on intimate images"
    assert hers in stopped.because
    assert hers not in elsewhere.because


def test_an_authority_is_asked_only_where_the_centre_or_the_police_may_act() -> None:
    alone = replace(living_in("AU"), consents=frozenset({"platforms"}))

    assert not asked(alone).another_at_once


# --- What holds however the packs, the answers and the case are.

NAMES = ("cloudflare", "host", "registrar", "google-search", "bing", "ftc", "police", "d4u", "x")
KNOWN = tuple(map(RecipientId, ("cloudflare", "google-search", "bing", "ftc", "d4u", "x")))


@st.composite
def some_packs(draw: st.DrawFn) -> Packs:
    """Fallbacks in any order and in circles; any of them stalled."""
    named = st.lists(st.sampled_from(NAMES), max_size=5, unique=True).map(tuple)
    others = [
        replace(
            PACKS.recipients[id_],
            fallback=draw(named),
            status=draw(st.sampled_from(["verified", "unverified", "degraded", "dead"])),
        )
        for id_ in (*KNOWN, *map(RecipientId, AUTHORITIES.values()))
    ]
    contacts = (found(HOSTER, "host"), found(REGISTRAR, "registrar"))
    known = packs(*others, *contacts, fallback=draw(named))
    turns = st.sampled_from(["at_once", "after_platform", "in_turn"])
    laws = {
        id_: replace(law, ask_authority=draw(turns))
        if law.recipient_kinds <= {"regulator", "hotline"}
        else law
        for id_, law in known.laws.items()
    }
    return replace(known, laws=laws)


some_case = st.builds(
    CaseFacts,
    minor=st.booleans(),
    situation=st.sampled_from(["fake", "recording", "unknown"]),
    country=st.sampled_from([None, "KR", "US", *AUTHORITIES]),
    language=st.just("ko"),
    consents=st.frozensets(st.sampled_from(["platforms", "police", "centre"])),
    withdrawn=st.booleans(),
    owns_copyright=st.booleans(),
)
HANDLE = SightingFacts(url="@room", host="", kind="handle")
some_sighting = st.sampled_from([ROOM, NOWHERE, ASKED, HANDLE]).flatmap(
    lambda one: st.sampled_from([one, replace(one, contacts=FOUND, registries_asked=True)])
)
ENDS = st.sampled_from([S.OVERDUE, S.REFUSED, S.REMOVED])


@given(some_packs(), some_case, some_sighting, st.data())
def test_a_climb_ends_and_writes_to_nobody_twice_under_one_law(
    known: Packs, case: CaseFacts, sighting: SightingFacts, data: st.DataObject
) -> None:
    history: tuple[PastNotice, ...] = ()
    for _ in range(60):
        chosen = choose_route(sighting, case, known, history, NOW)
        assert chosen.because.startswith("Because ")
        if isinstance(chosen, NoRoute):
            break
        assert not case.withdrawn
        _check_one_rung(chosen, case, known, history)
        # The answer is owed now: nobody else is asked, but an authority that need not wait.
        pending = (*history, told(chosen.recipient_id, chosen.law_id, S.DRAFT))
        again = choose_route(sighting, case, known, pending, NOW)
        assert isinstance(again, ChosenRoute) <= chosen.another_at_once, again
        if isinstance(again, ChosenRoute):
            _check_asked_at_once(again, chosen, case, known, pending)
        end = data.draw(ENDS) if chosen.rung != "platform" else S.OVERDUE
        history = (*history, told(chosen.recipient_id, chosen.law_id, end))
    else:
        raise AssertionError("the ladder has no top")


def _check_asked_at_once(
    again: ChosenRoute,
    chosen: ChosenRoute,
    case: CaseFacts,
    known: Packs,
    pending: tuple[PastNotice, ...],
) -> None:
    """Of the two, one is an authority whose law waits for nobody, and each stands by itself."""
    laws = [known.laws[one.law_id] for one in (again, chosen) if one.law_id]
    assert any(law.ask_authority == "at_once" for law in laws)
    assert again.recipient_id not in {past.recipient_id for past in pending}
    _check_one_rung(again, case, known, pending)


def _check_one_rung(
    chosen: ChosenRoute, case: CaseFacts, known: Packs, history: tuple[PastNotice, ...]
) -> None:
    recipient = known.recipients[chosen.recipient_id]
    written = {(past.recipient_id, past.law_id) for past in history}
    assert (chosen.recipient_id, chosen.law_id) not in written
    removed = {past.recipient_id for past in history if past.state is S.REMOVED}
    assert chosen.recipient_id not in removed or recipient.kind == "hotline"
    assert recipient.status != "dead"
    if chosen.rung != "platform":
        assert recipient.status != "degraded"
    hotlines = [one for one in history if known.recipients[one.recipient_id].kind == "hotline"]
    if case.minor and not any(one.state in {S.OVERDUE, S.REFUSED} for one in hotlines):
        assert recipient.kind == "hotline"
    law = known.laws[chosen.law_id] if chosen.law_id else None
    if chosen.rung == "police":
        assert "police" in case.consents
        assert (case.country or "") in recipient.serves
        assert (chosen.auto_send, law) == (False, None)
    elif chosen.rung == "partner" and not law and not case.minor:
        assert not recipient.is_police
        assert case.country not in recipient.serves
        assert not chosen.auto_send
    elif not case.minor and recipient.kind == "hotline":
        assert law is not None
        assert (case.country or "") in law.countries
        assert case.consents & {"centre", "police"}
    if law and law.asks_for_ownership:
        assert case.owns_copyright
        assert not case.minor
    needs_platforms = not (case.minor and recipient.kind == "hotline") and chosen.rung != "police"
    assert "platforms" in case.consents or not needs_platforms
