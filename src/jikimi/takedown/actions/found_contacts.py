"""Addresses of who runs a host: entered by a caseworker, and confirmed by a person.

What a registry gave out takes one person's yes; what a caseworker entered takes another's. Anybody
may say that an address is not theirs: then nothing leaves to it any more.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jikimi.cases.actions import hold_case
from jikimi.cases.models import CaseStatus, Sighting
from jikimi.people.models import Staff
from jikimi.takedown.actions.asking_registries import go_on, go_on_elsewhere
from jikimi.takedown.actions.drafting import draft_for_sighting
from jikimi.takedown.actions.jobs import Job, ask_for
from jikimi.takedown.actions.judging import judge_drafts_anew
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.contacts import asks_who_runs, entry_for, is_good
from jikimi.takedown.errors import AnEntrysAddress, ContactRefused, NeedsAnother, UnknownContact
from jikimi.takedown.models import Notice
from jikimi.takedown.rdap import ContactKind, RegistryContact
from jikimi.takedown.rdap.answers import LONGEST_NAME, LONGEST_SOURCE, plain_email
from jikimi.takedown.rdap.models import FoundContact, RegistryAnswer
from jikimi.takedown.rules.safe_text import one_line
from jikimi.trail.actions import record
from jikimi.venues.addresses import domain_of
from jikimi.venues.hosts import may_exist


@dataclass(frozen=True, kw_only=True)
class TypedContact:
    """What a caseworker found on the site itself, or in a delivery network's answer."""

    kind: ContactKind
    name: str
    email: str
    source: str
    """Where she found it: a link, or in words."""


@transaction.atomic
def enter_contact(
    sighting_id: UUID, typed: TypedContact, *, staff: Staff, now: datetime
) -> FoundContact:
    """Note an address of who runs a place's host. It counts once somebody else has confirmed it.

    Raises ContactRefused, or AnEntrysAddress where the entry of a delivery network, a host or a
    registrar stands for it.
    """
    sighting = Sighting.objects.get(pk=sighting_id)
    case = hold_case(sighting.case_id)
    if case.status != CaseStatus.OPEN:
        raise ContactRefused("This case is not open: nothing is asked for in it any more.")
    if not asks_who_runs(sighting):
        raise ContactRefused("Nobody who runs this host is ever asked: its platform is.")
    new = _plain(typed)
    answer, _ = RegistryAnswer.objects.get_or_create(host=sighting.host)
    is_known = answer.contacts.filter(kind=new.kind, email=new.email, gone_at=None).exists()
    if is_known:
        raise ContactRefused("This address is known for this host already.")
    contact, _ = answer.contacts.update_or_create(
        kind=new.kind,
        email=new.email,
        defaults={
            "name": new.name,
            "source": new.source,
            "found_at": now,
            "entered_by": staff,
            "gone_at": None,
            "confirmed_at": None,
            "confirmed_by": None,
            "denied_at": None,
            "denied_by": None,
        },
    )
    record("contact entered", at=now, case_ref=case.pk, actor=name_of(staff), kind=new.kind)
    return contact


def confirm_contact(
    contact_id: UUID, sighting_id: UUID, *, staff: Staff, now: datetime
) -> FoundContact:
    """Say yes to an address; drafts to it may be approved from now on, until it is too old.

    Raises UnknownContact, AnEntrysAddress where no mail is for it, and NeedsAnother for who
    entered it.
    """
    contact = _say_yes(contact_id, sighting_id, staff, now)
    # Of the case on her screen at once; a host may have thousands of places in others.
    judge_drafts_anew(_to(contact).filter(sighting__case__sightings=sighting_id), now)
    return contact


def handle_contact(contact_id: UUID, *, now: datetime) -> None:
    """Drafts to an address, in whatever case, say whether they wait for a yes to it."""
    contact = FoundContact.objects.filter(pk=contact_id).first()
    if contact is not None:
        judge_drafts_anew(_to(contact), now)


@transaction.atomic
def deny_contact(
    contact_id: UUID, sighting_id: UUID, *, staff: Staff, now: datetime
) -> FoundContact:
    """Say that an address is not theirs, whoever gave it out and confirmed it, and as whose ever.

    What has not left makes room for the next step, at every place of the host; what has left keeps
    its clock. Raises UnknownContact.
    """
    sighting = Sighting.objects.get(pk=sighting_id)
    case = hold_case(sighting.case_id)
    # The lock that the registries' answers are kept under: several addresses change.
    RegistryAnswer.objects.select_for_update().filter(host=sighting.host).first()
    contact = _held(contact_id, sighting)
    same = FoundContact.objects.filter(
        answer__host=sighting.host, email=contact.email, denied_at=None
    )
    if same.update(confirmed_at=None, confirmed_by=None, denied_at=now, denied_by=staff):
        contact.refresh_from_db()
        record("contact denied", at=now, case_ref=case.pk, actor=name_of(staff))
    go_on(sighting, now)
    go_on_elsewhere(sighting)
    return contact


@transaction.atomic
def _say_yes(contact_id: UUID, sighting_id: UUID, staff: Staff, now: datetime) -> FoundContact:
    sighting = Sighting.objects.get(pk=sighting_id)
    case = hold_case(sighting.case_id)
    contact = _held(contact_id, sighting)
    if entry := entry_for(contact.email):
        raise AnEntrysAddress(entry.name)
    if contact.entered_by == staff:
        raise NeedsAnother
    ask_for(Job.TAKE_UP_CONTACT, contact_id=contact.pk)
    is_back = contact.denied_at is not None
    if not is_good(contact, now):
        contact.confirmed_at, contact.confirmed_by = now, staff
        contact.denied_at = contact.denied_by = None
        contact.save()
        record("contact confirmed", at=now, case_ref=case.pk, actor=name_of(staff))
    if contact.entered_by and case.status == CaseStatus.OPEN:
        draft_for_sighting(sighting.pk, now=now)
    elif is_back:
        go_on(sighting, now)
    if contact.entered_by or is_back:
        go_on_elsewhere(sighting)
    return contact


def _to(contact: FoundContact) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient_id=contact.recipient_id)


def _held(contact_id: UUID, sighting: Sighting) -> FoundContact:
    """An address of a place's host that is still given out, held. Raises UnknownContact."""
    contact = (
        FoundContact.objects.select_for_update(of=("self",))
        .filter(pk=contact_id, answer__host=sighting.host, gone_at=None)
        .first()
    )
    if contact is None:
        raise UnknownContact
    return contact


def _plain(typed: TypedContact) -> RegistryContact:
    """The same in plain letters, on one line each. Raises ContactRefused and AnEntrysAddress."""
    email = plain_email(typed.email)
    if email is None:
        raise ContactRefused("This is no mail address. Write it as name@domain, and one alone.")
    domain = domain_of(email)
    if not may_exist(domain):
        raise ContactRefused(f"“{domain}” is no domain that mail from here can reach.")
    if entry := entry_for(email):
        raise AnEntrysAddress(entry.name)
    name, source = one_line(typed.name, LONGEST_NAME), one_line(typed.source, LONGEST_SOURCE)
    if not name or not source:
        raise ContactRefused("Say whose address it is, and where you found it.")
    return RegistryContact(kind=typed.kind, name=name, email=email, source=source)
