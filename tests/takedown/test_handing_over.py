"""What a caseworker hands over by form or telephone, and what she may not."""

from datetime import datetime, timedelta

import pytest

from jikimi.cases.rules import AgeGroup
from jikimi.people.models import Staff
from jikimi.takedown.actions import hand_over_notice
from jikimi.takedown.errors import MayNotSend
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from tests.takedown.drafts import Draft

pytestmark = pytest.mark.django_db
AFTER_EVERY_REVIEW = timedelta(days=3 * 365)


def test_an_unverified_hotline_is_told_by_the_person_who_verifies_it_so(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft(age_group=AgeGroup.UNDER_18)
    assert "unverified" in notice.why_not
    hand_over_notice(notice.pk, staff=staff, now=now)
    told = Notice.objects.get(pk=notice.pk)
    assert (told.state, told.sent_at) == (NoticeState.SENT, now)
    assert told.due_at is not None


def test_an_expired_entry_is_not_even_handed_over(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft(age_group=AgeGroup.UNDER_18)
    with pytest.raises(MayNotSend, match="expired"):
        hand_over_notice(notice.pk, staff=staff, now=now + AFTER_EVERY_REVIEW)
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.DRAFT


def test_a_hotline_is_not_told_against_her_will(draft: Draft, staff: Staff, now: datetime) -> None:
    notice = draft(age_group=AgeGroup.UNDER_18, consents=frozenset())
    with pytest.raises(MayNotSend, match="agreed neither"):
        hand_over_notice(notice.pk, staff=staff, now=now)


def test_what_goes_by_mail_is_not_handed_over(draft: Draft, staff: Staff, now: datetime) -> None:
    with pytest.raises(MayNotSend, match="approve the notice instead"):
        hand_over_notice(draft().pk, staff=staff, now=now)
