"""A case about a picture in a room of Matrix, and what is done with it."""

from datetime import datetime

from jikimi.cases.actions import NewFingerprint
from jikimi.cases.models import Case
from jikimi.cases.rules import Liveness, read_place
from jikimi.intake.actions import receive_report
from jikimi.takedown.actions import dispatch_ready, look_at, take_up_new_places
from jikimi.takedown.channels import channels
from jikimi.takedown.fetchers import place_fetcher
from jikimi.takedown.models import Notice
from jikimi.trail.lookups import entries_of
from jikimi_core.fingerprint import pdq
from tests.pictures import photo
from tests.reports import a_report


def report(link: str, now: datetime, **changes: object) -> Case:
    """Report a place, with the fingerprint that her phone made; its notice is drafted."""
    made = pdq.from_array(photo("coffee"))
    prints = (NewFingerprint(pdq=made.hash, quality=made.quality),)
    new = a_report(fingerprints=prints, places=(read_place(link),), **changes)
    case = receive_report(new, now=now).case
    take_up_new_places(case.pk, now=now)
    return case


def notice_of(case: Case) -> Notice:
    return Notice.objects.get(sighting__case=case)


def send(now: datetime) -> int:
    return dispatch_ready(channels()["matrix"], lambda: now)


def look(case: Case, now: datetime) -> Liveness:
    sighting = case.sightings.get()
    look_at(sighting.pk, place_fetcher(), now=now)
    sighting.refresh_from_db()
    return Liveness(sighting.liveness)


def events_of(case: Case) -> list[str]:
    return [entry.payload["event"] for entry in entries_of(case.pk)]
