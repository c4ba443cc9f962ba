"""Words that must stay where they were put: looked for in every table, log line and job."""

import logging
from datetime import datetime

import pytest
from django.db import DataError, connection, transaction

from jikimi.cases.models import Sighting
from jikimi.cases.rules import read_place
from jikimi.intake.actions import receive_report
from jikimi.intake.receipts import open_with
from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notice, dispatch_ready, take_up_new_places
from jikimi.takedown.channels import Parcel, Taken
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.models import Notice
from tests.reports import a_report

pytestmark = pytest.mark.django_db

STATEMENT, CONTACT, HANDLE = "canaryofherwords", "canaryofhernumber", "canary_room"
HOST, PATH = "canaryhost.example", "canarypath"


def rows_with(word: str) -> set[str]:
    """The tables that hold a word, in any column of any row, read as text and as bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        return {table for table in tables if _holds(cursor, table, word)}


def _holds(cursor: object, table: str, word: str) -> bool:
    as_hex = word.encode().hex()
    cursor.execute(  # type: ignore[attr-defined]
        f'SELECT EXISTS (SELECT 1 FROM "{table}" AS one'
        " WHERE one::text ILIKE %s OR one::text ILIKE %s)",
        [f"%{word}%", f"%{as_hex}%"],
    )
    return bool(cursor.fetchone()[0])  # type: ignore[attr-defined]


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def a_canary_report() -> dict[str, object]:
    return {
        "statement": STATEMENT,
        "contact": CONTACT,
        "places": (read_place(f"https://{HOST}/{PATH}"), read_place(HANDLE)),
    }


def test_words_lie_sealed_and_places_lie_in_one_table(
    now: datetime, said: pytest.LogCaptureFixture
) -> None:
    received = receive_report(a_report(**a_canary_report()), now=now)
    take_up_new_places(received.case.pk, now=now)
    open_with(received.code.spelled(), now=now)

    assert rows_with(STATEMENT) == rows_with(CONTACT) == set()
    assert rows_with(HOST) == rows_with(PATH) == rows_with(HANDLE) == {"cases_sighting"}
    assert rows_with(received.code.secret) == set()
    for word in (STATEMENT, CONTACT, HANDLE, HOST, PATH, received.code.secret):
        assert word not in said.text


def test_a_letter_on_its_way_lies_sealed_and_is_erased_when_it_is_out(
    now: datetime, staff: Staff, platform: object, said: pytest.LogCaptureFixture
) -> None:
    page = f"{platform.doors.page}?{PATH}"  # type: ignore[attr-defined]
    case = receive_report(a_report(places=(read_place(page),)), now=now).case
    take_up_new_places(case.pk, now=now)
    approve_notice(Notice.objects.get().pk, staff=staff, now=now)
    assert rows_with(PATH) == {"cases_sighting"}
    assert rows_with("Kim Test") == set()

    parcels: list[Parcel] = []

    class Keeps(EmailChannel):
        def send(self, parcel: Parcel) -> Taken:
            parcels.append(parcel)
            return Taken()

    dispatch_ready(Keeps(), lambda: now)
    assert PATH.encode() in parcels[0].content
    assert rows_with(PATH) == {"cases_sighting"}
    assert PATH not in said.text
    assert PATH not in repr(parcels)


def test_a_value_the_database_refuses_is_not_in_its_error(now: datetime) -> None:
    # A name longer than its column: the server says so without the values it was given.
    receive_report(a_report(**a_canary_report()), now=now)
    with pytest.raises(DataError) as refused, transaction.atomic():
        Sighting.objects.update(host=PATH * 100)
    assert PATH not in str(refused.value)
