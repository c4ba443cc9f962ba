"""Archives and twin addresses: named by data, looked at, and taken in by a person."""

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.aftercare.actions import erase_case
from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import AgeGroup, read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report, withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import look_at, take_up_new_places
from jikimi.takedown.actions.elsewhere import ask_elsewhere_again, look_elsewhere, take_in_copy
from jikimi.takedown.elsewhere.mirrors import SHIPPED, check_mirrors, load_mirrors
from jikimi.takedown.elsewhere.models import OtherCopy
from jikimi.takedown.errors import MayNotLook
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.other_links import Archive, Mirrors, Twins, other_links
from jikimi.takedown.rules.recheck import Verdict
from jikimi.takedown.seeing.fetching import FetchedLink, GuardedFetcher
from jikimi.takedown.seeing.links import FetchPolicy
from jikimi.venues.errors import PackError
from jikimi.venues.packs import load_packs
from tests.reports import a_report
from tests.takedown.drafts import Draft

ARCHIVE = Archive(name="Kept", address="https://kept.example/newest/{url}")
TWINS = Twins(name="Birds", hosts=("bird.example", "m.bird.example"))
MIRRORS = Mirrors(archives=(ARCHIVE,), twins=(TWINS,))


def test_a_link_has_its_twins_and_its_place_in_each_archive() -> None:
    found = other_links("http://bird.example/a?b=1#c", MIRRORS)
    assert [(one.address, one.is_archive) for one in found] == [
        ("https://m.bird.example/a?b=1", False),
        ("https://kept.example/newest/http://bird.example/a?b=1", True),
    ]


def test_an_encoded_address_takes_the_whole_link_as_one_value() -> None:
    archive = Archive(name="Asked", address="https://asked.example/?u={encoded}")
    (found,) = other_links("https://a.example/x?y=1&z", Mirrors(archives=(archive,), twins=()))
    assert found.address == "https://asked.example/?u=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z"


def test_what_is_in_an_archive_is_not_looked_for_in_archives() -> None:
    assert other_links("https://kept.example/newest/https://a.example/", MIRRORS) == ()


@given(path=st.text(max_size=60), query=st.text(max_size=60))
def test_whatever_a_link_says_its_other_addresses_stay_on_the_hosts_that_the_data_names(
    path: str, query: str
) -> None:
    for one in other_links(f"https://bird.example/{path}?{query}", MIRRORS):
        assert urlsplit(one.address).hostname in {"m.bird.example", "kept.example"}


def test_what_ships_fits_its_schema_and_a_centre_replaces_an_entry(tmp_path: Path) -> None:
    assert load_mirrors(SHIPPED).archives
    (tmp_path / "mirrors").mkdir()
    (tmp_path / "mirrors" / "ours.yaml").write_text(
        "schema: mirrors/1\narchives:\n- {id: wayback, name: Ours, address: 'https://a.example/{url}'}\n"
        "groups: []\nsources:\n- {title: x, kind: y, retrieved: '2026-11-22', confidence: K}\n"
    )
    names = [one.name for one in load_mirrors(SHIPPED, tmp_path).archives]
    assert "Ours" in names
    assert "Internet Archive" not in names


def test_hosts_that_show_the_same_belong_to_one_platform_unless_the_file_says_others_do(
    tmp_path: Path,
) -> None:
    assert check_mirrors(SHIPPED, load_packs()) == ()
    (tmp_path / "mirrors").mkdir()
    (tmp_path / "mirrors" / "ours.yaml").write_text(
        "schema: mirrors/1\narchives: []\ngroups:\n"
        "- {id: x, name: X, hosts: [x.com, x-pictures.example]}\n"
        "- {id: x-too, name: X, hosts: [x.com, front.example], by_others: true}\n"
        "sources:\n- {title: x, kind: y, retrieved: '2026-11-22', confidence: K}\n"
    )
    (problem,) = check_mirrors(tmp_path, load_packs())
    assert problem.key == "groups.x.hosts"
    assert "x-pictures.example is nobody's" in problem.what
    assert "link_domains" in problem.what_to_do


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example/{url}",
        "https://a.example/",
        "https://a.example/{url}{url}",
        "https://u@a/{url}",
    ],
)
def test_an_archive_that_is_no_safe_address_is_refused_and_named(
    address: str, tmp_path: Path
) -> None:
    (tmp_path / "mirrors").mkdir()
    (tmp_path / "mirrors" / "bad.yaml").write_text(
        f"schema: mirrors/1\narchives:\n- {{id: a, name: A, address: '{address}'}}\n"
        "groups: []\nsources:\n- {title: x, kind: y, retrieved: '2026-11-22', confidence: K}\n"
    )
    with pytest.raises(PackError, match=r"bad\.yaml"):
        load_mirrors(tmp_path)


# --- Through the engine

pytestmark = pytest.mark.django_db


@pytest.fixture
def fetcher(platform: StandinPlatform) -> GuardedFetcher:
    ports = frozenset({platform.doors.http_port})
    return GuardedFetcher(user_agent="test", policy=FetchPolicy(allowed_loopback_ports=ports))


class OneArchive:
    """An archive: it answers each address with the platform's page, or has nothing."""

    def __init__(self, fetcher: GuardedFetcher, page: str, *, has_it: bool = True) -> None:
        self._fetcher, self._page, self._has_it = fetcher, page, has_it
        self.asked: list[str] = []

    def fetch(self, url: str, *, seconds: float = 0) -> FetchedLink:
        if urlsplit(url).netloc == urlsplit(self._page).netloc:
            return self._fetcher.fetch(url, seconds=20)
        self.asked.append(url)
        there = self._page if self._has_it else f"{self._page}/none"
        return self._fetcher.fetch(there, seconds=20)


def test_once_the_picture_is_seen_its_other_addresses_are_named_once(
    draft: Draft, fetcher: GuardedFetcher, now: datetime
) -> None:
    notice = draft()
    assert not OtherCopy.objects.exists()
    look_at(notice.sighting_id, fetcher, now=now)
    named = set(OtherCopy.objects.values_list("address", flat=True))
    assert f"https://web.archive.org/web/2if_/{notice.sighting.address}" in named
    assert not Sighting.objects.exclude(pk=notice.sighting_id).exists()
    look_at(notice.sighting_id, fetcher, now=now)
    assert set(OtherCopy.objects.values_list("address", flat=True)) == named


def test_a_copy_in_an_archive_is_found_and_taken_in_with_its_notice(
    draft: Draft, fetcher: GuardedFetcher, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    notice = draft()
    look_at(notice.sighting_id, fetcher, now=now)
    copy = OtherCopy.objects.filter(is_archive=True).first()
    assert copy is not None
    archive = OneArchive(fetcher, platform.doors.page)
    assert look_elsewhere(copy.pk, archive, now=now) == Verdict.STILL_THERE
    assert archive.asked == [copy.address]
    copy.refresh_from_db()
    assert copy.distance is not None
    assert Sighting.objects.count() == 1
    taken = take_in_copy(copy.pk, staff=staff, now=now)
    assert taken is not None
    assert taken.address == copy.address
    assert taken.seen_there
    assert take_in_copy(copy.pk, staff=staff, now=now) is None
    take_up_new_places(taken.case_id, now=now)
    assert Sighting.objects.count() == 2


def test_an_archive_without_it_says_so_and_adds_nothing(
    draft: Draft, fetcher: GuardedFetcher, platform: StandinPlatform, now: datetime
) -> None:
    look_at(draft().sighting_id, fetcher, now=now)
    copy = OtherCopy.objects.first()
    assert copy is not None
    missing = OneArchive(fetcher, platform.doors.page, has_it=False)
    assert look_elsewhere(copy.pk, missing, now=now) == Verdict.GONE
    assert Sighting.objects.count() == 1


class NeverFetches:
    def fetch(self, url: str, *, seconds: float = 0) -> FetchedLink:
        raise AssertionError(url)


def _named_copy(sighting: Sighting, now: datetime) -> OtherCopy:
    return OtherCopy.objects.create(
        case=sighting.case,
        sighting=sighting,
        address="https://kept.example/1",
        name="Kept",
        is_archive=True,
        named_at=now,
    )


def test_nothing_of_a_minors_is_looked_at_or_taken_in(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    sighting = draft(age_group=AgeGroup.NOT_SURE).sighting
    with pytest.raises(MayNotLook):
        ask_elsewhere_again(sighting.pk, staff=staff, now=now)
    copy = _named_copy(sighting, now)
    assert look_elsewhere(copy.pk, NeverFetches(), now=now) is None
    with pytest.raises(MayNotLook):
        take_in_copy(copy.pk, staff=staff, now=now)


def test_an_address_that_a_minors_case_names_is_not_looked_at_for_an_adults(
    draft: Draft, now: datetime
) -> None:
    copy = _named_copy(draft().sighting, now)
    minors = (read_place(copy.address),)
    receive_report(a_report(age_group=AgeGroup.UNDER_18, places=minors), now=now)
    assert look_elsewhere(copy.pk, NeverFetches(), now=now) is None


def test_after_a_withdrawal_nothing_is_looked_at(draft: Draft, staff: Staff, now: datetime) -> None:
    sighting = draft().sighting
    copy = _named_copy(sighting, now)
    withdraw_report(sighting.case, now=now)
    assert look_elsewhere(copy.pk, NeverFetches(), now=now) is None
    with pytest.raises(MayNotLook):
        ask_elsewhere_again(sighting.pk, staff=staff, now=now)
    assert Case.objects.get().sightings.count() == 1
    assert Notice.objects.count() == 1


def test_a_look_elsewhere_for_a_case_that_was_erased_ends_quietly(
    draft: Draft, now: datetime
) -> None:
    copy = _named_copy(draft().sighting, now)
    erase_case(copy.case_id, now=now)
    assert look_elsewhere(copy.pk, NeverFetches(), now=now) is None
