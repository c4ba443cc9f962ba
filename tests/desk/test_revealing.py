"""Seeing one picture: only the right one, once, small and grey, for a reason, and kept nowhere."""

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from PIL import Image
from pytest_django import Settings

from jikimi.cases.models import Case
from jikimi.people.models import Reveal, Staff
from jikimi.trail.lookups import entries_of
from jikimi.web.desk.reveal_page import AT_ONCE
from tests.pictures import chart, encoded, enlarged, photo, turned

from .picture_site import PictureSite
from .viewing import Clock, Posted, Viewer

pytestmark = pytest.mark.django_db


def events(case: Case) -> list[str]:
    return [content.payload["event"] for content in entries_of(case.pk)]


def likeness(shown: Image.Image, pixels: np.ndarray) -> float:
    """Correlation of two pictures in grey, at the size of the first."""
    other = Image.fromarray(pixels).convert("L").resize(shown.size)
    return float(np.corrcoef(np.asarray(shown).ravel(), np.asarray(other).ravel())[0, 1])


def detail(shown: Image.Image) -> float:
    """How much neighbouring pixels differ."""
    return float(np.abs(np.diff(np.asarray(shown, dtype=np.int16))).mean())


def test_only_the_picture_that_matches_is_shown_small_grey_and_blurred(
    viewer: Viewer, posted: Posted
) -> None:
    shown = viewer.sees(viewer.asks(posted().sightings.get()))
    assert shown is not None
    assert (shown.format, shown.mode, shown.size) == ("PNG", "L", (240, 160))
    assert shown.info == {}
    assert likeness(shown, photo("coffee")) > 0.85
    assert likeness(shown, chart(1)) < 0.5
    assert likeness(shown, chart(2)) < 0.5


def test_it_is_shown_once(viewer: Viewer, posted: Posted, site: PictureSite) -> None:
    page = viewer.asks(posted().sightings.get())
    assert "data-picture" in viewer.browser.get(page).content.decode()
    assert viewer.sees(page) is not None
    site.asked.clear()
    assert viewer.sees(page) is None
    assert site.asked == []
    after = viewer.browser.get(page).content.decode()
    assert "data-picture" not in after
    assert "It was shown, and is gone from here" in after


def test_the_trail_says_who_saw_what_and_why_before_it_is_delivered(
    viewer: Viewer, posted: Posted, staff: Staff
) -> None:
    case = posted()
    sighting = case.sightings.get()
    page = viewer.asks(sighting, "second_person")
    assert events(case)[-1] == "reveal asked for"
    viewer.sees(page)
    said = list(entries_of(case.pk))[-1].payload
    assert said["event"] == "revealed"
    assert said["actor"] == f"staff {staff.pk}"
    assert said["sighting"] == str(sighting.pk)
    assert said["reason"] == "second_person"
    assert said["distance"] <= 31
    assert "127.0.0.1" not in str(said)


def test_where_none_matches_nothing_is_shown_and_the_page_says_so(
    viewer: Viewer, posted: Posted, site: PictureSite
) -> None:
    case = posted()
    site.put_page("/post", "/a.png", "/b.png")
    page = viewer.asks(case.sightings.get())
    assert viewer.sees(page) is None
    assert site.asked == ["/post", "/a.png", "/b.png"]
    assert events(case)[-1] == "nothing revealed"
    after = viewer.browser.get(page).content.decode()
    assert "No picture there matches the fingerprints of this case." in after


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/png", encoded(chart(3), "PNG")),
        ("image/jpeg", encoded(photo("coffee"))[:4000]),
        ("video/mp4", b"\0\0\0\x18ftypisom" + bytes(200)),
        ("text/plain", b"no picture"),
    ],
    ids=["another picture", "broken", "video", "text"],
)
def test_nothing_but_the_right_picture_ever_leaves(
    viewer: Viewer, posted: Posted, site: PictureSite, kind: str, content: bytes
) -> None:
    case = posted()
    site.files["/post"] = (kind, content)
    assert viewer.sees(viewer.asks(case.sightings.get())) is None
    assert events(case)[-1] == "nothing revealed"


def test_a_picture_is_shown_as_a_viewer_turns_it_and_without_its_metadata(
    viewer: Viewer, posted: Posted, site: PictureSite
) -> None:
    large = enlarged(photo("coffee"), 1200, 800)
    standing = np.ascontiguousarray(np.rot90(large))
    case = posted()
    site.files["/post"] = ("image/jpeg", turned(standing, 6))
    shown = viewer.sees(viewer.asks(case.sightings.get()))
    assert shown is not None
    assert shown.size == (240, 160)
    assert shown.info == {}
    assert likeness(shown, photo("coffee")) > 0.85


def test_a_reason_is_needed(viewer: Viewer, posted: Posted) -> None:
    sighting = posted().sightings.get()
    for reason in ("", "curious"):
        answer = viewer.browser.post(f"/desk/sighting/{sighting.pk}/reveal/", {"reason": reason})
        assert answer.status_code == 409
        assert "Choose why you have to" in answer.content.decode()
    assert Reveal.objects.count() == 0


def test_without_a_fingerprint_nothing_could_be_told_apart_so_nothing_is_offered(
    viewer: Viewer, posted: Posted
) -> None:
    sighting = posted(fingerprints=()).sightings.get()
    address = f"/desk/sighting/{sighting.pk}/reveal/"
    page = viewer.browser.get(address).content.decode()
    assert "We hold no fingerprint" in page
    assert "<fieldset" not in page
    assert viewer.browser.post(address, {"reason": "she_asks"}).status_code == 404


def test_seeing_it_clearer_is_a_view_of_its_own(viewer: Viewer, posted: Posted) -> None:
    case = posted()
    page = viewer.asks(case.sightings.get())
    blurred = viewer.sees(page)
    again = viewer.browser.post(f"{page}clearer/")
    clearer = viewer.sees(again["Location"])
    assert blurred is not None
    assert clearer is not None
    assert (clearer.mode, clearer.size) == ("L", blurred.size)
    assert detail(clearer) > 2 * detail(blurred)
    assert events(case).count("revealed") == 2
    page_of_clearer = viewer.browser.get(again["Location"]).content.decode()
    assert "See it clearer" not in page_of_clearer


def test_clearer_comes_only_after_blurred_and_soon(
    viewer: Viewer, posted: Posted, clock: Clock
) -> None:
    page = viewer.asks(posted().sightings.get())
    assert viewer.browser.post(f"{page}clearer/").status_code == 404
    viewer.sees(page)
    clock.on(minutes=6)
    assert viewer.browser.post(f"{page}clearer/").status_code == 404


def test_asking_needs_the_pages_own_token(viewer: Viewer, posted: Posted) -> None:
    sighting = posted().sightings.get()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = viewer.browser.cookies
    answer = strict.post(f"/desk/sighting/{sighting.pk}/reveal/", {"reason": "she_asks"})
    assert answer.status_code == 403
    assert Reveal.objects.count() == 0


def test_only_its_own_page_may_show_it_and_nothing_may_keep_it(
    viewer: Viewer, posted: Posted
) -> None:
    case = posted()
    page = viewer.asks(case.sightings.get())
    for address, allowed in ((page, "img-src 'self' data:;"), ("/desk/", "img-src data:;")):
        assert allowed in viewer.browser.get(address)["Content-Security-Policy"] + ";"
    alone = {"Sec-Fetch-Dest": "document"}
    assert viewer.browser.get(f"{page}picture/", headers=alone).status_code == 404
    answer = viewer.browser.get(f"{page}picture/", headers={"Sec-Fetch-Dest": "image"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_third_at_once_comes_again_and_has_lost_nothing(
    viewer: Viewer, posted: Posted, site: PictureSite
) -> None:
    page = viewer.asks(posted().sightings.get())
    with AT_ONCE, AT_ONCE:
        assert viewer.browser.get(f"{page}picture/").status_code == 503
    assert site.asked == []
    assert "data-picture" in viewer.browser.get(page).content.decode()
    assert viewer.sees(page) is not None


def test_no_picture_reaches_the_database_or_the_disk(
    viewer: Viewer, posted: Posted, settings: Settings
) -> None:
    before = sorted(settings.DATA_DIR.rglob("*"))
    answer = viewer.browser.get(viewer.asks(posted().sightings.get()) + "picture/")
    assert answer.status_code == 200
    assert sorted(settings.DATA_DIR.rglob("*")) == before
    assert tables_with(b"\x89PNG") == []
    assert tables_with(answer.content[60:80]) == []
    assert "iVBORw0" not in str(viewer.browser.session.items())


def tables_with(some: bytes) -> list[str]:
    """The tables in which these bytes stand, as themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT EXISTS (SELECT 1 FROM "{table}" AS one WHERE one::text ILIKE %s)',
                [f"%{some.hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(table)
        return found
