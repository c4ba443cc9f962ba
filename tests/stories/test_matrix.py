"""A picture in a room of Matrix: reported to a real homeserver, removed there, seen to be gone.

Synapse runs as its makers ship it. The centre has an account there; what the server's owner does,
the test does by the server's own interface.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from signal import SIGSTOP
from threading import Thread

import pytest
from pytest_django import Settings

from jikimi.cases.actions import NewFingerprint
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import AgeGroup, Liveness, read_place
from jikimi.cli.demo.processes import free_port
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    dispatch_ready,
    draft_missing,
    escalate_due,
    look_at,
    settle_unknown,
    sweep_clocks,
)
from jikimi.takedown.channels import channels
from jikimi.takedown.fetchers import place_fetcher
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.trail.exports import export_case
from jikimi.trail.lookups import entries_of
from jikimi.trail.verifying import verify_export
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import RecipientId
from jikimi_core.fingerprint import pdq
from tests.pictures import encoded, photo
from tests.reports import a_report
from tests.stories.homeserver import Person, Post, SynapseServer, until
from tests.stories.homeserver_entry import RECIPIENT, write_homeserver_entry
from tests.takedown.conftest import staff

__all__ = ["staff"]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SynapseServer]:
    synapse = SynapseServer(folder=tmp_path_factory.mktemp("synapse"), port=free_port())
    try:
        synapse.start()
        yield synapse
    finally:
        synapse.kill()


@pytest.fixture(scope="module")
def owner(server: SynapseServer) -> Person:
    return server.register("owner", admin=True)


@pytest.fixture(scope="module")
def poster(server: SynapseServer) -> Person:
    return server.register("poster")


@pytest.fixture(scope="module")
def centre(server: SynapseServer) -> Person:
    """The support centre's account."""
    return server.register("centre")


@pytest.fixture
def members_only(server: SynapseServer) -> Iterator[None]:
    """The server gives new files to those alone who are signed in, as most servers do."""
    server.kill()
    server.signed_in_downloads = True
    server.start()
    yield
    server.kill()
    server.signed_in_downloads = False
    server.start()


@pytest.fixture
def post(poster: Person, owner: Person, centre: Person) -> Post:
    """A cup of coffee, posted in a public room that the centre's account is in."""
    room = poster.open_room()
    owner.join(room)
    centre.join(room)
    return poster.post(room, encoded(photo("coffee")))


@pytest.fixture(autouse=True)
def _house(
    server: SynapseServer, centre: Person, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    """The packs know the homeserver, and the centre has the keys of its account there."""
    write_homeserver_entry(tmp_path / "packs", server.name, now.date())
    keys = tmp_path / "channels.toml"
    keys.write_text(f'[matrix]\n"127.0.0.1" = "{centre.token}"\n')
    keys.chmod(0o600)
    settings.PACK_FOLDERS = [tmp_path / "packs"]
    settings.CHANNEL_KEYS = str(keys)
    settings.STAND_IN_PORTS = frozenset({server.port})
    settings.CENTRE_EMAIL = settings.DEFAULT_FROM_EMAIL = "centre@jikimi.example"
    settings.CENTRE_NAME, settings.CENTRE_REPRESENTATIVE = "Test centre", "Kim Test"
    settings.CENTRE_ADDRESS, settings.CENTRE_PHONE = "1 Test Street, Seoul", "+82 2 000 0000"


def report(link: str, now: datetime, **changes: object) -> Case:
    """Report a place, with the fingerprint that her phone made; its notice is drafted."""
    made = pdq.from_array(photo("coffee"))
    prints = (NewFingerprint(pdq=made.hash, quality=made.quality),)
    new = a_report(fingerprints=prints, places=(read_place(link),), **changes)
    case = receive_report(new, now=now).case
    draft_missing(case.pk, now=now)
    return case


def notice_of(case: Case) -> Notice:
    return Notice.objects.get(sighting__case=case)


def send(now: datetime) -> int:
    return dispatch_ready(channels()["matrix"], lambda: now)


def look(case: Case, now: datetime) -> Liveness:
    sighting = case.sightings.get()
    look_at(sighting.pk, place_fetcher(), now=now)
    sighting.refresh_from_db()
    return Liveness(sighting.liveness)


def events_of(case: Case) -> list[str]:
    return [entry.payload["event"] for entry in entries_of(case.pk)]


def test_a_report_becomes_a_removal_at_a_homeserver_that_was_seen(
    post: Post, owner: Person, staff: Staff, now: datetime
) -> None:
    case = report(post.file_link, now)
    assert look(case, now) is Liveness.STILL_THERE
    notice = notice_of(case)
    assert (notice.state, notice.recipient_id) == (NoticeState.DRAFT, RECIPIENT)

    approve_notice(notice.pk, staff=staff, now=now)
    assert send(now) == 1
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT

    # The owner reads which message it is, and why.
    told = next(one for one in owner.reports() if one["event_id"] == post.event)
    assert (told["room_id"], told["user_id"]) == (post.room, f"@centre:{post.file.split('/')[0]}")
    assert notice.reference in told["reason"]
    assert post.file_link in told["reason"]
    assert "가짜" not in told["reason"]
    assert look(case, now + timedelta(minutes=5)) is Liveness.STILL_THERE

    owner.remove(post)
    assert look(case, now + timedelta(hours=1)) is Liveness.GONE
    notice.refresh_from_db()
    case.refresh_from_db()
    assert (notice.state, case.status) == (NoticeState.REMOVED, CaseStatus.CLOSED)
    events = events_of(case)
    assert events[-3:] == ["looked: gone", "notice removed", "case closed"]
    assert verify_export(export_case(case.pk)) == len(events)


def test_a_message_is_reported_by_its_own_link_to_the_homeserver_of_its_room(
    post: Post, owner: Person, staff: Staff, now: datetime
) -> None:
    case = report(post.link, now)
    notice = notice_of(case)
    assert notice.recipient_id == RECIPIENT
    approve_notice(notice.pk, staff=staff, now=now)
    assert send(now) == 1
    assert post.event in [one["event_id"] for one in owner.reports()]

    # Our account is in the room and sees for itself.
    assert look(case, now) is Liveness.STILL_THERE
    owner.remove(post)
    assert look(case, now + timedelta(hours=1)) is Liveness.GONE
    case.refresh_from_db()
    assert case.status == CaseStatus.CLOSED


def test_a_message_that_our_account_is_not_shown_is_blocked_here_and_its_room_is_reported(
    poster: Person, owner: Person, staff: Staff, now: datetime
) -> None:
    post = poster.post(poster.open_room(), encoded(photo("coffee")))
    case = report(post.link, now)
    assert look(case, now) is Liveness.BLOCKED_HERE
    approve_notice(notice_of(case).pk, staff=staff, now=now)
    assert send(now) == 1
    assert notice_of(case).state == NoticeState.SENT
    assert post.event not in [one["event_id"] for one in owner.reports()]


def test_a_file_for_members_alone_is_looked_at_as_a_member_and_without_an_account_is_not_gone(
    members_only: None, post: Post, owner: Person, settings: Settings, now: datetime
) -> None:
    case = report(post.file_link, now)
    keys, settings.CHANNEL_KEYS = settings.CHANNEL_KEYS, ""
    assert look(case, now) is Liveness.BLOCKED_HERE
    settings.CHANNEL_KEYS = keys
    assert look(case, now + timedelta(minutes=5)) is Liveness.STILL_THERE
    owner.remove(post)
    assert look(case, now + timedelta(hours=1)) is Liveness.GONE


def test_a_report_that_nobody_acts_on_runs_out_and_leads_on(
    post: Post, staff: Staff, now: datetime
) -> None:
    case = report(post.file_link, now)
    approve_notice(notice_of(case).pk, staff=staff, now=now)
    send(now)
    later = now + timedelta(hours=49)
    sweep_clocks(later)
    assert look(case, later) is Liveness.STILL_THERE
    assert escalate_due(later) == 1
    asked = list(Notice.objects.filter(sighting__case=case).order_by("drafted_at"))
    assert [one.state for one in asked] == [NoticeState.OVERDUE, NoticeState.DRAFT]
    assert (asked[0].recipient_id, asked[0].law_id) == (RECIPIENT, "eu-dsa-16")
    assert (asked[1].recipient_id, asked[1].law_id) == (RECIPIENT, "us-take-it-down")


def test_a_homeserver_that_dies_while_it_is_told_is_not_told_twice(
    post: Post, server: SynapseServer, owner: Person, staff: Staff, now: datetime
) -> None:
    notice = notice_of(report(post.link, now))
    approve_notice(notice.pk, staff=staff, now=now)
    # It takes the connection and the report, but does nothing any more, and then is gone.
    assert server.process is not None
    server.process.send_signal(SIGSTOP)
    killer = Thread(target=_kill_once_it_was_told, args=(server,))
    killer.start()
    assert send(now) == 1
    killer.join()
    notice.refresh_from_db()
    assert notice.state == NoticeState.UNKNOWN

    server.start()
    assert send(now + timedelta(hours=1)) == 0
    assert post.event not in [one["event_id"] for one in owner.reports()]

    # Somebody finds out that it did not arrive, and so it goes once more.
    settle_unknown(notice.pk, arrived=False, staff=staff, now=now)
    assert send(now + timedelta(hours=1)) == 1
    assert [one["event_id"] for one in owner.reports()].count(post.event) == 1


def test_a_homeserver_that_is_away_leaves_the_notice_waiting(
    post: Post, server: SynapseServer, owner: Person, staff: Staff, now: datetime
) -> None:
    notice = notice_of(report(post.link, now))
    approve_notice(notice.pk, staff=staff, now=now)
    server.kill()
    send(now)
    notice.refresh_from_db()
    assert notice.state == NoticeState.APPROVED
    server.start()
    assert send(now + timedelta(days=1)) == 1
    assert [one["event_id"] for one in owner.reports()].count(post.event) == 1


def test_a_message_in_a_minors_case_is_not_looked_at_as_a_member_either(
    post: Post, owner: Person, now: datetime
) -> None:
    assert look(report(post.link, now, age_group=AgeGroup.MIXED), now) is Liveness.UNKNOWN
    assert not was_opened(post, owner)


@pytest.mark.parametrize("age", [AgeGroup.UNDER_18, AgeGroup.NOT_SURE, AgeGroup.MIXED])
def test_nothing_of_a_minors_case_is_fetched_and_the_hotline_comes_first(
    age: AgeGroup, post: Post, owner: Person, now: datetime
) -> None:
    case = report(post.file_link, now, age_group=age)
    assert look(case, now) is Liveness.UNKNOWN
    asked = RecipientId(notice_of(case).recipient_id)
    assert packs_in_use().recipients[asked].kind == "hotline"
    assert not was_opened(post, owner)


def was_opened(post: Post, owner: Person) -> bool:
    """Whether anybody fetched the file, as the server notes it."""
    kept = owner.ask("GET", f"/_synapse/admin/v1/media/{post.file}").json()["media_info"]
    return kept["last_access_ts"] is not None


def _kill_once_it_was_told(server: SynapseServer) -> None:
    until(lambda: _bytes_waiting(server.port) > 1000, "the report has left us")
    server.kill()


def _bytes_waiting(port: int) -> int:
    """What was sent to a port of this machine and not taken from there yet, as Linux tells it."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    here = f"0100007F:{port:04X}"
    return sum(
        int(row[4].partition(":")[2], 16) for row in rows if row[1] == here and row[3] == "01"
    )
