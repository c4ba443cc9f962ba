"""Who works, who is slow and who has stalled; and that the ladder passes over the stalled."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from jikimi.cases.models import Sighting
from jikimi.cases.rules import page_mark
from jikimi.takedown.choosing import route_for
from jikimi.takedown.models import Notice
from jikimi.takedown.outcomes import answers_at, authority_answers_at, forget_effects
from jikimi.takedown.rules.health import (
    FEWEST,
    WEEKS,
    Answers,
    Asked,
    HealthState,
    answers_of,
    health_of,
    passed_over_because,
)
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import (
    CaseFacts,
    ChosenRoute,
    NoRoute,
    PastNotice,
    SightingFacts,
    choose_route,
)
from jikimi.venues.pack_values import Status
from jikimi.venues.packs import LawId, RecipientId, load_packs
from tests.takedown.drafts import Draft

PACKS = load_packs()
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
FTC, TELEGRAM = RecipientId("ftc"), RecipientId("telegram")
SIARC, ESAFETY = RecipientId("siarc"), RecipientId("esafety")
SILENT = "which answered none of the 9 notices of the last 12 weeks whose time is over"
US = LawId("us-take-it-down")


def tally(n: int, answered: int, in_time: int | None = None, who: RecipientId = FTC) -> Answers:
    in_time = answered if in_time is None else in_time
    return Answers(recipient_id=who, n=n, answered=answered, in_time=in_time)


def asked(sent: datetime, due_in: int | None, answered_after: int | None) -> Asked:
    hours = lambda span: None if span is None else sent + timedelta(hours=span)  # noqa: E731
    return Asked(
        recipient_id=FTC,
        sent_at=sent,
        due_at=hours(due_in),
        answered_at=hours(answered_after),
        seen_until=NOW,
    )


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (None, HealthState.UNKNOWN),
        (tally(FEWEST - 1, 0), HealthState.UNKNOWN),
        (tally(5, 0), HealthState.SLOW),  # five silences do not prove a stall
        (tally(8, 0), HealthState.SLOW),
        (tally(9, 0), HealthState.STALLED),
        (tally(40, 3), HealthState.STALLED),
        (tally(40, 10), HealthState.SLOW),
        (tally(40, 40, 19), HealthState.SLOW),
        (tally(40, 30, 20), HealthState.WORKING),
        (tally(5, 5), HealthState.WORKING),
    ],
)
def test_the_state_follows_from_what_was_answered_and_when(
    answers: Answers | None, state: HealthState
) -> None:
    assert health_of(PACKS.recipients[FTC], answers).state is state


def test_the_sentence_says_the_figures() -> None:
    said = health_of(PACKS.recipients[FTC], tally(12, 7, 4)).because
    assert said == (
        f"answered 7 of the 12 notices of the last {WEEKS} weeks whose time is over, "
        "4 of them in time"
    )


def test_what_its_entry_says_comes_before_any_figure() -> None:
    degraded = replace(PACKS.recipients[TELEGRAM], status="degraded")
    health = health_of(degraded, tally(100, 100, who=TELEGRAM))
    assert health.state is HealthState.STALLED
    assert health.because == "is known not to work at present"


@given(
    n=st.integers(0, 300).flatmap(
        lambda n: st.integers(0, n).flatmap(
            lambda k: st.tuples(st.just(n), st.just(k), st.integers(0, k))
        )
    )
)
def test_nobody_is_stalled_who_answered_a_quarter_or_was_asked_under_five_times(
    n: tuple[int, int, int],
) -> None:
    of, answered, in_time = n
    state = health_of(PACKS.recipients[FTC], tally(of, answered, in_time)).state
    if of < FEWEST or answered * 4 >= of:
        assert state is not HealthState.STALLED
    assert (state is HealthState.UNKNOWN) == (of < FEWEST)


def test_only_notices_of_the_last_weeks_whose_time_is_over_are_counted() -> None:
    day = timedelta(days=1)
    long_ago = NOW - timedelta(weeks=WEEKS)
    (counted,) = answers_of(
        [
            asked(long_ago, 48, None),  # too long ago
            asked(NOW - 1 * day, 48, None),  # its time still runs
            asked(NOW - 6 * day, None, None),  # nobody set a time: a week
            asked(NOW - 8 * day, None, None),
            asked(NOW - 9 * day, 48, 47),
            asked(NOW - 9 * day, 48, 49),  # seen by the look after its time was over
            asked(NOW - 9 * day, 48, 50),
            asked(NOW - 1 * day, 48, 1),  # answered before its time is over
        ],
        NOW,
    )
    assert counted == tally(5, 4, 3)


# --- On the ladder

ADULT = CaseFacts(
    minor=False,
    situation="fake",
    country="US",
    language="ko",
    consents=frozenset({"centre", "platforms"}),
    withdrawn=False,
)
POST = SightingFacts(url="https://t.me/room/5", host="t.me", kind="link")
IGNORED = PastNotice(recipient_id=TELEGRAM, law_id=US, state=NoticeState.OVERDUE)
ONE_LAW = replace(
    PACKS,
    recipients={
        **PACKS.recipients,
        TELEGRAM: replace(PACKS.recipients[TELEGRAM], laws_ranked=(US,), fallback=()),
    },
)


def after_telegram(*answers: Answers) -> ChosenRoute | NoRoute:
    return choose_route(POST, ADULT, ONE_LAW, (IGNORED,), NOW, answers=answers)


def test_an_authority_that_works_or_of_which_little_is_known_is_told() -> None:
    for answers in ((), (tally(4, 0),), (tally(30, 20),), (tally(30, 0, who=TELEGRAM),)):
        chosen = after_telegram(*answers)
        assert isinstance(chosen, ChosenRoute)
        assert chosen.recipient_id == FTC


def test_an_authority_that_answered_nothing_is_passed_over_and_the_reason_gives_the_figures() -> (
    None
):
    stopped = after_telegram(tally(12, 0))
    assert isinstance(stopped, NoRoute)
    assert (
        "Passed over: US Federal Trade Commission, which answered none of the 12 notices of the "
        "last 12 weeks whose time is over." in stopped.because
    )


def climbed(case: CaseFacts, *answers: Answers) -> list[ChosenRoute]:
    """Whom a case comes to, one after the other, where everybody is silent."""
    found: list[ChosenRoute] = []
    history: tuple[PastNotice, ...] = ()
    while len(found) < 12:
        chosen = choose_route(POST, case, PACKS, history, NOW, answers=answers)
        if isinstance(chosen, NoRoute):
            break
        found.append(chosen)
        to, law = chosen.recipient_id, chosen.law_id
        history += (PastNotice(recipient_id=to, law_id=law, state=NoticeState.OVERDUE),)
    return found


def test_a_hotline_that_an_adults_law_makes_an_authority_is_passed_over_with_its_figures() -> None:
    adult = replace(ADULT, country="TW")
    known = climbed(adult)
    silent = climbed(adult, tally(9, 0, who=SIARC))

    assert SIARC in [one.recipient_id for one in known]
    assert SIARC not in [one.recipient_id for one in silent]
    assert any(f"{PACKS.recipients[SIARC].name}, {SILENT}." in one.because for one in silent)


def test_where_an_authority_that_is_asked_at_once_has_stalled_the_platforms_reason_says_so() -> (
    None
):
    (first, *_) = climbed(replace(ADULT, country="AU"), tally(9, 0, who=ESAFETY))

    assert (first.recipient_id, first.another_at_once) == (TELEGRAM, False)
    assert f"Passed over: eSafety Commissioner, {SILENT}." in first.because


@pytest.mark.parametrize(("country", "hotline"), [("TW", SIARC), ("AU", ESAFETY)])
def test_a_minors_hotline_is_told_however_often_it_was_silent(
    country: str, hotline: RecipientId
) -> None:
    minor = replace(ADULT, country=country, minor=True)

    assert climbed(minor, tally(50, 0, who=hotline))[0].recipient_id == hotline


@pytest.mark.parametrize("status", ["verified", "degraded"])
def test_our_own_figures_pass_over_nobody_but_who_is_asked_as_an_authority(status: Status) -> None:
    silent = replace(PACKS.recipients[TELEGRAM], status=status)
    because = passed_over_because(silent, [tally(50, 0, who=TELEGRAM)], as_authority=False)

    assert because == (None if status == "verified" else "is known not to work at present")


# --- From the database


@pytest.fixture
def _own_figures() -> Iterator[None]:
    forget_effects()
    yield
    forget_effects()


def complaint(notice: Notice, number: int, sent: datetime, **changes: object) -> Notice:
    place = Sighting.objects.create(
        case=notice.sighting.case,
        kind="link",
        address=f"https://127.0.0.1/earlier/{number}",
        page=page_mark(f"https://127.0.0.1/earlier/{number}"),
        host="127.0.0.1",
        reported_at=sent,
    )
    values: dict[str, object] = {
        "recipient_id": FTC,
        "recipient_name": "US Federal Trade Commission",
        "rung": "regulator",
        "route_type": "web_form",
        "because": "Because.",
        "state": NoticeState.OVERDUE,
        "drafted_at": sent,
        "sent_at": sent,
        "due_at": sent + timedelta(hours=72),
    }
    return Notice.objects.create(sighting=place, **values | changes)


@pytest.mark.usefixtures("_own_figures")
@pytest.mark.django_db
def test_complaints_that_nobody_answered_pass_the_authority_over_until_they_are_old(
    draft: Draft, settings: Settings, now: datetime
) -> None:
    settings.CENTRE_COUNTRY = "US"
    notice = draft()
    sent = now - timedelta(weeks=3)
    for number in range(20):
        complaint(notice, number, sent)
    complaint(notice, 20, sent, state=NoticeState.ACKNOWLEDGED, acknowledged_at=sent)
    complaint(notice, 21, sent, state=NoticeState.UNDELIVERABLE)  # it never had this one
    report = {"recipient_id": SIARC, "rung": "platform"}
    for number in range(22, 32):  # of minors' pictures: a hotline may be silent about those
        complaint(notice, number, sent, **report)
    forget_effects()

    assert answers_at(now) == (tally(21, 1), tally(10, 0, who=SIARC))
    assert authority_answers_at(now) == (tally(21, 1),)

    laws = ("eu-dsa-16", "us-take-it-down", "gb-osa-10-3a", "fr-226-8-1")
    history = tuple(
        PastNotice(recipient_id=RecipientId(id_), law_id=LawId(law), state=NoticeState.OVERDUE)
        for id_ in ("standin", "google-search", "bing")
        for law in (*laws, "recipient-terms")
    )
    case = notice.sighting.case
    while_fresh = route_for(notice.sighting, case, now=now, history=history)
    assert "which answered 1 of the 21 notices" in while_fresh.because
    later = now + timedelta(weeks=WEEKS)
    forget_effects()
    chosen = route_for(notice.sighting, case, now=later, history=history)
    assert isinstance(chosen, ChosenRoute)
    assert chosen.recipient_id == FTC
