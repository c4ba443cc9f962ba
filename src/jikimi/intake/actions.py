"""Receiving a report, and stopping everything when its sender says so."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from jikimi.cases.actions import (
    NewFingerprint,
    NewVideo,
    add_fingerprints,
    add_sightings,
    end_case,
    hold_case,
    open_case,
)
from jikimi.cases.jobs import Job, ask_for
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import AgeGroup, Authority, Place, Relation, Situation
from jikimi.evidence.actions import destroy_sealed, seal_for_case
from jikimi.evidence.models import Purpose
from jikimi.intake.errors import NothingToGoBy
from jikimi.intake.models import Report
from jikimi.intake.receipts import give_receipt
from jikimi.intake.rules import ReceiptCode
from jikimi.trail.actions import record, record_consents
from jikimi.trail.lookups import consents_of
from jikimi.trail.models import ConsentScope

ACTOR = "reporter"
HELPER = "helper"


@dataclass(frozen=True, kw_only=True)
class NewReport:
    """A report as the portal hands it over. The words have no repr and are never logged."""

    situation: Situation
    age_group: AgeGroup
    language: str
    had_file: bool
    fingerprints: tuple[NewFingerprint | NewVideo, ...]
    places: tuple[Place, ...]
    consents: frozenset[ConsentScope]
    declared_no_consent: bool
    statement: str = field(repr=False)
    contact: str = field(repr=False)
    wants_contact: bool = False
    helper: Relation | None = None
    authority: Authority = Authority.OWN


@dataclass(frozen=True, kw_only=True)
class Received:
    """What the sender gets: the case is hers, the code is shown once."""

    case: Case
    code: ReceiptCode


@transaction.atomic
def receive_report(
    report: NewReport, *, now: datetime, codes: Iterator[ReceiptCode] | None = None
) -> Received:
    """Take a report in whole or not at all. Raises NothingToGoBy for an empty one.

    Its code is the first of `codes` whose locator nobody has, or drawn at random.
    """
    words = report.statement.strip() or report.wants_contact
    if not (report.fingerprints or report.places or words):
        raise NothingToGoBy
    case = open_case(
        situation=report.situation,
        age_group=report.age_group,
        language=report.language,
        declared_no_consent=report.declared_no_consent,
        now=now,
        helper=report.helper,
        authority=report.authority,
    )
    Report.objects.create(
        case=case,
        received_at=_to_the_hour(now),
        had_file=report.had_file,
    )
    fingerprints = add_fingerprints(case, report.fingerprints, now=now)
    sightings = add_sightings(case, report.places, now=now)
    code = give_receipt(case, now=now, codes=codes)
    _seal_words(case, report, now)
    actor = HELPER if report.helper else ACTOR
    record(
        "report received",
        at=now,
        case_ref=case.pk,
        actor=actor,
        authority=report.authority.value,
        contact=report.wants_contact,
        fingerprints=fingerprints,
        sightings=len(sightings),
    )
    agreed = report.consents | ({ConsentScope.CONTACT} if report.wants_contact else set())
    given = [scope for scope in ConsentScope if scope in agreed]
    record_consents(case.pk, given, granted=True, at=now, actor=actor)
    if fingerprints and (case.is_minor or ConsentScope.BLOCK_LIST in given):
        ask_for(Job.KEEP_LISTS_IN_STEP, case)
    return Received(case=case, code=code)


@transaction.atomic
def withdraw_report(case: Case, *, now: datetime) -> None:
    """Stop everything: every choice is taken back, nothing more is sent, drafts are cancelled.

    What she wrote about contact is destroyed.
    """
    held = hold_case(case.pk)
    if held.status == CaseStatus.WITHDRAWN:
        return
    record_consents(case.pk, sorted(consents_of(case.pk)), granted=False, at=now, actor=ACTOR)
    destroy_sealed(case.pk, Purpose.CONTACT, actor=ACTOR, now=now)
    end_case(held, CaseStatus.WITHDRAWN, actor=ACTOR, now=now)


def _seal_words(case: Case, report: NewReport, now: datetime) -> None:
    for purpose, text in (
        (Purpose.STATEMENT, report.statement),
        (Purpose.CONTACT, report.contact),
    ):
        if text.strip():
            seal_for_case(case.pk, purpose, text.strip(), now=now)


def _to_the_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
