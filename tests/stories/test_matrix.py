"""A picture in a room of Matrix: reported to a real homeserver, removed there, seen to be gone.

Synapse runs as its makers ship it. The centre has an account there; what the server's owner does,
the test does by the server's own interface.
"""

from datetime import datetime, timedelta
from pathlib import Path
from signal import SIGSTOP
from threading import Thread

import pytest

from jikimi.cases.models import CaseStatus
from jikimi.cases.rules import Liveness
from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notice, escalate_due, settle_unknown, sweep_clocks
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.trail.exports import export_case
from jikimi.trail.verifying import verify_export
from tests.stories.homeserver import Person, Post, SynapseServer, until
from tests.stories.homeserver_entry import RECIPIENT
from tests.stories.matrix_case import events_of, look, notice_of, report, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("matrix_house")]


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
