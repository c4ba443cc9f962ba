"""Of a minor's case there are no pixels at all, whatever somebody at the desk tries."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from django.test import Client

from jikimi.cases.actions import NewFingerprint
from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import AgeGroup, Liveness
from jikimi.intake.actions import withdraw_report
from jikimi.people.models import Reveal, Staff
from jikimi.people.rules import Reason
from jikimi.takedown.actions.revealing import Viewer as WhoSees
from jikimi.takedown.actions.revealing import ask_to_see, show_once
from jikimi.takedown.errors import MayNotShow
from jikimi.takedown.fetchers import link_fetcher
from jikimi.takedown.seeing.fetching import VISIT_SECONDS, FetchedLink
from jikimi_core.fingerprint import pdq
from tests.pictures import chart, photo

from .conftest import PASSWORD
from .picture_site import PictureSite
from .viewing import Clock, Posted, Viewer

pytestmark = pytest.mark.django_db
NOT_ADULTS = [AgeGroup.UNDER_18, AgeGroup.NOT_SURE, AgeGroup.MIXED]


def shows_nothing_at_all(viewer: Viewer, sighting: Sighting, page: str | None = None) -> None:
    """Each address there is answers 404 and no picture."""
    browser, ask = viewer.browser, f"/desk/sighting/{sighting.pk}/reveal/"
    answers = [browser.get(ask), browser.post(ask, {"reason": "she_asks"})]
    if page is not None:
        answers += [browser.get(f"{page}picture/"), browser.get(page)]
        answers += [browser.post(f"{page}clearer/")]
    for answer in answers:
        assert answer.status_code == 404
        assert not answer["Content-Type"].startswith("image/")
        assert b"<img" not in answer.content
        assert b"data-picture" not in answer.content


@pytest.mark.parametrize("age", NOT_ADULTS)
def test_a_minors_case_has_no_view_and_its_page_offers_none(
    viewer: Viewer, posted: Posted, site: PictureSite, age: AgeGroup
) -> None:
    case = posted(age_group=age)
    assert "See it" not in viewer.browser.get(f"/desk/case/{case.nickname}/").content.decode()
    shows_nothing_at_all(viewer, case.sightings.get())
    assert site.asked == []
    assert Reveal.objects.count() == 0


@pytest.mark.parametrize("age", NOT_ADULTS)
def test_a_case_that_turns_out_to_be_a_minors_after_the_page_was_opened(
    viewer: Viewer, posted: Posted, site: PictureSite, age: AgeGroup
) -> None:
    case = posted()
    page = viewer.asks(case.sightings.get())
    assert viewer.browser.get(page).status_code == 200
    Case.objects.filter(pk=case.pk).update(age_group=age)
    shows_nothing_at_all(viewer, case.sightings.get(), page)
    assert site.asked == []


@dataclass
class Meanwhile:
    """The real fetcher, with something that happens in the house while it is under way."""

    happens: Callable[[], object]
    fetched: list[str] = field(default_factory=list)

    def fetch(self, url: str, *, seconds: float = VISIT_SECONDS) -> FetchedLink:
        self.fetched.append(url)
        self.happens()
        return link_fetcher().fetch(url, seconds=seconds)


@pytest.mark.parametrize("change", ["turned to minor", "reported as a minor's", "withdrawn"])
def test_what_changes_while_the_site_answers_counts(
    posted: Posted, staff: Staff, now: datetime, site: PictureSite, change: str
) -> None:
    case = posted("/coffee.png")
    viewer = WhoSees(staff=staff, session_key="here")

    def happens() -> None:
        if change == "turned to minor":
            Case.objects.filter(pk=case.pk).update(age_group=AgeGroup.UNDER_18)
        elif change == "withdrawn":
            withdraw_report(case, now=now)
        else:
            posted("/elsewhere", age_group=AgeGroup.UNDER_18)

    reveal = ask_to_see(case.sightings.get().pk, Reason.SHE_ASKS, viewer=viewer, now=now)
    fetcher = Meanwhile(happens)
    with suppress(MayNotShow):
        assert show_once(reveal.pk, fetcher, viewer=viewer, now=now) is None
    assert len(fetcher.fetched) == 1
    reveal.refresh_from_db()
    assert reveal.state == "nothing"


def test_a_link_that_a_minors_case_names_too(
    viewer: Viewer, posted: Posted, site: PictureSite
) -> None:
    case = posted()
    page = viewer.asks(case.sightings.get())
    posted(age_group=AgeGroup.NOT_SURE, fingerprints=())
    shows_nothing_at_all(viewer, case.sightings.get(), page)
    assert site.asked == []


def test_a_picture_on_the_page_that_a_minors_case_names(
    viewer: Viewer, posted: Posted, site: PictureSite
) -> None:
    case = posted()
    posted("/coffee.png", age_group=AgeGroup.UNDER_18, fingerprints=())
    page = viewer.asks(case.sightings.get())
    assert viewer.sees(page) is None
    assert viewer.browser.post(f"{page}clearer/").status_code == 404


def test_a_link_that_leads_on_to_one_of_a_minors_case(
    viewer: Viewer, posted: Posted, site: PictureSite
) -> None:
    site.moved["/short"] = "/coffee.png"
    case = posted("/short")
    posted("/coffee.png", age_group=AgeGroup.MIXED, fingerprints=())
    assert viewer.sees(viewer.asks(case.sightings.get())) is None


def test_a_case_whose_fingerprint_resembles_a_minors(
    viewer: Viewer, posted: Posted, site: PictureSite
) -> None:
    case = posted()
    page = viewer.asks(case.sightings.get())
    minors = posted("/elsewhere", age_group=AgeGroup.UNDER_18)
    shows_nothing_at_all(viewer, case.sightings.get(), page)
    Case.objects.filter(pk=minors.pk).update(status=CaseStatus.WITHDRAWN, closed_at=case.opened_at)
    shows_nothing_at_all(viewer, case.sightings.get(), page)
    assert site.asked == []


def test_a_picture_nearer_to_a_minors_fingerprint_than_the_case_itself(
    viewer: Viewer, posted: Posted
) -> None:
    made = pdq.from_array(photo("coffee")).hash
    near = int.from_bytes(made)
    case = posted(fingerprints=(flipped(near, range(30)),))
    posted("/x", age_group=AgeGroup.UNDER_18, fingerprints=(flipped(near, range(200, 230)),))
    assert viewer.sees(viewer.asks(case.sightings.get())) is None


def flipped(fingerprint: int, bits: range) -> NewFingerprint:
    """A fingerprint so many bits away."""
    for bit in bits:
        fingerprint ^= 1 << bit
    return NewFingerprint(pdq=fingerprint.to_bytes(32), quality=90)


def test_naming_another_place_changes_nothing(viewer: Viewer, posted: Posted) -> None:
    mine = posted()
    minors = posted("/b.png", age_group=AgeGroup.UNDER_18, fingerprints=(of_chart(2),))
    page = viewer.asks(mine.sightings.get())
    other = minors.sightings.get().pk
    for name in ("sighting", "sighting_id", "sighting_ref", "url", "address"):
        viewer.browser.get(f"{page}?{name}={other}")
    answer = viewer.browser.get(f"/desk/reveal/{other}/picture/")
    assert answer.status_code == 404
    shows_nothing_at_all(viewer, minors.sightings.get())


def of_chart(seed: int) -> NewFingerprint:
    made = pdq.from_array(chart(seed))
    return NewFingerprint(pdq=made.hash, quality=made.quality)


def test_a_view_cannot_be_replayed(viewer: Viewer, posted: Posted, site: PictureSite) -> None:
    page = viewer.asks(posted().sightings.get())
    assert viewer.sees(page) is not None
    site.asked.clear()
    for _ in range(3):
        assert viewer.sees(page) is None
    assert site.asked == []


def test_it_belongs_to_one_person_in_one_session(
    viewer: Viewer,
    posted: Posted,
    site: PictureSite,
    staff: Staff,
    signed_in: Callable[[Client, Staff], None],
) -> None:
    page = viewer.asks(posted().sightings.get())
    elsewhere = Client()
    signed_in(elsewhere, staff)
    assert elsewhere.get("/desk/").status_code == 200
    other = Staff.objects.create_staff(email="other@centre.example", password=PASSWORD)
    Reveal.objects.update(staff=staff)
    for address in (page, f"{page}picture/"):
        assert elsewhere.get(address).status_code == 404
    Reveal.objects.update(staff=other)
    for address in (page, f"{page}picture/"):
        assert viewer.browser.get(address).status_code == 404
    assert site.asked == []


def test_it_has_to_be_taken_up_within_a_minute(
    viewer: Viewer, posted: Posted, site: PictureSite, clock: Clock
) -> None:
    page = viewer.asks(posted().sightings.get())
    clock.on(seconds=61)
    assert viewer.sees(page) is None
    assert site.asked == []
    assert "The time to see it has run out" in viewer.browser.get(page).content.decode()


def test_a_second_promise_spends_the_first(
    viewer: Viewer, posted: Posted, site: PictureSite
) -> None:
    sighting = posted().sightings.get()
    first, second = viewer.asks(sighting), viewer.asks(sighting)
    assert viewer.sees(first) is None
    assert viewer.sees(second) is not None


@pytest.mark.parametrize("ended", ["withdrawn", "closed"])
def test_an_ended_case_shows_nothing(
    viewer: Viewer, posted: Posted, site: PictureSite, now: datetime, ended: str
) -> None:
    case = posted()
    page = viewer.asks(case.sightings.get())
    if ended == "withdrawn":
        withdraw_report(case, now=now)
    else:
        case.sightings.update(liveness=Liveness.GONE)
        Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED, closed_at=now)
    shows_nothing_at_all(viewer, case.sightings.get(), page)
    assert site.asked == []


def test_a_name_of_a_room_shows_nothing(viewer: Viewer, posted: Posted, site: PictureSite) -> None:
    case = posted()
    case.sightings.update(kind="handle")
    shows_nothing_at_all(viewer, case.sightings.get())
    assert site.asked == []
