"""What `test_outbox_races` runs in processes of their own: make tables, prepare mails, send them.

`python -m tests.security.two_dispatchers migrate|prepare|send <data folder>`; DATABASE_URL names a
database of the test's own.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from jikimi.cli.house import open_house

MAILS = 8


def migrate() -> None:
    """The tables: they are there once the house is open."""


def prepare() -> None:
    """Mails that wait in the outbox, as approval leaves them."""
    from jikimi.cases.rules import read_place  # noqa: PLC0415
    from jikimi.intake.actions import receive_report  # noqa: PLC0415
    from jikimi.people.models import Staff  # noqa: PLC0415
    from jikimi.takedown.actions import approve_notice, take_up_new_places  # noqa: PLC0415
    from jikimi.takedown.models import Notice  # noqa: PLC0415
    from tests.reports import a_report  # noqa: PLC0415

    now = datetime.now(UTC)
    staff = Staff.objects.create_staff(email=f"{uuid4().hex}@centre.example", password="x" * 20)
    page = sys.argv[3]
    for number in range(int(sys.argv[4])):
        places = (read_place(f"{page}?{number}"),)
        case = receive_report(a_report(places=places), now=now).case
        take_up_new_places(case.pk, now=now)
    for notice in Notice.objects.filter(state="draft"):
        approve_notice(notice.pk, staff=staff, now=now)


def send() -> None:
    """What the worker does every minute, perhaps minutes later."""
    from jikimi.takedown.actions import dispatch_ready, mark_interrupted  # noqa: PLC0415
    from jikimi.takedown.channels.email import EmailChannel  # noqa: PLC0415

    now = datetime.now(UTC) + timedelta(minutes=int(sys.argv[3]))
    mark_interrupted(now)
    dispatch_ready(EmailChannel(), lambda: now)


if __name__ == "__main__":
    with open_house(Path(sys.argv[2]), migrate=sys.argv[1] == "migrate"):
        {"migrate": migrate, "prepare": prepare, "send": send}[sys.argv[1]]()
