"""Questions about lists, and about who may ask them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Sum
from django.db.models.expressions import RawSQL

from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import AgeGroup, Authority, Relation, may_speak_for_her
from jikimi.exchange.held_back import how_many_hold_back_unseen
from jikimi.exchange.minors_models import KeptOff
from jikimi.exchange.models import (
    Change,
    Entry,
    FoundByPartner,
    Holding,
    PrintList,
    RestStep,
)
from jikimi.exchange.rules.flood import BASELINE_DAYS
from jikimi.exchange.rules.later import SETTLES
from jikimi.exchange.rules.lists import Audience, ListFacts, Origin, Purpose

_RESTING = """
SELECT entry_id FROM (
    SELECT DISTINCT ON (entry_id) entry_id, rests FROM exchange_reststep
    ORDER BY entry_id, id DESC
) AS latest WHERE rests
"""
_WAITING = """
SELECT entry_id FROM (
    SELECT DISTINCT ON (entry_id) entry_id, rests, staff_id FROM exchange_reststep
    ORDER BY entry_id, id DESC
) AS latest WHERE rests OR staff_id IS NULL
"""
# Cases whose standing and whose place on the list do not fit, without comparing fingerprints.
_OUT_OF_STEP = """
WITH agreed AS (
    SELECT DISTINCT ON (case_ref) case_ref, granted FROM trail_consent
    WHERE scope = 'block_list' ORDER BY case_ref, id DESC
), wanted AS (
    SELECT c.id FROM cases_case AS c JOIN agreed AS a ON a.case_ref = c.id AND a.granted
    WHERE c.age_group = 'adult' AND c.status <> 'withdrawn' AND (
        c.authority_confirmed_at IS NOT NULL
        OR (c.authority, c.helper) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
    )
), listed AS (
    SELECT f.case_id AS id FROM exchange_holding AS h
    JOIN cases_fingerprint AS f ON f.id = h.fingerprint_id
    UNION
    SELECT v.case_id FROM exchange_holding AS h
    JOIN cases_videofingerprint AS v ON v.id = h.video_id
)
SELECT id FROM listed EXCEPT SELECT id FROM wanted
UNION
SELECT f.case_id FROM cases_fingerprint AS f JOIN wanted AS w ON w.id = f.case_id
WHERE f.quality >= 50 AND NOT EXISTS (
    SELECT FROM exchange_holding AS h WHERE h.fingerprint_id = f.id
)
UNION
SELECT v.case_id FROM cases_videofingerprint AS v JOIN wanted AS w ON w.id = v.case_id
WHERE NOT EXISTS (SELECT FROM exchange_holding AS h WHERE h.video_id = v.id)
"""


@dataclass(frozen=True, kw_only=True)
class ListRow:
    """A list as the house sees it."""

    facts: ListFacts
    entries: int
    changed_at: datetime | None
    """When an entry last came or went."""
    partner: str | None
    """The name of who hands its entries in, where a partner does."""


@dataclass(frozen=True, kw_only=True)
class RestingEntry:
    """An entry that floods: it matches for nobody until somebody releases it, or still does."""

    id: int
    list_name: str
    since: datetime
    rests: bool
    """Whether it matches for nobody meanwhile."""
    today: int
    """How often partners found it today."""
    usual: float
    """How often a day in the two weeks before."""
    cases: tuple[str, ...]
    """Nicknames of the cases that hold it; none on an imported list."""

    @property
    def mark(self) -> str:
        """Its id as partners are told it."""
        return f"{self.id:016x}"


@dataclass(frozen=True, kw_only=True)
class KeptOffCase:
    """An adult's case with fingerprints that are kept off our list: they are near a minor's."""

    nickname: str
    prints: int
    since: datetime


def facts_of(list_: PrintList) -> ListFacts:
    """A list as a value."""
    return ListFacts(
        id=list_.pk,
        name=list_.name,
        origin=Origin(list_.origin),
        purpose=Purpose(list_.purpose),
        audience=Audience(list_.audience),
        partner=list_.partner_id,
    )


def all_lists() -> list[ListRow]:
    """Every list with how many entries it holds, by name."""
    living = PrintList.objects.filter(ended_at=None).select_related("partner")
    return [
        ListRow(
            facts=facts_of(one),
            entries=one.size,
            changed_at=one.changed_at,
            partner=one.partner.name if one.partner else None,
        )
        for one in living.order_by("name")
    ]


def resting_now() -> frozenset[int]:
    """Ids of the entries that rest."""
    with connection.cursor() as cursor:
        cursor.execute(_RESTING)
        return frozenset(entry for (entry,) in cursor)


def waiting_for_a_word() -> frozenset[int]:
    """Ids of the entries that rest, and of those that flood and go on matching meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return frozenset(entry for (entry,) in cursor)


def resting_entries(today: date) -> list[RestingEntry]:
    """What waits for a word, the latest first, with how often it is found and whose it is."""
    steps = RestStep.objects.filter(entry__in=RawSQL(_WAITING, ()))  # noqa: S611  # of ours alone
    latest = steps.order_by("entry", "-pk").distinct("entry")
    rows = [_resting(step, today) for step in latest.select_related("entry__list", "change")]
    return sorted(rows, key=lambda row: row.since, reverse=True)


def kept_off_unseen() -> list[KeptOffCase]:
    """What is kept off for a minor's sake and was seen by nobody at the desk, the latest first."""
    unseen = KeptOff.objects.filter(seen_at=None).select_related("case").order_by("-at", "pk")
    return [
        KeptOffCase(nickname=one.case.nickname, prints=one.prints, since=one.at) for one in unseen
    ]


def how_many_wait() -> int:
    """How many lines of the desk's page of lists wait for somebody's word."""
    kept_off = KeptOff.objects.filter(seen_at=None).count()
    return len(waiting_for_a_word()) + kept_off + how_many_hold_back_unseen()


def _resting(step: RestStep, today: date) -> RestingEntry:
    first = today - timedelta(days=BASELINE_DAYS)
    found = FoundByPartner.objects.filter(entry_ref=step.entry_id, day__gte=first)
    by_day = dict(found.values_list("day").annotate(Sum("times")))
    at_present = by_day.pop(today, 0)
    return RestingEntry(
        id=step.entry_id,
        list_name=step.entry.list.name,
        since=step.change.at,
        rests=step.rests,
        today=at_present,
        usual=sum(by_day.values()) / BASELINE_DAYS,
        cases=tuple(cases_of_entry(step.entry_id).values_list("nickname", flat=True)),
    )


def cases_of_entry(entry: int) -> QuerySet[Case]:
    """The cases that hold an entry of our own reports, in the order of their ids."""
    held = Holding.objects.filter(entry=entry)
    pairs = held.values_list("fingerprint__case_id", "video__case_id")
    return Case.objects.filter(pk__in={picture or video for picture, video in pairs}).order_by("pk")


def entries_of_case(case: Case) -> list[int]:
    """Ids of what a case has on the list of our own reports."""
    pictures = Holding.objects.filter(fingerprint__case=case)
    frames = Holding.objects.filter(video__case=case)
    return [
        *pictures.values_list("entry_id", flat=True),
        *frames.values_list("entry_id", flat=True),
    ]


def something_to_look_up() -> bool:
    """Whether there is a change whose entries were not looked up in the other lists."""
    return Change.objects.filter(looked_up_at=None, position__isnull=False).exists()


def platforms_search_imported() -> bool:
    """Whether platforms search any list that is not of our own reports."""
    open_ = PrintList.objects.filter(
        ended_at=None, purpose=Purpose.MATCH, audience=Audience.PLATFORMS
    )
    return open_.exclude(origin=Origin.OWN).exists()


def changes_to_compare(now: datetime) -> QuerySet[Change]:
    """Changes whose entries were not compared with what is remembered, and have settled by now."""
    waiting = Change.objects.filter(compared_at=None, position__isnull=False)
    return waiting.filter(settles_from__lt=now - SETTLES)


def cases_out_of_step() -> list[UUID]:
    """Cases whose fingerprints may be listed and are not, or the other way; some may be right."""
    speaks = [
        (authority.value, helper.value if helper else "")
        for authority in Authority
        for helper in (None, *Relation)
        if may_speak_for_her(authority, helper, AgeGroup.ADULT)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_OUT_OF_STEP, [list(column) for column in zip(*speaks, strict=True)])
        return [case_id for (case_id,) in cursor]


def cases_that_hold_back() -> list[UUID]:
    """Cases that may hold something back from lists of others: minors', not withdrawn."""
    standing = Case.objects.exclude(age_group=AgeGroup.ADULT).exclude(status=CaseStatus.WITHDRAWN)
    return list(standing.order_by("pk").values_list("pk", flat=True))


def prints_of(entries: Sequence[int]) -> dict[int, bytes]:
    """The fingerprints of these entries, as far as they are listed still."""
    listed = Entry.objects.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", (list(entries),)))
    return {pk: bytes(pdq) for pk, pdq in listed.values_list("pk", "pdq")}
