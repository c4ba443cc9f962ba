"""The work of each minute: a step that fails holds up no other."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from jikimi.cases.models import Sighting
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.tasks import sweep
from tests.takedown.drafts import Draft

pytestmark = pytest.mark.django_db


def looks_asked_for() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%look%'")
        return int(cursor.fetchone()[0])


def test_a_ladder_that_cannot_be_read_stops_neither_clocks_nor_looks(
    draft: Draft, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    notice, past = draft(), timezone.now() - timedelta(hours=1)
    Notice.objects.update(state=NoticeState.SENT, sent_at=past, due_at=past)
    Sighting.objects.update(next_look_at=past)
    (tmp_path / "broken" / "laws").mkdir(parents=True)
    (tmp_path / "broken" / "laws" / "bad.yaml").write_text("schema: [")
    settings.PACK_FOLDERS = [tmp_path / "broken"]
    before = looks_asked_for()
    with pytest.raises(ExceptionGroup, match="steps of the sweep"):
        sweep.func.__wrapped__(timestamp=0)  # on the test's own connection
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.OVERDUE
    assert looks_asked_for() > before
