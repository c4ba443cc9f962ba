"""An authority that need not wait: drafted beside the platform's notice, each with its own life."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    dispatch_ready,
    escalate_due,
    hand_over_notices,
    record_reply,
    take_answer_back,
    take_up_new_places,
)
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.letters import preview_letter
from jikimi.takedown.models import Notice
from jikimi.takedown.outcomes import effects_at, forget_effects
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.venues.packs import RecipientId
from tests.reports import a_report
from tests.takedown.drafts import to_compare

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_australia(settings: Settings) -> Iterator[None]:
    settings.CENTRE_COUNTRY = "AU"
    forget_effects()
    yield
    forget_effects()


@pytest.fixture
def case(platform: object, now: datetime) -> Case:
    case = receive_report(a_report(), now=now).case
    take_up_new_places(case.pk, now=now)
    return case


def drafts_of(case: Case) -> dict[str, Notice]:
    found = Notice.objects.filter(sighting__case=case, state=NoticeState.DRAFT)
    return {notice.recipient_id: notice for notice in found}


def test_both_are_drafted_at_once_and_no_third(case: Case, now: datetime) -> None:
    assert set(drafts_of(case)) == {"telegram", "esafety"}
    assert take_up_new_places(case.pk, now=now) == 0
    esafety = drafts_of(case)["esafety"]
    assert (esafety.rung, esafety.law_id) == ("regulator", "au-osa-77")
    letter = preview_letter(esafety, now)
    assert letter.missing == ()
    assert "use your powers" in letter.text


def test_each_goes_out_by_itself_whatever_becomes_of_the_other(
    case: Case, staff: Staff, now: datetime
) -> None:
    both = drafts_of(case)
    approve_notice(both["telegram"].pk, staff=staff, now=now)
    esafety = both["esafety"]
    hand_over_notices([esafety.pk], staff=staff, now=now, compared=to_compare(esafety, now))
    dispatch_ready(EmailChannel(), lambda: now)
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.SENT}


def test_a_refusal_of_the_platform_leaves_the_authoritys_draft_valid(
    case: Case, staff: Staff, now: datetime
) -> None:
    both = drafts_of(case)
    approve_notice(both["telegram"].pk, staff=staff, now=now)
    dispatch_ready(EmailChannel(), lambda: now)
    refusal = ReportedReply(state=NoticeState.REFUSED, words="no")
    record_reply(both["telegram"].pk, refusal, staff=staff, now=now)
    assert escalate_due(now) == 1
    after = drafts_of(case)
    assert set(after) == {"telegram", "esafety"}
    assert after["telegram"].law_id == "us-take-it-down"
    for notice in after.values():
        assert preview_letter(notice, now).text


def test_a_refusal_that_was_none_takes_back_what_came_of_it_and_not_the_authoritys_draft(
    case: Case, staff: Staff, now: datetime
) -> None:
    both = drafts_of(case)
    approve_notice(both["telegram"].pk, staff=staff, now=now)
    dispatch_ready(EmailChannel(), lambda: now)
    refusal = ReportedReply(state=NoticeState.REFUSED, words="no")
    record_reply(both["telegram"].pk, refusal, staff=staff, now=now)
    assert escalate_due(now) == 1
    take_answer_back(both["telegram"].pk, staff=staff, now=now)
    assert drafts_of(case) == {"esafety": both["esafety"]}


def test_a_minors_case_gets_the_hotline_alone(platform: object, now: datetime) -> None:
    case = receive_report(a_report(age_group=AgeGroup.NOT_SURE), now=now).case
    take_up_new_places(case.pk, now=now)
    (notice,) = drafts_of(case).values()
    assert (notice.recipient_id, notice.law_id) == ("esafety", "")


def test_the_platform_is_not_given_up_because_an_authority_was_written_to_beside_it(
    case: Case, now: datetime
) -> None:
    for recipient, hours in (("telegram", 0), ("esafety", 1)):
        at = now + timedelta(hours=hours)
        Notice.objects.filter(recipient_id=recipient).update(
            state=NoticeState.SENT, sent_at=at, due_at=at + timedelta(hours=72)
        )
    down = now + timedelta(hours=20)
    Notice.objects.update(state=NoticeState.REMOVED, ended_at=down)

    effects = {one.recipient_id: one for one in effects_at(down + timedelta(hours=2))}

    assert effects[RecipientId("telegram")].removed == 1
    assert effects[RecipientId("esafety")].removed == 1
