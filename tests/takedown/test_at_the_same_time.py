"""Two who work on one case at the same moment take turns; neither fails."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import Liveness, read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report, withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    ask_registries_about,
    cancel_notice,
    confirm_contact,
    dispatch_ready,
    escalate_due,
    look_at,
    record_reply,
    take_answer_back,
    take_up_new_places,
)
from jikimi.takedown.actions.found_contacts import handle_contact
from jikimi.takedown.actions.jobs import Job
from jikimi.takedown.channels import Parcel, Taken
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rdap.models import FoundContact
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.takedown.seeing.fetching import FetchedLink
from tests.contracts.rdap_registry import HOSTER, SITE, RememberedRegistries
from tests.reports import a_report
from tests.takedown.drafts import Draft

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("what_was_committed_can_be_emptied"),
]
Act = Callable[[], object]


class Gone:
    """A site that has taken the picture down."""

    def fetch(self, url: str, *, seconds: float) -> FetchedLink:
        return FetchedLink(
            status=404, final_url=url, media_type="text/html", body=b"", redirects=0, elapsed=0
        )


HERE_SOMEBODY_WAITS = """
    SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (
        SELECT held.pid FROM pg_locks AS held JOIN pg_database AS ours ON ours.oid = held.database
        WHERE ours.datname = current_database()
    )
"""


def waiting() -> int:
    """How many connections to this database wait for a lock: the server has others, too."""
    with connection.cursor() as cursor:
        cursor.execute(HERE_SOMEBODY_WAITS)
        return int(cursor.fetchone()[0])


def aside(act: Act, failed: list[Exception]) -> threading.Thread:
    """A thread for an act, with a connection of its own; what it raises is kept."""

    def run() -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001  # whatever it is, the test shows it
            failed.append(error)
        finally:
            connections.close_all()

    return threading.Thread(target=run)


def at_the_same_time(*acts: Act) -> list[Exception]:
    """Let each act run until it waits for the trail, which is held; then let all go on."""
    failed: list[Exception] = []
    threads = [aside(act, failed) for act in acts]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE trail_entry IN SHARE MODE")
        for thread in threads:
            before = waiting()
            thread.start()
            while thread.is_alive() and waiting() == before:
                time.sleep(0.01)
    for thread in threads:
        thread.join()
    return failed


@pytest.mark.parametrize("order", [1, -1])
def test_a_withdrawal_during_a_look(order: int, draft: Draft, now: datetime) -> None:
    notice = draft()
    case = notice.sighting.case
    acts: list[Act] = [
        lambda: look_at(notice.sighting_id, Gone(), now=now),
        lambda: withdraw_report(case, now=now),
    ]
    assert at_the_same_time(*acts[::order]) == []
    assert Case.objects.get().status in {CaseStatus.WITHDRAWN, CaseStatus.CLOSED}
    assert Sighting.objects.get().liveness == Liveness.GONE


@pytest.mark.parametrize("order", [1, -1])
def test_a_cancellation_while_the_dispatcher_claims(
    order: int, draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    sent: list[Parcel] = []

    class Keeps(EmailChannel):
        def send(self, parcel: Parcel) -> Taken:
            sent.append(parcel)
            return Taken()

    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    acts: list[Act] = [
        lambda: dispatch_ready(Keeps(), lambda: now),
        lambda: cancel_notice(notice.pk, staff=staff, now=now),
    ]
    failed = at_the_same_time(*acts[::order])
    state = NoticeState(Notice.objects.get().state)
    if order == 1:
        assert [type(error).__name__ for error in failed] == ["NotNow"]
        assert (state, len(sent)) == (NoticeState.SENT, 1)
    else:
        assert failed == []
        assert (state, sent) == (NoticeState.CANCELLED, [])
        assert OutboundLetter.objects.get().sealed is None


@pytest.mark.parametrize("order", [1, -1])
def test_a_refusal_taken_back_while_the_dispatcher_claims_what_came_of_it(
    order: int, draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    sent: list[Parcel] = []

    class Keeps(EmailChannel):
        def send(self, parcel: Parcel) -> Taken:
            sent.append(parcel)
            return Taken()

    first = draft()
    approve_notice(first.pk, staff=staff, now=now)
    assert dispatch_ready(EmailChannel(), lambda: now) == 1
    no = ReportedReply(state=NoticeState.REFUSED, words="no")
    record_reply(first.pk, no, staff=staff, now=now)
    assert escalate_due(now) == 1
    following = Notice.objects.exclude(pk=first.pk).get()
    approve_notice(following.pk, staff=staff, now=now)
    acts: list[Act] = [
        lambda: dispatch_ready(Keeps(), lambda: now),
        lambda: take_answer_back(first.pk, staff=staff, now=now),
    ]
    assert at_the_same_time(*acts[::order]) == []
    assert Notice.objects.get(pk=first.pk).state == NoticeState.SENT
    state = NoticeState(Notice.objects.get(pk=following.pk).state)
    if order == 1:
        assert (state, len(sent)) == (NoticeState.SENT, 1)
    else:
        assert (state, sent) == (NoticeState.CANCELLED, [])


def test_two_that_climb_draft_the_next_rung_once(draft: Draft, now: datetime) -> None:
    notice = draft()
    Notice.objects.update(state=NoticeState.OVERDUE, sent_at=now, due_at=now)
    failed = at_the_same_time(
        lambda: escalate_due(now + timedelta(minutes=1)),
        lambda: escalate_due(now + timedelta(minutes=1), from_the_end=True),
    )
    assert failed == []
    assert Notice.objects.exclude(pk=notice.pk).count() == 1


@pytest.mark.usefixtures("platform")
def test_a_yes_to_an_address_waits_for_no_other_case_whose_drafts_are_judged_after_it(
    staff: Staff, now: datetime
) -> None:
    lookup, places = RememberedRegistries(HOSTER), (read_place(f"https://{SITE}/pictures/1"),)
    for _ in range(2):
        case = receive_report(a_report(places=places), now=now).case
        take_up_new_places(case.pk, now=now)
        ask_registries_about(case.sightings.get().pk, lookup, now=now)
    contact = FoundContact.objects.get()
    to_it = Notice.objects.filter(recipient_id=contact.recipient_id)
    ours, theirs = to_it
    assert ours.why_not

    def say_yes() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")  # who waits for nobody never comes to it
        confirm_contact(contact.pk, ours.sighting_id, staff=staff, now=now)

    failed: list[Exception] = []
    thread = aside(say_yes, failed)
    with transaction.atomic():
        to_it.select_for_update().get(pk=theirs.pk)
        thread.start()
        thread.join()
    assert failed == []
    assert list(to_it.filter(why_not="")) == [ours]

    for job in ProcrastinateJob.objects.filter(task_name=Job.TAKE_UP_CONTACT.value):
        handle_contact(UUID(job.args["contact_id"]), now=now)
    assert set(to_it.values_list("why_not", flat=True)) == {""}
