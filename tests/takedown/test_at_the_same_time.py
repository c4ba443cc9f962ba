"""Two who work on one case at the same moment take turns; neither fails."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.db import connection, connections, transaction
from pytest_django import DjangoDbBlocker

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import Liveness
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notice, cancel_notice, dispatch_ready, look_at
from jikimi.takedown.channels import Parcel
from jikimi.takedown.models import Notice, OutboundMail
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.seeing.fetching import FetchedLink
from jikimi.trail.actions import record
from tests.takedown.drafts import Draft

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]


@pytest.fixture(scope="module", autouse=True)
def _what_was_committed_can_be_emptied(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Threads see only what is committed, and it must go again: the trail's guards rest here."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger "
            "WHERE tgrelid::regclass::text LIKE 'trail%' AND NOT tgisinternal"
        )
        guards = cursor.fetchall()
        for table, guard, _ in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table, guard, enabled in guards:
            always = "ALWAYS" if enabled == "A" else ""
            cursor.execute(f"ALTER TABLE {table} ENABLE {always} TRIGGER {guard}")


class Gone:
    """A site that has taken the picture down."""

    def fetch(self, url: str, *, seconds: float) -> FetchedLink:
        return FetchedLink(
            status=404, final_url=url, media_type="text/html", body=b"", redirects=0, elapsed=0
        )


def waiting() -> int:
    """How many connections wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return int(cursor.fetchone()[0])


def at_the_same_time(*acts: Act, now: datetime) -> list[Exception]:
    """Let each act run until it waits for the trail, which is held; then let all go on."""
    failed: list[Exception] = []

    def run(act: Act) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001  # whatever it is, the test shows it
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    with transaction.atomic():
        record("trail held", at=now)
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
    assert at_the_same_time(*acts[::order], now=now) == []
    assert Case.objects.get().status in {CaseStatus.WITHDRAWN, CaseStatus.CLOSED}
    assert Sighting.objects.get().liveness == Liveness.GONE


@pytest.mark.parametrize("order", [1, -1])
def test_a_cancellation_while_the_dispatcher_claims(
    order: int, draft: Draft, platform: StandinPlatform, staff: Staff, now: datetime
) -> None:
    sent: list[Parcel] = []

    class Keeps:
        def send(self, parcel: Parcel) -> None:
            sent.append(parcel)

    notice = draft()
    approve_notice(notice.pk, staff=staff, now=now)
    acts: list[Act] = [
        lambda: dispatch_ready(Keeps(), lambda: now),
        lambda: cancel_notice(notice.pk, staff=staff, now=now),
    ]
    failed = at_the_same_time(*acts[::order], now=now)
    state = NoticeState(Notice.objects.get().state)
    if order == 1:
        assert [type(error).__name__ for error in failed] == ["NotNow"]
        assert (state, len(sent)) == (NoticeState.SENT, 1)
    else:
        assert failed == []
        assert (state, sent) == (NoticeState.CANCELLED, [])
        assert OutboundMail.objects.get().sealed is None
