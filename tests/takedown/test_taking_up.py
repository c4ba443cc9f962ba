"""New places are taken up once: drafted, and their first look planned, or neither."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import AgeGroup, read_place
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notice, take_up_new_places
from jikimi.takedown.actions import starting as taking_up
from jikimi.takedown.actions.jobs import ask_for_lookers
from jikimi.takedown.actions.moving import locked, move
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from tests.reports import a_report
from tests.takedown.drafts import Draft

pytestmark = pytest.mark.django_db
PLACES = (read_place("https://host.example/1"), read_place("https://host.example/2"))


def planned() -> list[datetime]:
    found = Sighting.objects.exclude(next_look_at=None).values_list("next_look_at", flat=True)
    return [at for at in found if at]


def lanes() -> list[str]:
    """Those in which a looker waits."""
    return sorted(ProcrastinateJob.objects.values_list("queueing_lock", flat=True))


def test_an_adults_places_are_looked_at_and_a_minors_never(now: datetime) -> None:
    minors = a_report(places=PLACES, age_group=AgeGroup.UNDER_18)
    take_up_new_places(receive_report(minors, now=now).case.pk, now=now)
    assert planned() == []
    take_up_new_places(receive_report(a_report(places=PLACES[:1]), now=now).case.pk, now=now)
    assert planned() == [now]


def test_of_a_case_that_has_been_erased_nothing_is_taken_up(now: datetime) -> None:
    assert take_up_new_places(uuid4(), now=now) == 0


def test_where_no_look_can_be_planned_nothing_is_drafted_either(
    draft: Draft, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    def breaks(case: Case, *, now: datetime) -> None:
        raise OSError("no look today")

    monkeypatch.setattr(taking_up, "plan_first_looks", breaks)
    with pytest.raises(OSError, match="no look"):
        draft()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("waits", [0, 1])
def test_only_the_lane_in_which_nothing_waits_gets_a_looker(waits: int) -> None:
    ask_for_lookers()
    both = lanes()
    assert len(both) == 2
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queueing_lock <> %s", [both[waits]])
    ask_for_lookers()
    assert lanes() == both


def test_what_somebody_else_wrote_of_a_notice_meanwhile_stays(
    draft: Draft, staff: Staff, now: datetime
) -> None:
    approve_notice(draft().pk, staff=staff, now=now)
    notice = locked(Notice.objects.get().pk)
    Notice.objects.update(escalated_at=now, reply="Received, thank you.")
    notice.due_reason = "three days"
    move(notice, NoticeState.SENDING, now=now)
    notice.sent_at = now
    move(notice, NoticeState.SENT, now=now)
    kept = Notice.objects.get()
    assert (kept.state, kept.sent_at, kept.due_reason) == ("sent", now, "three days")
    assert (kept.escalated_at, kept.reply) == (now, "Received, thank you.")
    move(notice, NoticeState.ACKNOWLEDGED, now=now)
    assert Notice.objects.get().acknowledged_at == now
