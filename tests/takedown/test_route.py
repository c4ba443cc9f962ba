"""Who is asked, under which law, and why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.takedown.rules.notice import OPEN, NoticeState
from jikimi.takedown.rules.route import (
    CaseFacts,
    ChosenRoute,
    NoRoute,
    PastNotice,
    SightingFacts,
    choose_route,
)
from jikimi.venues.pack_values import LawPack, Recipient, Status
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


FINGERPRINTS_ALONE = without_hotlines(
    PACKS,
    *(one.id for one in PACKS.recipients.values() if one.kind == "hotline" and one.id != NCMEC),
)


FINGERPRINTS_AND_A_LIST = replace(
    FINGERPRINTS_ALONE,
    recipients={**FINGERPRINTS_ALONE.recipients, INHOPE: PACKS.recipients[INHOPE]},
)


def test_a_fake_on_telegram_goes_to_telegram_under_the_dsa() -> None:
    chosen = route()

    assert (chosen.recipient_id, chosen.law_id) == (TELEGRAM, DSA)
    assert (chosen.route_type, chosen.address) == ("email", "abuse@telegram.org")
    assert chosen.may_send
    assert chosen.why_not is None
    assert chosen.because == (
        "Because the link is on t.me, which belongs to Telegram, the picture is reported as a "
        "fake, and Article 16 of the EU Digital Services Act lets anyone report it. The letter is "
        "in English. Telegram has 72 hours, our own time to follow up: no law and no promise sets "
        "one."
    )


def test_a_message_at_matrix_org_goes_to_that_homeserver_by_its_own_interface() -> None:
    link = "https://matrix.to/#/!room:matrix.org/$message"

    chosen = route(SightingFacts(url=link, host="matrix.to", kind="link"))

    homeserver = PACKS.recipients[chosen.recipient_id]
    assert (chosen.recipient_id, homeserver.adapter) == ("matrix-org", "matrix")
    assert (chosen.route_type, chosen.auto_send, chosen.may_send) == ("api", True, False)


def test_a_link_on_x_has_the_48_hours_of_the_us_act() -> None:
    chosen = route(POST)

    assert chosen.law_id == US
    assert chosen.due == timedelta(hours=48)
    assert chosen.follow_up.set_by == "law"


@pytest.mark.parametrize("host", ["twitter.com", "mobile.twitter.com", "pbs.twimg.com"])
def test_a_link_under_another_name_of_x_goes_to_its_form(host: str) -> None:
    chosen = route(SightingFacts(url=f"https://{host}/a/status/1", host=host, kind="link"))

    assert (chosen.recipient_id, chosen.law_id) == (X, US)
    assert chosen.address.startswith("https://help.x.com/forms/")
    assert f"the link is on {host}, which belongs to X" in chosen.because


def test_a_reason_says_in_which_languages_the_letter_is_and_whose_time_runs() -> None:
    assert (
        "The letter is in Korean, its own language, and in English." in route(ROOM, MINOR).because
    )
    assert "X has 48 hours from a valid request (47 U.S.C. 223a)" in route(POST).because


def test_a_form_is_handed_over_by_a_person() -> None:
    assert not route(POST).auto_send
    assert route(ROOM).auto_send


def test_withdrawal_stops_everything() -> None:
    for case in (ADULT, MINOR):
        assert "withdrawn" in no_route(ROOM, replace(case, withdrawn=True))


def test_without_consent_no_platform_is_told() -> None:
    assert "agreed" in no_route(ROOM, replace(ADULT, consents=frozenset({"centre", "block_list"})))


def test_a_host_that_nobody_answers_for_says_what_to_do() -> None:
    nobodys = SightingFacts(
        url="https://a.example/1", host="a.example", kind="link", fallback=("host",)
    )
    because = no_route(nobodys)

    assert "who answers for this link's host" in because
    assert "a colleague confirms it" in because


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://evil.example/1", "t.me"),
        ("https://t.me@evil.example/", "t.me"),
        ("https://t.me/1", ""),
        ("not a link", "t.me"),
        ("https://t.me\\@evil.example/1", "t.me"),
    ],
)
def test_a_link_that_is_not_on_its_noted_host_is_sent_nowhere(url: str, host: str) -> None:
    assert "Correct the link" in no_route(SightingFacts(url=url, host=host, kind="link"))


@pytest.mark.parametrize(
    "path",
    ["+AbC", "%2BAbC", "joinchat/AbC", "JoinChat/AbC", "//joinchat/AbC", "./c/12/3", "c/12/3"],
)
def test_a_private_room_is_for_the_police_or_a_hotline(path: str) -> None:
    because = no_route(SightingFacts(url=f"https://t.me/{path}", host="t.me", kind="link"))

    assert "police or a hotline" in because


def test_a_handle_is_for_the_police_or_a_hotline() -> None:
    because = no_route(SightingFacts(url="@room", host="", kind="handle"))

    assert "police or a hotline" in because


PRIVATE = (
    SightingFacts(url="@room", host="", kind="handle"),
    SightingFacts(url="https://t.me/+AbC", host="t.me", kind="link"),
)
AGREED = replace(ADULT, consents=frozenset({"police"}))


@pytest.mark.parametrize("private", PRIVATE)
def test_of_a_private_room_the_police_of_her_country_are_told_by_hand(
    private: SightingFacts,
) -> None:
    chosen = route(private, AGREED)

    assert (chosen.recipient_id, chosen.rung, chosen.law_id) == ("police-kr", "police", None)
    assert (chosen.auto_send, chosen.may_send, chosen.unread) == (False, False, ("police-kr",))
    assert chosen.not_by_hand is None
    assert chosen.follow_up.after > timedelta()
    assert "She has agreed that the police are told" in chosen.because


@pytest.mark.parametrize("private", PRIVATE)
def test_without_her_yes_to_them_the_police_are_told_of_nothing(private: SightingFacts) -> None:
    because = no_route(private, ADULT)

    assert "because she has not agreed that the police are told" in because
    assert PACKS.recipients[RecipientId("police-kr")].name in because


def test_where_no_entry_names_the_police_she_is_told_to_look_them_up() -> None:
    assert "look their office up" in no_route(PRIVATE[0], replace(AGREED, country="ZZ"))
    because = no_route(PRIVATE[0], replace(ADULT, country="ZZ"))
    assert "Nor has she agreed that the police are told." in because
    assert "look" not in because


@pytest.mark.parametrize(
    ("state", "said"), [(S.SENT, "nobody else is written to"), (S.REFUSED, "told already")]
)
def test_the_police_are_told_of_a_room_once(state: NoticeState, said: str) -> None:
    assert said in no_route(PRIVATE[0], AGREED, past(RecipientId("police-kr"), None, state))


def test_of_a_minors_private_room_the_police_hear_after_the_hotline() -> None:
    minor = replace(AGREED, minor=True)

    assert route(PRIVATE[0], minor).recipient_id == D4U
    assert route(PRIVATE[0], minor, past(D4U, None, S.SENT)).recipient_id == "police-kr"


def test_who_agreed_to_the_police_alone_has_them_told_of_a_public_link_too() -> None:
    chosen = route(ROOM, AGREED)

    assert chosen.rung == "police"
    assert "has not agreed that platforms are told" in chosen.because


def test_a_picture_that_was_seen_gone_is_not_asked_for() -> None:
    assert "gone" in no_route(replace(ROOM, live=False))
    assert route(replace(ROOM, live=None)).recipient_id == TELEGRAM


def test_a_minor_in_korea_is_reported_to_d4u_first() -> None:
    chosen = route(ROOM, MINOR)

    assert (chosen.recipient_id, chosen.law_id, chosen.route_type) == (D4U, None, "phone")
    assert chosen.languages == ("ko", "en")
    assert chosen.because.startswith("Because she is or may be under 18, a hotline")


@pytest.mark.parametrize(
    ("country", "hotline"),
    [
        ("KR", "d4u"),
        ("US", "cybertipline"),
        ("GB", "iwf"),
        ("JP", "internet-hotline-center"),
        ("TW", "siarc"),
        ("AU", "esafety"),
        ("CA", "cybertip-ca"),
        ("fr", "point-de-contact"),
        ("IN", "cybertipline"),
        ("ID", "cybertipline"),
        ("BR", "cybertipline"),
        (None, "cybertipline"),
    ],
)
def test_a_minors_link_goes_first_to_a_hotline_that_takes_links(
    country: str | None, hotline: str
) -> None:
    chosen = route(ROOM, replace(MINOR, country=country))

    assert chosen.recipient_id == hotline
    assert "link" in PACKS.recipients[chosen.recipient_id].may_receive


@pytest.mark.parametrize("country", ["ID", "BR", None])
@pytest.mark.parametrize("packs", [PACKS, FINGERPRINTS_AND_A_LIST])
def test_a_list_of_hotlines_takes_no_report_so_no_platform_hears_of_a_minor_after_it(
    country: str | None, packs: Packs
) -> None:
    case = replace(MINOR, country=country)
    turned_to_the_list = (past(INHOPE, None, S.SENT), past(INHOPE, None, S.DRAFT))

    hotline = route(ROOM, case, *turned_to_the_list, packs=packs)
    told = past(hotline.recipient_id, None, S.SENT)

    assert packs.recipients[hotline.recipient_id].takes_reports
    where = f"in {country}" if country else "where she lives"
    assert (
        "INHOPE, https://www.inhope.org/, takes no report; its list says whether there is a "
        f"hotline {where}. Look it up, and tell that one, too." in hotline.because
    )
    assert route(ROOM, case, *turned_to_the_list, told, packs=packs).recipient_id == TELEGRAM


def test_where_only_a_list_is_known_a_minors_picture_goes_nowhere_and_the_list_is_named() -> None:
    known = (TELEGRAM, INHOPE)
    packs = replace(PACKS, recipients={id_: PACKS.recipients[id_] for id_ in known})

    stopped = choose_route(ROOM, MINOR, packs, (past(INHOPE, None, S.SENT),), NOW)

    assert isinstance(stopped, NoRoute)
    assert "ask her whether the police may be told. INHOPE, https://www.inhope.org/," in (
        stopped.because
    )


def test_a_hotline_of_her_own_country_needs_no_list() -> None:
    assert "INHOPE" not in route(ROOM, MINOR).because


@pytest.mark.parametrize(("country", "police"), [("IN", "cybercrime-gov-in"), ("FR", "pharos")])
def test_a_hotline_that_the_police_run_is_told_only_with_her_yes_to_the_police(
    country: str, police: str
) -> None:
    alone = without_hotlines(PACKS, "point-de-contact")
    case = replace(MINOR, country=country)
    asked = replace(case, consents=frozenset({"police", "platforms"}))
    name = alone.recipients[RecipientId(police)].name

    assert route(ROOM, asked, packs=alone).recipient_id == police
    assert route(ROOM, case, packs=alone).recipient_id == "cybertipline"
    assert (
        f"Left out, because she has not agreed that the police are told: {name}."
        in route(ROOM, case, packs=alone).because
    )


@pytest.mark.parametrize("country", ["KR", "TW", "AU", "US", None])
def test_where_a_hotline_takes_links_only_her_own_fingerprints_have_a_way_too(
    country: str | None,
) -> None:
    because = route(ROOM, replace(MINOR, country=country)).because

    assert "tell her of NCMEC Take It Down, https://takeitdown.ncmec.org/." in because


def test_a_hotline_for_fingerprints_alone_comes_last_and_says_what_it_takes() -> None:
    chosen = route(ROOM, replace(MINOR, country="US"), packs=FINGERPRINTS_ALONE)

    assert chosen.recipient_id == NCMEC
    assert "on her own device" in chosen.because
    assert "tell her of" not in chosen.because


def test_a_country_is_read_in_any_case() -> None:
    assert route(ROOM, replace(MINOR, country="kr")).recipient_id == D4U


@pytest.mark.parametrize(
    "sighting",
    [
        SightingFacts(url="@room", host="", kind="handle"),
        SightingFacts(url="https://t.me/+AbC", host="t.me", kind="link"),
        SightingFacts(url="https://unknown.example/", host="unknown.example", kind="link"),
        replace(ROOM, live=False),
    ],
)
def test_a_hotline_hears_of_a_minor_whatever_was_seen(sighting: SightingFacts) -> None:
    assert route(sighting, MINOR).recipient_id == D4U


def test_a_hotline_is_drafted_for_without_consent_and_says_why_it_waits() -> None:
    case = replace(MINOR, country="US", consents=frozenset({"platforms"}))
    chosen = route(ROOM, case, packs=FINGERPRINTS_ALONE)

    assert chosen.recipient_id == NCMEC
    assert not chosen.may_send
    assert "neither" in (chosen.why_not or "")


@pytest.mark.parametrize("consent", ["centre", "police"])
def test_a_hotline_is_told_once_the_centre_or_the_police_may_know(consent: str) -> None:
    case = replace(MINOR, country="US", consents=frozenset({consent}))

    assert route(ROOM, case, packs=FINGERPRINTS_ALONE).may_send


@pytest.mark.parametrize("state", [S.SENT, S.ACKNOWLEDGED, S.OVERDUE, S.REFUSED])
def test_a_platform_hears_of_a_minor_after_the_hotline(state: NoticeState) -> None:
    chosen = route(ROOM, MINOR, past(D4U, None, state))

    assert chosen.recipient_id == TELEGRAM
    assert chosen.address == "stopca@telegram.org"
    assert "A hotline has been told first, because she is or may be under 18." in chosen.because


@pytest.mark.parametrize("state", [S.DRAFT, S.APPROVED, S.SENDING, S.UNKNOWN, S.UNDELIVERABLE])
def test_nobody_hears_of_a_minor_while_the_hotlines_notice_has_not_left(
    state: NoticeState,
) -> None:
    assert "has not gone out" in no_route(ROOM, MINOR, past(D4U, None, state))


@pytest.mark.parametrize("state", [S.CANCELLED, S.REMOVED])
def test_a_hotline_notice_that_may_never_have_left_does_not_count(state: NoticeState) -> None:
    assert route(ROOM, MINOR, past(D4U, None, state)).recipient_id == D4U


def test_a_notice_to_a_platform_does_not_count_as_a_hotline() -> None:
    assert route(ROOM, MINOR, past(TELEGRAM, DSA, S.SENT)).recipient_id == D4U


def test_a_hotline_that_is_no_longer_known_does_not_count() -> None:
    assert route(ROOM, MINOR, past(RecipientId("closed"), None, S.SENT)).recipient_id == D4U


def dsa_form_first() -> Packs:
    routes = PACKS.recipients[TELEGRAM].routes
    return with_recipient(
        TELEGRAM,
        routes=tuple(
            replace(one, laws=frozenset({DSA})) if one.id == "dsa-form" else one for one in routes
        ),
    )


def test_a_route_for_one_law_is_preferred_for_it_and_never_taken_for_another() -> None:
    own, next_law = route(packs=dsa_form_first()), past(TELEGRAM, DSA, S.REFUSED)

    assert (own.law_id, own.route_id, own.auto_send) == (DSA, "dsa-form", False)
    assert route(ROOM, ADULT, next_law, packs=dsa_form_first()).route_id == "abuse-mail"


def test_copyright_at_telegram_goes_to_its_own_mailbox() -> None:
    packs = with_recipient(TELEGRAM, laws_ranked=(DMCA, DSA))
    packs = replace(packs, laws={**packs.laws, DMCA: replace(packs.laws[DMCA], status="verified")})

    case = replace(ADULT, situation="recording", owns_copyright=True)
    chosen = route(ROOM, case, packs=packs)

    assert (chosen.law_id, chosen.address) == (DMCA, "dmca@telegram.org")
    assert DMCA in PACKS.recipients[TELEGRAM].laws_ranked


def test_a_law_that_no_route_is_for_is_no_basis() -> None:
    (form,) = PACKS.recipients[X].routes
    packs = with_recipient(X, routes=(replace(form, laws=frozenset({KR})),))

    assert route(POST, packs=packs).law_id == KR


@given(
    st.lists(st.frozensets(st.sampled_from([DSA, US, KR, DMCA])), min_size=1, max_size=3),
    st.deferred(lambda: some_case),
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


def test_without_any_hotline_a_minors_picture_goes_nowhere() -> None:
    packs = replace(PACKS, recipients={TELEGRAM: PACKS.recipients[TELEGRAM]})

    chosen = choose_route(ROOM, MINOR, packs, (), NOW)

    assert isinstance(chosen, NoRoute)
    assert "ask her whether the police may be told." in chosen.because
    told = choose_route(ROOM, replace(MINOR, consents=frozenset({"police"})), packs, (), NOW)
    assert isinstance(told, NoRoute)
    assert "or tell the police." in told.because


@pytest.mark.parametrize("state", sorted(OPEN - {S.OVERDUE}))
def test_a_platform_that_owes_an_answer_is_not_written_to_again(state: NoticeState) -> None:
    assert "already has a notice" in no_route(ROOM, ADULT, past(TELEGRAM, DSA, state))


@pytest.mark.parametrize("state", [S.OVERDUE, S.REFUSED])
def test_where_one_law_led_nowhere_the_next_is_tried(state: NoticeState) -> None:
    assert route(ROOM, ADULT, past(TELEGRAM, DSA, state)).law_id == US


def test_when_no_law_is_left_and_nobody_comes_after_the_next_step_is_a_persons() -> None:
    alone = with_recipient(TELEGRAM, fallback=(), laws_ranked=(DSA, KR))
    quiet = replace(PACKS.recipients[D4U], laws_ranked=())
    alone = replace(alone, recipients={**alone.recipients, D4U: quiet})
    history = (past(TELEGRAM, DSA, S.REFUSED), past(TELEGRAM, KR, S.REFUSED))

    chosen = choose_route(ROOM, ADULT, alone, history, NOW)

    assert isinstance(chosen, NoRoute)
    assert "a person's: its own complaint procedure" in chosen.because


def test_a_picture_that_came_back_is_asked_for_again() -> None:
    assert route(ROOM, ADULT, past(TELEGRAM, DSA, S.REMOVED)).law_id == DSA


def test_a_notice_to_one_platform_does_not_hold_up_another() -> None:
    assert route(POST, ADULT, past(TELEGRAM, DSA, S.SENT)).recipient_id == X


def test_the_korean_law_is_for_people_in_korea_and_drafts_only() -> None:
    history = [past(TELEGRAM, law, S.REFUSED) for law in (DSA, US)]

    chosen = route(ROOM, ADULT, *history)
    assert chosen.law_id == KR
    assert not chosen.may_send
    assert "kr-tba-22-5 is unverified" in (chosen.why_not or "")
    assert route(ROOM, replace(ADULT, country="US"), *history).rung != "platform"


def test_what_only_a_designated_body_may_file_is_left_to_it_and_it_may_be_told() -> None:
    history = [past(TELEGRAM, law, S.REFUSED) for law in (DSA, US)]

    ours = route(ROOM, ADULT, *history)
    assert ours.law_id == KR
    assert "as filers" in (ours.not_by_hand or "")

    theirs = route(ROOM, replace(ADULT, country="TW"), *history)
    assert (theirs.recipient_id, theirs.law_id) == ("siarc", "tw-sacpa-13")
    assert (theirs.not_by_hand, theirs.unread) == (None, ("siarc",))


def test_a_law_that_may_be_used_is_preferred_to_a_better_one_that_has_expired() -> None:
    packs = with_law(DSA, review=replace(PACKS.laws[DSA].review, expires=date(2026, 11, 20)))

    assert route(packs=packs).law_id == US


def test_an_expired_law_drafts_when_there_is_no_other_and_does_not_send() -> None:
    chosen = route(POST, now=datetime(2027, 11, 22, tzinfo=UTC))

    assert chosen.law_id == US
    assert not chosen.may_send
    assert "us-take-it-down expired on 2027-11-21" in (chosen.why_not or "")


def test_a_law_that_is_not_yet_in_force_does_not_send() -> None:
    chosen = route(POST, now=datetime(2026, 5, 18, 23, 59, tzinfo=UTC))

    assert "not in force" in (chosen.why_not or "")
    assert route(POST, now=datetime(2026, 5, 19, tzinfo=UTC)).may_send


@pytest.mark.parametrize("status", ["unverified", "degraded"])
def test_a_recipient_that_is_not_verified_drafts_and_does_not_send(status: Status) -> None:
    abroad = replace(ADULT, country="US")
    chosen = route(ROOM, abroad, packs=with_recipient(TELEGRAM, status=status, fallback=()))

    assert not chosen.may_send
    assert "Telegram" in (chosen.why_not or "")


def test_an_expired_recipient_drafts_and_does_not_send() -> None:
    chosen = route(now=datetime(2027, 5, 22, tzinfo=UTC))

    assert not chosen.may_send
    assert "expired on 2027-05-21" in (chosen.why_not or "")


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        choose_route(ROOM, ADULT, PACKS, (), datetime(2026, 11, 21))  # noqa: DTZ001


# --- What holds for every case, sighting, history and state of the packs.

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


@pytest.mark.parametrize(("first", "second"), list(product([D4U, NCMEC], repeat=2)))
def test_one_hotline_that_was_told_is_enough(first: RecipientId, second: RecipientId) -> None:
    history = (past(first, None, S.SENT), past(second, None, S.ACKNOWLEDGED))

    assert route(ROOM, MINOR, *history).recipient_id == TELEGRAM
