"""A caseworker's day: counted for her alone, a word in time, and limits that hold."""

from datetime import time, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from jikimi.cases.models import Case, CaseStatus
from jikimi.people.actions import forget_old_days, note_desk_time
from jikimi.people.lookups import meter_at
from jikimi.people.models import DeskStretch, Reveal, Staff, WentOn
from jikimi.takedown.exposure import centre_exposure
from jikimi.takedown.models import Notice
from jikimi.trail.lookups import entries_of

from .picture_site import PictureSite
from .viewing import Clock, Posted, Viewer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def work(browser: Client, case: Case, clock: Clock, *, minutes: int) -> None:
    """Open a case's page every five minutes."""
    for _ in range(0, minutes, 5):
        browser.get(f"/desk/case/{case.nickname}/")
        clock.on(minutes=5)
    browser.get(f"/desk/case/{case.nickname}/")


def has_worked(staff: Staff, clock: Clock, *, hours: float) -> None:
    """Hours at a stretch, up to now."""
    began = clock.now - timedelta(hours=hours)
    DeskStretch.objects.create(staff=staff, began_at=began, ended_at=clock.now)


@pytest.fixture
def case(posted: Posted) -> Case:
    return posted()


def test_time_with_a_case_is_counted_and_the_queue_is_not(
    viewer: Viewer, case: Case, clock: Clock, staff: Staff
) -> None:
    work(viewer.browser, case, clock, minutes=25)
    assert "25 min of 5 h with cases on the screen" in text_of(viewer.browser, "/desk/wellbeing/")
    for _ in range(6):
        clock.on(minutes=5)
        viewer.browser.get("/desk/")
        viewer.browser.get("/desk/wellbeing/")
    assert meter_at(staff, clock.now).desk == timedelta(minutes=25)


def test_a_gap_of_ten_minutes_is_a_break(
    viewer: Viewer, case: Case, clock: Clock, staff: Staff
) -> None:
    work(viewer.browser, case, clock, minutes=20)
    clock.on(minutes=10)
    work(viewer.browser, case, clock, minutes=20)
    meter = meter_at(staff, clock.now)
    assert meter.desk == timedelta(minutes=40)
    assert meter.without_break == timedelta(minutes=20)
    assert len(meter.stretches) == 2


def test_only_when_is_written_down_and_not_which_case(
    viewer: Viewer, case: Case, clock: Clock
) -> None:
    work(viewer.browser, case, clock, minutes=30)
    assert {field.name for field in DeskStretch._meta.get_fields()} == {
        *("id", "staff", "began_at", "ended_at")
    }
    assert DeskStretch.objects.count() == 1
    assert not [one for one in entries_of(case.pk) if one.payload["actor"].startswith("staff")]


def test_nobody_sees_a_colleagues_day(viewer: Viewer, case: Case, clock: Clock) -> None:
    other = Staff.objects.create_staff(email="other@centre.example", password="w" * 20)
    has_worked(other, clock, hours=4)
    mine = text_of(viewer.browser, "/desk/wellbeing/")
    assert "0 min of 5 h" in mine
    assert "other@" not in mine
    assert "0 min of 5 h" in text_of(viewer.browser, f"/desk/wellbeing/?staff={other.pk}")


def test_after_an_hour_the_desk_suggests_a_break_and_stops_after_it(
    viewer: Viewer, case: Case, clock: Clock
) -> None:
    work(viewer.browser, case, clock, minutes=55)
    assert "An hour without a break" not in text_of(viewer.browser, "/desk/")
    work(viewer.browser, case, clock, minutes=5)
    assert "An hour without a break" in text_of(viewer.browser, "/desk/")
    clock.on(minutes=10)
    assert "An hour without a break" not in text_of(viewer.browser, "/desk/")


def test_views_of_a_day_are_limited(
    viewer: Viewer, case: Case, site: PictureSite, settings: Settings
) -> None:
    settings.REVEALS_A_DAY = 2
    sighting = case.sightings.get()
    for _ in range(2):
        assert viewer.sees(viewer.asks(sighting)) is not None
    address = f"/desk/sighting/{sighting.pk}/reveal/"
    assert "<fieldset" not in text_of(viewer.browser, address)
    refused = viewer.browser.post(address, {"reason": "she_asks"})
    assert refused.status_code == 409
    assert "Your views of today are used up: 2 of 2." in refused.content.decode()
    assert Reveal.objects.count() == 2


def test_a_clearer_view_needs_a_view_that_is_left(
    viewer: Viewer, case: Case, settings: Settings
) -> None:
    settings.REVEALS_A_DAY = 1
    page = viewer.asks(case.sightings.get())
    assert viewer.sees(page) is not None
    after = viewer.browser.post(f"{page}clearer/", follow=True)
    assert "Your views of today are used up: 1 of 1." in after.content.decode()
    assert Reveal.objects.count() == 1


def test_what_came_to_nothing_does_not_count(
    viewer: Viewer, case: Case, site: PictureSite, staff: Staff, clock: Clock
) -> None:
    site.put_page("/post", "/a.png")
    sighting = case.sightings.get()
    assert viewer.sees(viewer.asks(sighting)) is None
    viewer.asks(sighting)
    assert len(meter_at(staff, clock.now).views) == 1  # the promise that waits
    clock.on(minutes=2)
    assert meter_at(staff, clock.now).views == ()


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("REVEALS_A_DAY", 0, "shows no pictures to anybody"),
        ("DESK_DAY_ENDS", time(16), "No picture is shown after 16:00"),
    ],
)
def test_a_centres_own_limits_hold(
    viewer: Viewer, case: Case, settings: Settings, setting: str, value: object, sentence: str
) -> None:
    setattr(settings, setting, value)  # it is 21:00 in Seoul
    address = f"/desk/sighting/{case.sightings.get().pk}/reveal/"
    assert sentence in text_of(viewer.browser, address)
    assert viewer.browser.post(address, {"reason": "she_asks"}).status_code == 409


def test_full_hours_stop_views_and_ask_before_a_case(
    viewer: Viewer, case: Case, staff: Staff, clock: Clock
) -> None:
    has_worked(staff, clock, hours=5)
    address = f"/desk/case/{case.nickname}/"
    asked = text_of(viewer.browser, address)
    assert "You have been here for your hours of today" in asked
    assert "Notices" not in asked
    reveal = f"/desk/sighting/{case.sightings.get().pk}/reveal/"
    assert "Your hours of today are full" in text_of(viewer.browser, reveal)
    clock.on(minutes=20)  # a break fills nothing up again
    assert "You have been here" in text_of(viewer.browser, address)


def test_whoever_goes_on_says_why_and_is_asked_again_in_an_hour(
    viewer: Viewer, case: Case, staff: Staff, clock: Clock
) -> None:
    has_worked(staff, clock, hours=5)
    for wrong in ({"reason": "finishing"}, {"nickname": case.nickname}, {"reason": "x"}):
        assert viewer.browser.post("/desk/wellbeing/go-on/", wrong).status_code == 404
    said = {"nickname": case.nickname, "reason": "somebody_waits"}
    after = viewer.browser.post("/desk/wellbeing/go-on/", said)
    assert after["Location"] == f"/desk/case/{case.nickname}/"
    assert "Notices" in text_of(viewer.browser, after["Location"])
    clock.on(hours=1)
    assert "You have been here" in text_of(viewer.browser, after["Location"])
    assert WentOn.objects.get().reason == "somebody_waits"
    assert "went" not in str([one.payload for one in entries_of(case.pk)])


def test_full_hours_never_stop_an_act_that_was_begun(
    viewer: Viewer, case: Case, staff: Staff, clock: Clock
) -> None:
    has_worked(staff, clock, hours=5)
    notice = Notice.objects.create(
        sighting=case.sightings.get(),
        recipient_id="x",
        recipient_name="X",
        route_type="email",
        address="abuse@hidden.example",
        because="Because this is a test.",
        drafted_at=clock.now,
    )
    viewer.browser.post(f"/desk/notice/{notice.pk}/cancel/")
    notice.refresh_from_db()
    assert notice.state == "cancelled"


def test_the_next_day_begins_at_nothing(
    viewer: Viewer, case: Case, staff: Staff, clock: Clock
) -> None:
    has_worked(staff, clock, hours=5)
    clock.on(hours=4)  # past midnight in Seoul, within the session
    assert meter_at(staff, clock.now).desk == timedelta()
    assert "Notices" in text_of(viewer.browser, f"/desk/case/{case.nickname}/")


def test_old_days_are_forgotten_and_views_lose_their_names(
    viewer: Viewer, case: Case, staff: Staff, clock: Clock, settings: Settings
) -> None:
    assert viewer.sees(viewer.asks(case.sightings.get())) is not None
    note_desk_time(staff, now=clock.now)
    later = clock.now + timedelta(days=settings.METER_DAYS)
    assert forget_old_days(now=later) == 0
    assert forget_old_days(now=later + HOUR) == 2
    assert DeskStretch.objects.count() == 0
    view = Reveal.objects.get()
    assert (view.staff_id, bytes(view.session)) == (None, b"")
    assert centre_exposure(clock.now).without_eyes == 0
    assert forget_old_days(now=later + HOUR) == 0


def test_the_centre_is_shown_without_names(viewer: Viewer, posted: Posted, clock: Clock) -> None:
    cases = [posted(f"/post?{number}") for number in range(3)]
    for case in cases:
        case.sightings.update(seen_there=True, last_look_at=clock.now)
    assert viewer.sees(viewer.asks(cases[0].sightings.get())) is None  # no such page
    page = text_of(viewer.browser, "/desk/wellbeing/")
    assert "no case was closed yet" in page
    Case.objects.update(status=CaseStatus.CLOSED, closed_at=clock.now)
    Reveal.objects.update(state="shown")
    shown = centre_exposure(clock.now)
    assert (shown.closed, shown.median_views, shown.without_view) == (3, 0, 2)
    assert (shown.matches, shown.without_eyes) == (3, 2)
    assert "median of n = 3; the goal is 0" in text_of(viewer.browser, "/desk/wellbeing/")
