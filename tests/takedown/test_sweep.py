"""The work of each minute: a step that fails holds up no other."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.jobs import Job as StoredJob
from pytest_django import Settings

from jikimi.cases.models import Sighting
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.tasks import climb, dispatch, sweep
from jikimi.venues.errors import PackError
from tests.takedown.drafts import Draft

pytestmark = pytest.mark.django_db

NO_REMINDER_CAN_BE_KEPT = """
SET CONSTRAINTS ALL IMMEDIATE;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE OF reminded_at ON takedown_notice
FOR EACH ROW WHEN (NEW.reminded_at IS DISTINCT FROM OLD.reminded_at) EXECUTE FUNCTION refuse();
"""


def looks_asked_for() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%look%'")
        return int(cursor.fetchone()[0])


def climbers_asked_for() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'takedown.climb'")
        return int(cursor.fetchone()[0])


def test_a_step_that_fails_stops_neither_clocks_nor_the_ladder_nor_looks(draft: Draft) -> None:
    now = timezone.now()
    past, soon = now - timedelta(hours=1), now + timedelta(hours=1)
    reminded, over = draft(), draft()
    Notice.objects.update(state=NoticeState.SENT, sent_at=past)
    Notice.objects.filter(pk=reminded.pk).update(remind_at=past, due_at=soon)
    Notice.objects.filter(pk=over.pk).update(due_at=past)
    Sighting.objects.update(next_look_at=past)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")  # those of the first looks are done
        cursor.execute(NO_REMINDER_CAN_BE_KEPT)
    for _ in range(2):
        with pytest.raises(ExceptionGroup, match="steps of the sweep"):
            sweep.func.__wrapped__(timestamp=0)  # on the test's own connection
    assert Notice.objects.get(pk=over.pk).state == NoticeState.OVERDUE
    assert climbers_asked_for() == 2  # one a lane, however often it is swept
    assert looks_asked_for() == 2  # likewise


def test_a_ladder_that_cannot_be_read_stops_no_sweep(
    draft: Draft, settings: Settings, tmp_path: Path
) -> None:
    notice, past = draft(), timezone.now() - timedelta(hours=1)
    Notice.objects.update(state=NoticeState.SENT, sent_at=past, due_at=past)
    (tmp_path / "broken" / "laws").mkdir(parents=True)
    (tmp_path / "broken" / "laws" / "bad.yaml").write_text("schema: [")
    settings.PACK_FOLDERS = [tmp_path / "broken"]
    sweep.func.__wrapped__(timestamp=0)
    with pytest.raises(PackError, match=r"bad\.yaml"):
        climb.func.__wrapped__(lane=0)
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.OVERDUE


@pytest.mark.parametrize("tries", range(14))
def test_mail_never_stands_still_for_long_after_a_fault_however_many_there_were(tries: int) -> None:
    asked = timezone.now()
    sender = StoredJob(
        id=1,
        queue="default",
        lock="takedown.dispatch email",
        queueing_lock=None,
        task_name="takedown.dispatch",
        attempts=tries,
    )
    again = dispatch.get_retry_exception(OperationalError("the database is restarting"), sender)
    if again is None:  # given up, and no longer in the way of the sender that the sweep asks for
        assert tries >= 12
    else:
        waits = again.retry_decision.retry_at
        assert waits is not None
        assert waits - asked < timedelta(minutes=1)
