"""Everything held about one case, as values: for her, without the names of staff.

The letters that went out are listed and not quoted: they are the centre's, and name its people.
What lists hold near her fingerprints is left out: anybody can report a picture, and would learn
from a copy whether others reported it or who knows it.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from jikimi.aftercare.actions.messages import ReadMessage, open_for_her
from jikimi.cases.models import Case
from jikimi.evidence.actions import open_own
from jikimi.evidence.errors import WillNotOpen
from jikimi.evidence.lookups import items_of
from jikimi.evidence.models import Purpose
from jikimi.evidence.own_key import OwnKey
from jikimi.takedown.models import Notice
from jikimi.takedown.withdrawals.lookups import withdrawals_of
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import Consent

FORMAT = "jikimi-copy/1"
# That these came, or did not, tells whoever reports a picture whether others know it.
_OF_LISTS = frozenset(
    {
        "own list changed",
        "partner saw something similar",
        "something similar is on another list",
        "a negative list hides something similar from partners",
    }
)


@dataclass(frozen=True, kw_only=True)
class CopiedPlace:
    """Where it was seen, in full."""

    address: str
    reported_at: datetime
    last_look_at: datetime | None
    found: str


@dataclass(frozen=True, kw_only=True)
class CopiedNotice:
    """What was asked of whom."""

    recipient: str
    law: str
    about: str
    state: str
    reference: str
    drafted_at: datetime
    sent_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    on_word_of: str
    """Of `takedown.rules.word.Word`, where it counts as removed and nobody of us saw it."""


@dataclass(frozen=True, kw_only=True)
class CopiedWithdrawal:
    """A recipient that she took back from, and what became of the request to forget."""

    recipient: str
    at: datetime
    asked_to_forget_at: datetime | None
    confirmed_at: datetime | None
    given_up_at: datetime | None
    given_up_because: str
    """Of `takedown.rules.forgetting.CannotForget`, or empty."""
    allowed_again_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CopiedEvent:
    """One line of the trail: what, when, and by whom in kind."""

    at: datetime
    event: str
    by: str


@dataclass(frozen=True, kw_only=True)
class CopiedCase:
    """All of it. Her words have no repr; those her key does not open are None."""

    format: str
    made_at: datetime
    name: str
    status: str
    situation: str
    origin: str
    """`fake` or `recording`, once she told a caseworker; else empty."""
    age_group: str
    language: str
    country: str
    """ISO 3166, once she told a caseworker; else empty."""
    opened_at: datetime
    paused_at: datetime | None
    closed_because: str
    """Of `cases.rules.ClosedBecause`, where a caseworker closed it by hand; else empty."""
    closed_words: str
    choices: tuple[tuple[str, bool, datetime], ...]
    places: tuple[CopiedPlace, ...]
    fingerprints: tuple[tuple[str, int], ...]
    videos: tuple[str, ...]
    """The frames of each, in hex, as docs/formats/video-frames-1.md says."""
    notices: tuple[CopiedNotice, ...]
    taken_back: tuple[CopiedWithdrawal, ...]
    statement: tuple[str | None, ...] = field(repr=False)
    contact: tuple[str | None, ...] = field(repr=False)
    messages: tuple[ReadMessage, ...] = field(repr=False)
    events: tuple[CopiedEvent, ...]

    def as_json(self) -> str:
        """The same for machines: UTF-8, times in ISO 8601."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, default=_iso)


def everything_about(case: Case, key: OwnKey | None, *, now: datetime) -> CopiedCase:
    """Gather it; what is sealed only as far as her own key opens it."""
    return CopiedCase(
        format=FORMAT,
        made_at=now,
        name=case.nickname,
        status=case.status,
        situation=case.situation,
        origin=case.origin,
        age_group=case.age_group,
        language=case.language,
        country=case.country,
        opened_at=case.opened_at,
        paused_at=case.paused_at,
        closed_because=case.closed_because,
        closed_words=case.closed_words,
        choices=tuple(
            (one.scope, one.granted, one.at)
            for one in Consent.objects.filter(case_ref=case.pk).order_by("id")
        ),
        places=tuple(_places(case)),
        fingerprints=tuple((one.hex, one.quality) for one in case.fingerprints.all()),
        videos=tuple(bytes(one.frames).hex() for one in case.videos.all()),
        notices=tuple(_notices(case)),
        taken_back=tuple(
            CopiedWithdrawal(
                recipient=row.recipient_name,
                at=row.withdrawn_at,
                asked_to_forget_at=row.asked_at,
                confirmed_at=row.confirmed_at,
                given_up_at=row.given_up_at,
                given_up_because=row.cannot if row.given_up_at else "",
                allowed_again_at=row.allowed_at,
            )
            for row in withdrawals_of(case.pk)
        ),
        statement=_opened(case, Purpose.STATEMENT, key),
        contact=_opened(case, Purpose.CONTACT, key),
        messages=tuple(open_for_her(case, key)),
        events=tuple(
            CopiedEvent(
                at=content.entry.at,
                event=str(content.payload["event"]),
                by=_kind_of(str(content.payload["actor"])),
            )
            for content in entries_of(case.pk)
            if content.payload["event"] not in _OF_LISTS
        ),
    )


def _places(case: Case) -> list[CopiedPlace]:
    return [
        CopiedPlace(
            address=one.address,
            reported_at=one.reported_at,
            last_look_at=one.last_look_at,
            found=one.liveness,
        )
        for one in case.sightings.order_by("reported_at", "pk")
    ]


def _notices(case: Case) -> list[CopiedNotice]:
    held = Notice.objects.filter(sighting__case=case).select_related("sighting")
    return [
        CopiedNotice(
            recipient=one.recipient_name,
            law=one.law_id,
            about=one.sighting.address,
            state=one.state,
            reference=one.reference,
            drafted_at=one.drafted_at,
            sent_at=one.sent_at,
            due_at=one.due_at,
            ended_at=one.ended_at,
            on_word_of=one.on_word_of,
        )
        for one in held.order_by("drafted_at", "pk")
    ]


def _opened(case: Case, purpose: Purpose, key: OwnKey | None) -> tuple[str | None, ...]:
    texts: list[str | None] = []
    for item in items_of(case.pk, purpose):
        try:
            texts.append(open_own(item, key) if key else None)
        except WillNotOpen:
            texts.append(None)
    return tuple(texts)


def _kind_of(actor: str) -> str:
    """Her, the centre or a program: nobody of the staff is named."""
    if actor == "reporter":
        return "you"
    return "the centre" if actor.startswith("staff") else "a program"


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
