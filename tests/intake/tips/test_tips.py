"""A tip comes in, is put together with others, is worked on, is told of, and is forgotten."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection

from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import read_place
from jikimi.intake.tips.counting import count_new_tips, forget_old_tips
from jikimi.intake.tips.errors import AlreadyTold, NotPossible, UnknownTipCode
from jikimi.intake.tips.models import Tip, TippedHour, TippedPlace
from jikimi.intake.tips.reading import most_urgent, reports_for
from jikimi.intake.tips.receiving import NewTip, receive_tip, tips_behind
from jikimi.intake.tips.rules import (
    Outcome,
    PlaceState,
    SchoolLevel,
    Service,
    Standing,
    TipKind,
    Word,
)
from jikimi.intake.tips.together import hands_of_late, places_told_by, set_aside_together
from jikimi.intake.tips.working import (
    let_tellers_know,
    note_report,
    open_schools,
    settle_place,
    take_up_place,
)
from jikimi.people.models import Staff
from jikimi.trail.models import EntryContent

pytestmark = pytest.mark.django_db
LATER = timedelta(days=3)


@pytest.fixture
def staff() -> Staff:
    return Staff.objects.create_staff(email="mina@centre.example", password="p")


def a_tip(where: str = "t.me/room_one", **changes: object) -> NewTip:
    told = {"service": Service.IN_LINK, "kind": TipKind.ROOM, **changes}
    return NewTip(place=read_place(where), **told)


def tell(now: datetime, *forms: str, where: str = "t.me/room_one", **changes: object) -> list[str]:
    return [receive_tip(a_tip(where, **changes), form=form, now=now).code for form in forms]


def tip_behind(code: str, *, now: datetime) -> Standing:
    (one,) = tips_behind(code, now=now)
    assert one.tips == 1
    return one.standing


def words_behind(code: str, *, now: datetime) -> dict[Word, int]:
    """How many tips under a code stand where."""
    counted = Counter[Word]()
    for some in tips_behind(code, now=now):
        counted[some.standing.word] += some.tips
    return dict(counted)


def only_place() -> TippedPlace:
    return TippedPlace.objects.get()


def test_taking_a_tip_in_writes_one_row_and_asks_nothing_about_its_place(now, staff):
    with connection.execute_wrapper(counted := Statements()):
        tell(now, "a")
    first = counted.seen.copy()
    count_new_tips(now=now)
    counted.seen.clear()
    with connection.execute_wrapper(counted):
        tell(now, "b")
    assert counted.seen == first
    assert [word for word in first if word not in {"SAVEPOINT", "RELEASE"}] == ["INSERT"]


class Statements:
    """The first word of each statement."""

    def __init__(self):
        self.seen = []

    def __call__(self, execute, sql, params, many, context):
        self.seen.append(sql.split()[0])
        return execute(sql, params, many, context)


def test_tips_for_one_place_are_counted_together_by_hour(now):
    tell(now, "a", "b", where="https://t.me/room_one/77")
    tell(now + timedelta(hours=2), "c", level=SchoolLevel.MIDDLE)
    assert count_new_tips(now=now) == 3
    tell(now + timedelta(hours=2), "d", level=SchoolLevel.UNIVERSITY)
    assert count_new_tips(now=now) == 1
    assert count_new_tips(now=now) == 0
    place = only_place()
    assert (place.tips, place.of_minors, place.state) == (4, 1, PlaceState.WAITING)
    assert place.address == "https://t.me/room_one"
    hours = TippedHour.objects.order_by("hour").values_list("tips", flat=True)
    assert list(hours) == [2, 2]


def test_the_same_form_counts_once(now):
    tell(now, "a")
    with pytest.raises(AlreadyTold):
        tell(now, "a", where="t.me/another")
    assert Tip.objects.count() == 1


def test_a_tip_under_an_earlier_code_joins_it_and_names_a_place_once(now):
    (code,) = tell(now, "a", where="t.me/one_room")
    second = receive_tip(a_tip("t.me/two_room"), form="b", now=now, under=code.lower())
    again = receive_tip(a_tip("https://t.me/two_room/9"), form="c", now=now, under=code)
    assert (second.code, second.is_new, second.under_it) == (code, True, 2)
    assert (again.code, again.is_new, again.under_it) == (code, False, 2)
    assert words_behind(code, now=now) == {Word.RECEIVED: 2}
    assert len(set(Tip.objects.values_list("hand", flat=True))) == 1


@pytest.mark.parametrize("under", ["", "x", "0000-0000-0000-0", "data:image/png;base64,AAAA"])
def test_a_code_that_opens_nothing_is_not_taken_over(now, under):
    (code,) = tell(now, "a")
    told = receive_tip(a_tip("t.me/two_room"), form="b", now=now, under=under)
    assert told.under_it == 1
    assert told.code not in {code, under}


def test_what_one_teller_told_of_is_seen_together_and_set_aside_together(now, staff):
    code = ""
    for number in range(3):
        told = receive_tip(a_tip(f"t.me/mine_{number}"), form=f"m{number}", now=now, under=code)
        code = told.code
    tell(now, "x", "y", where="t.me/mine_0")
    count_new_tips(now=now)
    (hand,) = hands_of_late(now, at_most=10)
    assert (hand.places, hand.waiting) == (3, 3)
    places = places_told_by(hand.id)
    colleague = Staff.objects.create_staff(email="two@centre.example", password="p")
    taken = places.get(address="https://t.me/mine_1")
    take_up_place(taken.pk, staff=colleague, now=now)
    done = set_aside_together([taken.pk], staff=staff, now=now)
    assert (done.done, done.left) == (0, 1)
    assert "colleague" in done.because
    done = set_aside_together([one.pk for one in places], staff=staff, now=now)
    assert (done.done, done.left) == (1, 2)
    assert hands_of_late(now, at_most=10)[0].waiting == 1
    assert words_behind(code, now=now + LATER) == {Word.LOOKED_AT: 1, Word.RECEIVED: 2}


def test_thousands_of_tips_under_one_code_are_counted_and_not_read(now, staff):
    code = receive_tip(a_tip("t.me/room_0"), form="0", now=now, under="").code
    first = Tip.objects.get()
    Tip.objects.bulk_create(
        Tip(
            form=str(number).encode(),
            code=first.code,
            hand=first.hand,
            arrived_at=now - timedelta(days=number % 4),
            mark=f"{number % 40:064}",
            address=f"https://t.me/room_{number % 40}",
            service=first.service,
            kind=first.kind,
        )
        for number in range(1, 4000)
    )
    count_new_tips(now=now)
    place = take_up_place(
        TippedPlace.objects.get(address="https://t.me/room_3").pk, staff=staff, now=now
    )
    let_tellers_know(place.pk, Word.LOOKED_AT, staff=staff, now=now)
    with connection.execute_wrapper(asked := Statements()):
        together = tips_behind(code, now=now)
    assert asked.seen == ["SELECT"]
    assert len(together) <= 4
    # A hundred name the place that is looked at, all of them three days ago.
    assert words_behind(code, now=now) == {Word.LOOKED_AT: 100, Word.RECEIVED: 3900}


def test_what_others_told_of_too_is_not_set_aside_with_a_flood(now, staff):
    code = receive_tip(a_tip("t.me/flood"), form="m", now=now).code
    receive_tip(a_tip("t.me/real"), form="n", now=now, under=code)
    tell(now, "x", where="t.me/real")
    count_new_tips(now=now)
    done = set_aside_together([one.pk for one in TippedPlace.objects.all()], staff=staff, now=now)
    assert (done.done, done.left) == (1, 1)
    assert "Others told of it, too" in done.because
    real = TippedPlace.objects.get(address="https://t.me/real")
    assert (real.state, real.taken_by) == (PlaceState.WAITING, None)


def test_a_tip_opens_no_case_and_no_sighting_and_asks_for_no_job(now):
    tell(now, "a")
    count_new_tips(now=now)
    assert not Case.objects.exists()
    assert not Sighting.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)


def test_the_most_urgent_place_comes_first(now):
    tell(now, *(f"flood{n}" for n in range(60)), where="https://lone.example/")
    for hour in range(6):
        tell(now - timedelta(hours=hour), f"a{hour}", f"b{hour}", where="t.me/many_people")
    count_new_tips(now=now)
    rows = most_urgent(now, at_most=10)
    assert [row.place.address for row in rows] == [
        "https://t.me/many_people",
        "https://lone.example/",
    ]
    assert rows[1].last_hour == 60
    assert sum(rows[0].by_hour) == 12


def test_an_offender_learns_nothing_from_a_tip_on_a_place_that_is_known(now, staff):
    tell(now, "a")
    count_new_tips(now=now)
    place = take_up_place(only_place().pk, staff=staff, now=now)
    note_report(place.pk, "police", "Police", number="", staff=staff, now=now)
    let_tellers_know(place.pk, Word.REPORTED, staff=staff, now=now)
    known, unknown = tell(now + LATER, "b"), tell(now + LATER, "c", where="t.me/never_heard_of")
    count_new_tips(now=now + LATER)
    soon = now + LATER + timedelta(hours=40)
    assert tip_behind(known[0], now=soon) == tip_behind(unknown[0], now=soon)


def test_what_was_reported_is_told_only_once_a_caseworker_lets_it_be_told(now, staff):
    (code,) = tell(now, "a")
    count_new_tips(now=now)
    place = take_up_place(only_place().pk, staff=staff, now=now)
    note_report(place.pk, "police", "Police", number="7", staff=staff, now=now)
    assert tip_behind(code, now=now + LATER).word is Word.RECEIVED
    let_tellers_know(place.pk, Word.REPORTED, staff=staff, now=now)
    assert tip_behind(code, now=now + LATER).word is Word.REPORTED
    settle_place(place.pk, Outcome.DOWN, staff=staff, now=now)
    assert tip_behind(code, now=now + LATER).word is Word.DOWN


def test_what_was_down_and_is_told_of_again_waits_again(now, staff):
    tell(now, "a")
    count_new_tips(now=now)
    take_up_place(only_place().pk, staff=staff, now=now)
    settle_place(only_place().pk, Outcome.DOWN, staff=staff, now=now + timedelta(minutes=30))
    tell(now + LATER, "b")
    count_new_tips(now=now + LATER)
    place = only_place()
    assert (place.state, place.told, place.outcome) == (PlaceState.WAITING, "", "")


def test_two_caseworkers_do_not_report_the_same_place(now, staff):
    other = Staff.objects.create_staff(email="jin@centre.example", password="p")
    tell(now, "a")
    count_new_tips(now=now)
    place = take_up_place(only_place().pk, staff=staff, now=now)
    with pytest.raises(NotPossible):
        take_up_place(place.pk, staff=other, now=now)
    note_report(place.pk, "iwf", "IWF", number="", staff=staff, now=now)
    with pytest.raises(NotPossible):
        note_report(place.pk, "iwf", "IWF", number="", staff=staff, now=now)


def test_each_act_on_a_place_is_on_the_trail_without_its_address(now, staff):
    tell(now, "a", school="Hangang Middle School", level=SchoolLevel.MIDDLE)
    count_new_tips(now=now)
    place = take_up_place(only_place().pk, staff=staff, now=now)
    open_schools(place.pk, staff=staff, now=now)
    settle_place(place.pk, Outcome.SET_ASIDE, staff=staff, now=now)
    written = [content.payload for content in EntryContent.objects.order_by("entry_id")]
    assert [payload["event"] for payload in written] == [
        "tips counted",
        "tipped place taken up",
        "sealed text opened",
        "tipped place settled",
    ]
    assert "room_one" not in str(written)
    assert "Hangang" not in str(written)


def test_a_schools_name_lies_sealed_and_opens_for_a_caseworker(now, staff):
    tell(now, "a", "b", school="한강중학교")
    tell(now, "c", school="Other School")
    count_new_tips(now=now)
    for tip in Tip.objects.all():
        assert "한강".encode() not in bytes(tip.school)
        assert len(tip.school) == len(Tip.objects.first().school)
    assert open_schools(only_place().pk, staff=staff, now=now) == (
        ("한강중학교", 2),
        ("Other School", 1),
    )


def test_old_tips_are_erased_and_their_counts_stay(now, staff, settings):
    (code,) = tell(now, "a")
    tell(now, "b", where="t.me/not_settled")
    count_new_tips(now=now)
    place = TippedPlace.objects.get(address="https://t.me/room_one")
    take_up_place(place.pk, staff=staff, now=now)
    settle_place(place.pk, Outcome.COULD_NOT, staff=staff, now=now)
    much_later = now + timedelta(days=settings.TIP_DAYS + 1)
    forgotten = forget_old_tips(now=much_later)
    assert (forgotten.tips, forgotten.addresses) == (2, 1)
    place.refresh_from_db()
    assert (place.address, place.tips) == ("", 1)
    assert TippedHour.objects.count() == 2
    with pytest.raises(UnknownTipCode):
        tip_behind(code, now=much_later)


def test_whoever_is_told_reads_that_nobody_opened_it_and_a_hotline_comes_first(now, settings):
    settings.CENTRE_NAME = "Test centre"
    settings.CENTRE_COUNTRY = "KR"
    tell(now, "a", level=SchoolLevel.HIGH)
    count_new_tips(now=now)
    reports = reports_for(only_place())
    assert "telegram" in [report.recipient_id for report in reports]
    assert reports[-1].recipient_id == "police"
    assert reports[-1].address == "112"
    assert "열어 보지 않았고" in reports[-1].text
    telegram = next(report for report in reports if report.recipient_id == "telegram")
    assert telegram.address == "stopca@telegram.org"
    assert "We have not opened it" in telegram.text
    assert "https://t.me/room_one" in telegram.text
