"""A mother helps her daughter, a friend helps without having asked: what differs, page by page."""

from datetime import datetime

import pytest
from django.utils import timezone

from jikimi.cases.models import Case
from jikimi.cases.rules import Ground, Situation
from jikimi.people.models import Staff
from jikimi.takedown.actions import confirm_authority, take_up_new_places
from jikimi.takedown.models import Notice
from jikimi.trail.lookups import entries_of
from tests.portal.visitor import PLACES, Visitor
from tests.takedown.conftest import staff

__all__ = ["staff"]
pytestmark = pytest.mark.django_db
REST = ({"file": "no"}, PLACES, {"share": ["centre", "platforms"]}, {"contact": "no"}, {}, {})


def helping(relation: str) -> Visitor:
    return Visitor().begin().walk({"situation": "helping"}, {"helper": relation})


def offered(visitor: Visitor) -> list[str | None]:
    return [one["value"] for one in visitor.page.inputs if one.get("name") == "authority"]


def test_what_may_be_said_depends_on_who_says_it() -> None:
    assert offered(helping("parent")) == ["agreed", "in_care", "not_asked", "not_sure"]
    assert offered(helping("lawyer")) == ["agreed", "mandate", "not_asked", "not_sure"]
    assert offered(helping("friend")) == ["agreed", "not_asked", "not_sure"]
    assert "It is hers" in helping("friend").text


def test_a_mother_speaks_for_her_child_and_the_work_begins(now: datetime) -> None:
    mother = helping("parent").walk({"authority": "in_care"}, {"happening": "threatened"})
    assert "she is not in trouble" in mother.text
    mother.walk({}, {"age_group": "under_18"}, *REST)
    assert "The code belongs to the person in the picture." in mother.text

    case = Case.objects.get()
    assert (case.helper, case.authority, case.situation) == (
        "parent",
        "in_care",
        Situation.THREATENED,
    )
    take_up_new_places(case.pk, now=timezone.now())
    assert Notice.objects.filter(sighting__case=case).exists()


def test_a_friend_who_has_not_asked_is_told_that_it_waits_and_it_does(staff: Staff) -> None:
    friend = helping("friend").walk({"authority": "not_asked"}, {"happening": "posted"})
    friend.walk({"age_group": "adult"}, *REST[:2])
    assert "It is not known yet that she agrees" in friend.text
    friend.walk(*REST[2:-1])
    assert "To nobody else for now" in friend.text
    friend.answer({})
    assert "Until then nobody but the centre hears of it." in friend.text

    code = friend.code
    friend.open("/status/?lang=en")
    friend.post("/status/", {**friend.page.hidden, "code": code})
    assert "Until then nobody but the centre hears of it." in friend.text
    assert "finding out who can remove it" not in friend.text

    case = Case.objects.get()
    take_up_new_places(case.pk, now=timezone.now())
    assert not Notice.objects.filter(sighting__case=case).exists()

    confirm_authority(case.pk, Ground.SHE_AGREES, staff=staff, now=timezone.now())
    take_up_new_places(case.pk, now=timezone.now())
    assert Notice.objects.filter(sighting__case=case).exists()
    told = [content.payload for content in entries_of(case.pk)]
    assert {one["actor"] for one in told if one["event"] == "consent given"} == {"helper"}


def test_another_relation_asks_again_for_what_it_may_not_say() -> None:
    mother = helping("parent").walk({"authority": "in_care"}, {"happening": "posted"})
    mother.walk({"age_group": "under_18"}, *REST[:-1])
    mother.post("/report/", {**mother.page.hidden, "change": "helper"})
    mother.answer({"helper": "friend"})
    assert mother.step == "authority"
    mother.answer({"authority": "not_sure"})
    assert mother.step == "review"


def test_a_child_in_care_who_is_said_to_be_an_adult_waits_for_a_caseworker() -> None:
    mother = helping("parent").walk({"authority": "in_care"}, {"happening": "posted"})
    mother.walk({"age_group": "adult"}, *REST)
    assert not Case.objects.get().may_be_acted_on
