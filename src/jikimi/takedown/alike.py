"""Drafts that say the same to the same recipient, so that their letter is read once for all."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, F, Min, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from jikimi.cases.models import CaseStatus
from jikimi.cases.rules import AgeGroup, Situation
from jikimi.takedown.channels import BY_HAND
from jikimi.takedown.facts import content_of
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState

MOST_TOGETHER = 150
"""How many notices one yes may be for: as many as a person can still go through."""

# What a letter's words depend on; places, references and fingerprints are each notice's own.
_SAME = (
    *("recipient_id", "recipient_name", "law_id", "route_type", "address", "channel", "rung"),
    *("note", "english_first", "why_not"),
)
_SAME_CASE = ("content", "adult", "declared")
# As `content_of` says it.
_CONTENT = Case(
    When(~Q(sighting__case__origin=""), then=F("sighting__case__origin")),
    When(sighting__case__situation=Situation.FAKED, then=Value("fake")),
    default=Value("unknown"),
)


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Drafts of open cases that are alike; `notice_id` is one of them."""

    notice_id: UUID
    recipient_name: str
    law_id: str
    route_type: str
    rung: str
    channel: str
    """What carries them out; empty if a person does."""
    adult: bool
    notices: int
    cases: int


def groups_alike() -> list[Alike]:
    """Every kind of draft that waits in more than one notice, the most frequent first."""
    groups = (
        _drafts()
        .values(*_SAME, *_SAME_CASE)
        .annotate(
            notices=Count("pk"),
            cases=Count("sighting__case", distinct=True),
            one=Min(Cast("pk", TextField())),
        )
        .filter(notices__gt=1)
        .order_by("-notices", "recipient_name", "law_id", "one")
    )
    return [
        Alike(
            notice_id=UUID(group["one"]),
            recipient_name=group["recipient_name"],
            law_id=group["law_id"],
            route_type=group["route_type"],
            rung=group["rung"],
            channel=group["channel"],
            adult=group["adult"],
            notices=group["notices"],
            cases=group["cases"],
        )
        for group in groups
    ]


def drafts_like(notice_id: UUID) -> list[Notice]:
    """The drafts like this one, itself among them, case by case; none if it waits no more."""
    found = _drafts().filter(pk=notice_id).values(*_SAME, *_SAME_CASE).first()
    return _by_case(_drafts().filter(**found)) if found else []


def drafts_of(nicknames: Iterable[str]) -> list[Notice]:
    """The drafts of some open cases, case by case."""
    return _by_case(_drafts().filter(sighting__case__nickname__in=list(nicknames)))


def in_kinds(notices: Iterable[Notice]) -> list[list[Notice]]:
    """Sort drafts by what their letters say; each kind keeps its order."""
    kinds: dict[tuple[object, ...], list[Notice]] = {}
    for notice in notices:
        case = notice.sighting.case
        of_case = (
            content_of(case),
            case.age_group == AgeGroup.ADULT,
            case.declared_no_consent,
        )
        key = (*(getattr(notice, name) for name in _SAME), *of_case)
        kinds.setdefault(key, []).append(notice)
    return list(kinds.values())


def _drafts() -> QuerySet[Notice]:
    """Drafts of open cases that nothing forbids to send, or that a person hands over.

    What stands in the way of the latter is said where their letter is read.
    """
    return Notice.objects.filter(
        Q(why_not="") | Q(channel=BY_HAND),
        state=NoticeState.DRAFT,
        sighting__case__status=CaseStatus.OPEN,
    ).annotate(
        content=_CONTENT,
        adult=Q(sighting__case__age_group=AgeGroup.ADULT),
        declared=Q(sighting__case__declared_no_consent=True),
    )


def _by_case(drafts: QuerySet[Notice]) -> list[Notice]:
    in_order = drafts.order_by("sighting__case__nickname", "drafted_at", "pk")
    return list(in_order.select_related("sighting__case")[:MOST_TOGETHER])
