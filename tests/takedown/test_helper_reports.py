"""Somebody else reports for her: nothing goes out until it is known that she agrees."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup, Authority, Ground, Relation, may_speak_for_her
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    confirm_authority,
    dispatch_ready,
    take_back_authority,
    take_up_new_places,
)
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.errors import MayNotSend, NoAuthorityHere
from jikimi.takedown.letters import route_now
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import NoticeState, OutboxState
from jikimi.takedown.watch.finding import how_many_take_part
from jikimi.trail.lookups import entries_of
from jikimi.trail.rules import Payload
from tests.reports import a_report
from tests.takedown.drafts import Draft

pytestmark = pytest.mark.django_db
A, R, G = Authority, Relation, AgeGroup


@pytest.mark.parametrize(
    ("authority", "helper", "age", "may"),
    [
        (A.OWN, None, G.ADULT, True),
        (A.AGREED, None, G.ADULT, False),
        (A.OWN, R.FRIEND, G.ADULT, False),
        (A.AGREED, R.FRIEND, G.UNDER_18, True),
        (A.IN_CARE, R.PARENT, G.UNDER_18, True),
        (A.IN_CARE, R.PARENT, G.NOT_SURE, True),
        (A.IN_CARE, R.PARENT, G.ADULT, False),
        (A.IN_CARE, R.TEACHER, G.UNDER_18, False),
        (A.MANDATE, R.LAWYER, G.ADULT, True),
        (A.MANDATE, R.FRIEND, G.ADULT, False),
        (A.NOT_ASKED, R.PARENT, G.UNDER_18, False),
        (A.NOT_SURE, R.LAWYER, G.ADULT, False),
    ],
)
def test_who_may_speak_for_her(
    authority: Authority, helper: Relation | None, age: AgeGroup, *, may: bool
) -> None:
    assert may_speak_for_her(authority, helper, age) is may


def by_a_friend(now: datetime, **changes: object) -> Case:
    said = {"helper": Relation.FRIEND, "authority": Authority.NOT_ASKED}
    case = receive_report(a_report(**said | changes), now=now).case
    take_up_new_places(case.pk, now=now)
    return case


def payloads(case: Case, event: str) -> list[Payload]:
    said = [content.payload for content in entries_of(case.pk)]
    return [payload for payload in said if payload["event"] == event]


@pytest.mark.parametrize("age", list(AgeGroup))
def test_without_her_word_nobody_is_written_to_not_even_a_hotline(
    now: datetime, age: AgeGroup
) -> None:
    case = by_a_friend(now, age_group=age)
    assert not Notice.objects.filter(sighting__case=case).exists()
    (received,) = payloads(case, "report received")
    assert (received["actor"], received["authority"]) == ("helper", "not_asked")


def test_once_confirmed_its_notices_are_drafted_and_the_trail_says_why(
    now: datetime, staff: Staff
) -> None:
    case = by_a_friend(now)
    confirm_authority(case.pk, Ground.SHE_AGREES, staff=staff, now=now)
    take_up_new_places(case.pk, now=now)

    assert Notice.objects.get(sighting__case=case).state == NoticeState.DRAFT
    (last,) = payloads(case, "authority confirmed")
    assert (last["ground"], last["actor"]) == ("she_agrees", f"staff {staff.pk}")


@pytest.mark.parametrize("ground", [Ground.CARER_AGREES, Ground.DUTY])
def test_for_an_adult_only_her_own_word_counts(now: datetime, staff: Staff, ground: Ground) -> None:
    adult = by_a_friend(now)
    with pytest.raises(NoAuthorityHere, match="only her own word"):
        confirm_authority(adult.pk, ground, staff=staff, now=now)

    child = by_a_friend(now, age_group=AgeGroup.UNDER_18)
    confirm_authority(child.pk, ground, staff=staff, now=now)
    child.refresh_from_db()
    assert child.may_be_acted_on


def test_a_case_she_reported_herself_has_nothing_to_confirm(now: datetime, staff: Staff) -> None:
    case = receive_report(a_report(), now=now).case
    with pytest.raises(NoAuthorityHere, match="herself"):
        confirm_authority(case.pk, Ground.SHE_AGREES, staff=staff, now=now)


def test_taken_back_between_the_yes_and_the_sending_nothing_leaves(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft(helper=Relation.FRIEND, authority=Authority.AGREED)
    approve_notice(notice.pk, staff=staff, now=now)
    take_back_authority(notice.sighting.case_id, staff=staff, now=now)

    assert dispatch_ready(EmailChannel(), lambda: now) == 0
    notice.refresh_from_db()
    assert notice.state == NoticeState.CANCELLED
    assert len(payloads(notice.sighting.case, "authority taken back")) == 1
    take_back_authority(notice.sighting.case_id, staff=staff, now=now)
    assert len(payloads(notice.sighting.case, "authority taken back")) == 1


def test_a_letter_whose_case_lost_its_right_is_stopped_at_the_door(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft(helper=Relation.FRIEND, authority=Authority.AGREED)
    letter = approve_notice(notice.pk, staff=staff, now=now)
    # As if it had been on its way back into the outbox when the right was taken back.
    Case.objects.filter(pk=notice.sighting.case_id).update(authority=Authority.NOT_SURE)

    assert dispatch_ready(EmailChannel(), lambda: now) == 0
    assert OutboundLetter.objects.get(pk=letter.pk).state == OutboxState.STOPPED


def test_a_draft_of_a_case_without_her_word_cannot_be_approved(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    notice = draft(helper=Relation.FRIEND, authority=Authority.AGREED)
    Case.objects.filter(pk=notice.sighting.case_id).update(authority=Authority.NOT_SURE)
    with pytest.raises(MayNotSend, match="not known that she agrees"):
        approve_notice(notice.pk, staff=staff, now=now)
    with pytest.raises(MayNotSend):
        route_now(Notice.objects.get(pk=notice.pk), now)


def test_no_watch_looks_for_pictures_without_her_word(now: datetime) -> None:
    before = how_many_take_part()
    by_a_friend(now)
    assert how_many_take_part() == before
    by_a_friend(now, authority=Authority.AGREED)
    assert how_many_take_part() == before + 1


@pytest.mark.parametrize(
    ("helper", "authority"), [("", Authority.AGREED), (Relation.FRIEND, Authority.OWN)]
)
def test_the_database_knows_no_helper_without_a_right(
    now: datetime, helper: str, authority: Authority
) -> None:
    case = receive_report(a_report(), now=now).case
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(helper=helper, authority=authority)
