"""A picture that was posted again is found on a watched site, and a notice about it is drafted."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from jikimi.cases.actions import NewFingerprint
from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import AgeGroup
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import take_up_new_places
from jikimi.takedown.actions.visiting import Manners, visit_next
from jikimi.takedown.actions.watching import NewWatch, name_watch
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.watching import WatchOutcome, WatchScope, watch_user_agent
from jikimi.takedown.watch.models import Watch, WatchRun
from jikimi.trail.lookups import entries_of
from jikimi_core.fingerprint import pdq
from tests.pictures import encoded, enlarged
from tests.pictures import photo as benign
from tests.reports import a_report
from tests.takedown.conftest import platform, staff

__all__ = ["platform", "staff"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """What the site shows: the picture at another size and compressed harder."""
    path = tmp_path / "posted-again.jpg"
    path.write_bytes(encoded(enlarged(benign("coffee"), 450, 300), quality=55))
    return path


def report(now: datetime, **changes: object) -> Case:
    """A case that holds the fingerprint of the picture as it was, and knows no place."""
    made = pdq.from_array(benign("coffee"))
    prints = (NewFingerprint(pdq=made.hash, quality=made.quality),)
    return receive_report(a_report(fingerprints=prints, places=(), **changes), now=now).case


def watch(platform: StandinPlatform, staff: Staff, now: datetime) -> Watch:
    front_page = platform.doors.page.partition("/p/")[0] + "/"
    new = NewWatch(
        address=front_page,
        scope=WatchScope.BELOW,
        case_id=None,
        why="Her former flatmate posts here.",
        every_hours=24,
    )
    return name_watch(new, staff=staff, now=now)


def visit(platform: StandinPlatform, now: datetime) -> WatchRun | None:
    manners = Manners(
        user_agent=watch_user_agent("crawl@centre.example"),
        delay=timedelta(milliseconds=20),
        loopback_ports=frozenset({platform.doors.http_port}),
    )
    return visit_next(manners, lambda: now)


def test_a_picture_posted_again_is_found_and_a_notice_is_drafted(
    platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    case = report(now)
    watch(platform, staff, now)
    run = visit(platform, now)

    assert run is not None
    assert run.outcome == WatchOutcome.DONE
    assert (run.pages, run.pictures, run.sightings) == (2, 1, 1)
    sighting = case.sightings.get()
    assert sighting.address == platform.doors.page
    assert sighting.distance <= 31
    assert sighting.quality >= 50
    take_up_new_places(case.pk, now=now)
    notice = Notice.objects.get(sighting=sighting)
    assert (notice.state, notice.recipient_id) == (NoticeState.DRAFT, "standin")
    told = [entry.payload["event"] for entry in entries_of(case.pk)]
    assert told[-2:] == ["copy found by a watch", "notice drafted"]

    # The next visit sees the same picture and adds nothing.
    again = visit(platform, now + timedelta(days=1))
    assert again is not None
    assert (again.matches, again.sightings) == (1, 0)
    assert case.sightings.count() == 1


@pytest.mark.parametrize("age", [AgeGroup.UNDER_18, AgeGroup.NOT_SURE, AgeGroup.MIXED])
def test_the_same_picture_in_a_minors_case_is_never_compared(
    age: AgeGroup, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    case = report(now, age_group=age)
    watch(platform, staff, now)
    run = visit(platform, now)
    assert run is not None
    assert (run.outcome, run.pages, run.pictures) == (WatchOutcome.NOTHING, 0, 0)
    assert not Sighting.objects.filter(case=case).exists()
    assert not Notice.objects.filter(sighting__case=case).exists()


def test_a_minors_case_beside_an_adults_gets_no_sighting_from_a_visit(
    platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    other = pdq.from_array(benign("rocket"))
    adult_prints = (NewFingerprint(pdq=other.hash, quality=other.quality),)
    receive_report(a_report(fingerprints=adult_prints, places=()), now=now)
    minor = report(now, age_group=AgeGroup.UNDER_18)
    watch(platform, staff, now)
    run = visit(platform, now)
    assert run is not None
    assert (run.outcome, run.pictures, run.matches) == (WatchOutcome.DONE, 1, 0)
    assert not minor.sightings.exists()
