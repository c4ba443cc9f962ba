"""What a look can know at a real homeserver: openly, as a member, and of a minor's case."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from jikimi.cases.rules import AgeGroup, Liveness
from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notice
from jikimi.takedown.fetchers import place_fetcher
from jikimi.takedown.rules.notice import NoticeState
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import RecipientId
from tests.pictures import encoded, photo
from tests.stories.homeserver import Person, Post
from tests.stories.matrix_case import look, notice_of, report, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("matrix_house")]


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
    one_look = place_fetcher()  # what comes after the case's own link is never a member's to open
    assert [one_look.fetch(post.file_link).status for _ in range(2)] == [200, 404]
    owner.remove(post)
    assert look(case, now + timedelta(hours=1)) is Liveness.GONE


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
