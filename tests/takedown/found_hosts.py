"""Places on hosts that no entry answers for, and what a worker does about them."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report
from jikimi.takedown.actions import ask_registries_about, ask_registries_again, take_up_new_places
from jikimi.takedown.actions.found_contacts import TypedContact
from jikimi.takedown.actions.jobs import Job
from jikimi.takedown.models import Notice
from jikimi.takedown.rdap import RegistryContact
from tests.contracts.rdap_registry import SITE, RememberedRegistries
from tests.reports import a_report

OPERATOR = TypedContact(
    kind="site_operator",
    name="Pictures Ltd",
    email="Abuse@Operator.example",
    source="https://operator.example/imprint",
)


@pytest.fixture(autouse=True)
def _abroad(platform: StandinPlatform, settings: Settings) -> None:
    """A centre whose country has no authority that is asked beside others."""
    settings.CENTRE_COUNTRY = "US"


@pytest.fixture
def report(now: datetime) -> Callable[..., Sighting]:
    """A report about a link that no entry answers for: its place."""

    def receive(host: str = SITE, **changes: object) -> Sighting:
        place = read_place(f"https://{host}/pictures/1")
        case: Case = receive_report(a_report(places=(place,), **changes), now=now).case
        take_up_new_places(case.pk, now=now)
        return case.sightings.get()

    return receive


def host_at(email: str) -> RememberedRegistries:
    contact = RegistryContact(
        kind="host", name="A Network", email=email, source="https://registry.example/ip/192.0.2.7"
    )
    return RememberedRegistries(contact)


def what_is_queued(lookup: RememberedRegistries, now: datetime) -> None:
    """What a worker does with the questions that wait."""
    for job in ProcrastinateJob.objects.filter(task_name=Job.ASK_REGISTRIES.value):
        ask_registries_about(UUID(job.args["sighting_id"]), lookup, now=now)


def asked_by_the_sweep(lookup: RememberedRegistries, now: datetime) -> int:
    """What the sweep asks for at this time, and a worker then does."""
    before = len(lookup.asked)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    ask_registries_again(now)
    what_is_queued(lookup, now)
    return len(lookup.asked) - before


def rungs_by_place() -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    for place, rung in Notice.objects.values_list("sighting_id", "rung"):
        found.setdefault(place, set()).add(rung)
    return found
