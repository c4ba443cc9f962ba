"""Who is asked for an adult, under which law, and why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from jikimi.takedown.rules.notice import OPEN, NoticeState
from jikimi.takedown.rules.route import NoRoute, SightingFacts, choose_route
from jikimi.venues.pack_values import Status
from jikimi.venues.packs import Packs, RecipientId
from tests.takedown.routing import (
    ADULT,
    D4U,
    DMCA,
    DSA,
    KR,
    MINOR,
    NOW,
    PACKS,
    POST,
    ROOM,
    TELEGRAM,
    US,
    S,
    X,
    no_route,
    past,
    route,
    with_law,
    with_recipient,
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
