"""What a caseworker hands over by form or telephone, and what she may not."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_django import Settings

from jikimi.cases.rules import AgeGroup, read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    escalate_due,
    hand_over_notices,
    record_replies,
    take_up_new_places,
)
from jikimi.takedown.actions.approving_many import hand_over_together
from jikimi.takedown.errors import MayNotSend, NotCompared
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.trail.lookups import entries_of
from jikimi.venues.pack_files import SHIPPED
from tests.reports import a_report
from tests.takedown.drafts import Draft

pytestmark = pytest.mark.django_db
AFTER_EVERY_REVIEW = timedelta(days=3 * 365)
Change = Callable[[dict[str, Any]], None]
Packs = Callable[[str, Change], None]


@pytest.fixture
def packs(platform: StandinPlatform, settings: Settings, tmp_path: Path) -> Packs:
    """Lay a centre's own version of a shipped entry over it."""
    settings.PACK_FOLDERS = [*settings.PACK_FOLDERS, tmp_path / "own"]

    def lay_over(file: str, change: Change) -> None:
        entry = yaml.safe_load((SHIPPED / file).read_text("utf-8"))
        change(entry)
        (tmp_path / "own" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / file).write_text(yaml.safe_dump(entry, allow_unicode=True), "utf-8")

    return lay_over


@pytest.fixture
def to_x(platform: StandinPlatform, now: datetime) -> Callable[[], Notice]:
    """A report about a post on X, whose form a person fills in."""

    def receive() -> Notice:
        post = read_place("https://x.com/somebody/status/81")
        case = receive_report(a_report(places=(post,)), now=now).case
        take_up_new_places(case.pk, now=now)
        return Notice.objects.get(sighting__case=case)

    return receive


def test_an_unverified_hotline_is_told_once_somebody_has_compared_its_entry(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft(age_group=AgeGroup.UNDER_18)
    assert "unverified" in notice.why_not
    with pytest.raises(NotCompared, match="d4u"):
        hand_over_notices([notice.pk], staff=staff, now=now)
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.DRAFT

    hand_over_notices([notice.pk], staff=staff, now=now, compared=frozenset({"d4u"}))
    told = Notice.objects.get(pk=notice.pk)
    assert (told.state, told.sent_at) == (NoticeState.SENT, now)
    assert told.due_at is not None
    sent = [
        one
        for one in entries_of(notice.sighting.case_id)
        if one.payload["event"] == "notice sent" and one.payload["notice"] == str(notice.pk)
    ]
    assert [(one.payload["compared"], one.payload["actor"]) for one in sent] == [
        ("d4u", f"staff {staff.pk}")
    ]


def test_what_was_compared_counts_for_that_entry_alone(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft(age_group=AgeGroup.UNDER_18)
    with pytest.raises(NotCompared):
        hand_over_notices([notice.pk], staff=staff, now=now, compared=frozenset({"komdigi"}))


def test_a_verified_entry_is_not_noted_as_compared(
    to_x: Callable[[], Notice], staff: Staff, now: datetime
) -> None:
    notice = to_x()
    hand_over_notices([notice.pk], staff=staff, now=now, compared=frozenset({"x"}))
    assert all("compared" not in one.payload for one in entries_of(notice.sighting.case_id))


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (lambda law: law["valid"].update(to=date(2026, 11, 1)), "is not in force"),
        (lambda law: law["filer"].update(allowed=["designated_body"]), "as filers"),
        (lambda law: law["filer"].update(allowed=["depicted_person"]), "as filers"),
    ],
)
def test_a_law_that_does_not_carry_the_notice_is_not_handed_over_under_whatever_was_compared(
    packs: Packs,
    to_x: Callable[[], Notice],
    staff: Staff,
    now: datetime,
    change: Change,
    because: str,
) -> None:
    packs("laws/us-take-it-down.yaml", change)
    packs("recipients/x.yaml", lambda entry: entry.update(lawpacks_ranked=["us-take-it-down"]))
    notice = to_x()
    with pytest.raises(MayNotSend, match=because):
        hand_over_notices(
            [notice.pk], staff=staff, now=now, compared=frozenset({"x", "us-take-it-down"})
        )
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.DRAFT


def test_an_expired_entry_is_not_even_handed_over(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft(age_group=AgeGroup.UNDER_18)
    with pytest.raises(MayNotSend, match="expired"):
        hand_over_notices([notice.pk], staff=staff, now=now + AFTER_EVERY_REVIEW)
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.DRAFT


def test_a_hotline_is_not_told_against_her_will(draft: Draft, staff: Staff, now: datetime) -> None:
    notice = draft(age_group=AgeGroup.UNDER_18, consents=frozenset())
    with pytest.raises(MayNotSend, match="agreed neither"):
        hand_over_notices([notice.pk], staff=staff, now=now)


def test_what_goes_by_mail_is_not_handed_over(draft: Draft, staff: Staff, now: datetime) -> None:
    with pytest.raises(MayNotSend, match="approve the notice instead"):
        hand_over_notices([draft().pk], staff=staff, now=now)


def test_a_search_engine_is_asked_about_all_links_of_a_case_in_one_go(
    packs: Packs, staff: Staff, now: datetime
) -> None:
    packs("recipients/google-search.yaml", lambda entry: entry.update(status="verified"))
    packs(
        "recipients/telegram.yaml",
        lambda entry: entry.update(
            lawpacks_ranked=["eu-dsa-16"],
            fallback=["google-search"],
            routes=[way for way in entry["routes"] if "lawpacks" not in way],
        ),
    )
    places = tuple(read_place(f"https://t.me/some_channel/{number}") for number in (12, 13))
    case = receive_report(a_report(places=places), now=now).case
    take_up_new_places(case.pk, now=now)
    Notice.objects.update(state=NoticeState.SENT, sent_at=now, due_at=now + timedelta(days=3))
    refusal = ReportedReply(state=NoticeState.REFUSED, words="no")
    first = list(Notice.objects.values_list("pk", flat=True))
    record_replies(first, refusal, staff=staff, now=now)
    assert escalate_due(now) == 2
    asked = Notice.objects.filter(recipient_id="google-search")

    done = hand_over_together([one.pk for one in asked], staff=staff, now=now)
    assert (done.notices, done.letters, done.left) == (2, 1, ())
    assert set(asked.values_list("state", flat=True)) == {NoticeState.SENT}
