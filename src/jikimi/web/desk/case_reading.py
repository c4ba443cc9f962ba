"""Reading a case for its page."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.forms import Form

from jikimi.cases.lookups import may_be_fetched, resembling_cases
from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import (
    DOWN,
    AgeGroup,
    Authority,
    Ground,
    Liveness,
    Origin,
    Relation,
    Situation,
)
from jikimi.evidence.lookups import items_of
from jikimi.evidence.models import Purpose
from jikimi.people.models import Staff
from jikimi.takedown.actions.correcting import came_back_later
from jikimi.takedown.asking_once import asking_once
from jikimi.takedown.errors import TakedownError
from jikimi.takedown.facts import content_of
from jikimi.takedown.letters import handed_over_with, preview_letter, route_now
from jikimi.takedown.lookups import SightingRow, sightings_of
from jikimi.takedown.models import Notice
from jikimi.takedown.orders import law_waiting_for_order
from jikimi.takedown.ownership import copyright_laws_for, copyright_notices_that_left
from jikimi.takedown.rules.notice import OPEN, STOPPABLE, WITH_RECIPIENT, NoticeState
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import Consent, ConsentScope
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import WORLDWIDE
from jikimi.web.desk.case_ending import closing_of, words_of
from jikimi.web.desk.case_values import (
    Card,
    CaseValues,
    Choice,
    Kept,
    Ownership,
    PlaceRow,
    PlaceWord,
    Preview,
    SealedText,
    Speaking,
    Told,
    TrailLine,
)
from jikimi.web.desk.replies import Reply
from jikimi.web.desk.wording import (
    AGES,
    AUTHORITIES,
    GROUNDS,
    HELPERS,
    ORIGINS,
    PLACES,
    ROUTES,
    RUNGS,
    SITUATIONS,
    language_name,
    said_of_notice,
)

_SHORT_HEX = 12
_TRAIL_FACTS = (
    "scope",
    "purpose",
    "recipient",
    "law",
    "attempt",
    "distance",
    "near_a_minors",
    "quality",
    "reason",
    "trouble",
    "added_by_hand",
    "compared",
    "authority",
    "lacks",
    "ground",
    "word_of",
)
_APPROVABLE = frozenset({NoticeState.DRAFT, NoticeState.UNDELIVERABLE})
_DRAFTS_AGAIN = frozenset({NoticeState.OVERDUE, NoticeState.REFUSED, NoticeState.CANCELLED})


def read_case(
    case: Case,
    *,
    staff: Staff,
    now: datetime,
    opened: SealedText | None = None,
    kept: Kept | None = None,
) -> CaseValues:
    """Everything about one case; `opened` takes the place of the sealed text it opens."""
    return CaseValues(
        case=case,
        withdrawn=case.status == CaseStatus.WITHDRAWN,
        facts=_facts(case),
        choices=tuple(_choices(case.pk)),
        speaking=_speaking(case),
        ownership=_ownership(case),
        told=_told(case),
        places=_places(case, kept, now),
        fingerprints=tuple(
            (print_.hex[:_SHORT_HEX], print_.quality)
            for print_ in case.fingerprints.order_by("made_at", "pk")
        ),
        videos=tuple(case.videos.order_by("made_at", "pk").values_list("frame_count", flat=True)),
        resembling=tuple(resembling_cases(case)),
        sealed=tuple(
            opened if opened and opened.purpose == text.purpose else text
            for text in _sealed(case.pk)
        ),
        trail=tuple(_trail(case.pk, staff)),
        closing=closing_of(case, kept),
    )


def _facts(case: Case) -> str:
    language = language_name(case.language)
    age = AGES[AgeGroup(case.age_group)]
    said = [f"{SITUATIONS[Situation(case.situation)]}, {age}"]
    said += [ORIGINS[Origin(case.origin)].lower()] if case.origin else []
    said += [f"lives in {case.country}"] if case.country else []
    return " · ".join([*said, f"answers in {language}"])


def _choices(case_ref: UUID) -> Iterator[Choice]:
    every = Consent.objects.filter(case_ref=case_ref).order_by("id")
    made = {consent.scope: consent for consent in every}
    times_given = Counter(consent.scope for consent in every if consent.granted)
    for scope in ConsentScope:
        choice = made.get(scope.value)
        yield Choice(
            scope=scope.value,
            words=scope.label,
            granted=choice.granted if choice else None,
            at=choice.at if choice else None,
            given_anew=times_given[scope.value] > 1,
        )


def _speaking(case: Case) -> Speaking | None:
    if not case.helper:
        return None
    is_open = case.status == CaseStatus.OPEN
    ground = case.authority_ground
    return Speaking(
        helper=HELPERS[Relation(case.helper)],
        authority=AUTHORITIES[Authority(case.authority)],
        may_act=case.may_be_acted_on,
        ground=GROUNDS[Ground(ground)] if ground else "",
        confirmed_at=case.authority_confirmed_at,
        grounds=tuple(
            (one.value, words)
            for one, words in GROUNDS.items()
            if is_open and (case.is_minor or one is Ground.SHE_AGREES)
        ),
    )


def _ownership(case: Case) -> Ownership | None:
    if case.is_minor or case.status != CaseStatus.OPEN:
        return None
    return Ownership(
        confirmed_at=case.copyright_confirmed_at,
        warnings=tuple(
            (law.title["en"], law.false_statement["en"] if law.false_statement else "")
            for law in copyright_laws_for(case)
        ),
        left=copyright_notices_that_left(case),
    )


def _told(case: Case) -> Told | None:
    if case.status != CaseStatus.OPEN:
        return None
    packs = packs_in_use()
    asked_about = frozenset[str]().union(
        *(law.countries for law in packs.laws.values()),
        *(one.serves - {WORLDWIDE} for one in packs.recipients.values()),
    )
    return Told(
        country=case.country,
        assumed=settings.CENTRE_COUNTRY.upper(),
        countries=tuple(sorted(asked_about)),
        origin=case.origin,
        origins=tuple((one.value, words) for one, words in ORIGINS.items()),
        asks_origin=content_of(case) == "unknown",
    )


def _places(case: Case, kept: Kept | None, now: datetime) -> tuple[PlaceRow, ...]:
    """A case's places; those that wait for somebody come first."""
    rows = sightings_of(case, now)
    words = words_of(case, [row.sighting for row in rows], kept)
    with asking_once():  # a report to the police stands on the card of each place that it tells of
        places = [_place(row, case, kept, now, words.get(row.sighting.pk)) for row in rows]
    return tuple(sorted(places, key=lambda place: not place.waits))


def _place(
    row: SightingRow, case: Case, kept: Kept | None, now: datetime, word: PlaceWord | None
) -> PlaceRow:
    sighting, is_open = row.sighting, case.status == CaseStatus.OPEN
    states = {NoticeState(notice.state) for notice in row.notices}
    newest = NoticeState(row.notices[0].state) if row.notices else None
    return PlaceRow(
        sighting=sighting,
        said=PLACES[Liveness(sighting.liveness)],
        match=_match(sighting),
        cards=tuple(_card(notice, kept, is_open=is_open, now=now) for notice in row.notices),
        no_route_because=row.no_route_because,
        next_step=row.next_step,
        contacts=row.contacts,
        may_enter=row.may_enter,
        may_look=case.status != CaseStatus.WITHDRAWN and may_be_fetched(sighting),
        may_draft=is_open
        and (newest is None or newest in _DRAFTS_AGAIN or _is_up_again(sighting, newest))
        and not states & (OPEN - WITH_RECIPIENT),
        word=word,
        may_take_word_back=case.status != CaseStatus.WITHDRAWN
        and sighting.liveness == Liveness.SAID_GONE,
    )


def _is_up_again(sighting: Sighting, newest: NoticeState) -> bool:
    return newest is NoticeState.REMOVED and Liveness(sighting.liveness) not in DOWN


def _match(sighting: Sighting) -> str:
    if sighting.distance is not None:
        return f"distance {sighting.distance}, quality {sighting.quality}"
    return "nothing to compare" if sighting.last_look_at else "not looked yet"


def _card(notice: Notice, kept: Kept | None, *, is_open: bool, now: datetime) -> Card:
    state, carried = NoticeState(notice.state), bool(notice.channel)
    waits = is_open and state in {NoticeState.DRAFT, NoticeState.APPROVED}
    return Card(
        notice=notice,
        said=said_of_notice(state, notice.on_word_of),
        route=ROUTES[notice.route_type],
        rung=RUNGS.get(notice.rung, ""),
        preview=preview_of(notice, now) if is_open and state in STOPPABLE else None,
        reply=_reply(notice, kept, may_answer=is_open and state in WITH_RECIPIENT),
        asks=f"Send this letter to {notice.recipient_name}, {notice.address}?",
        may_approve=is_open and carried and not notice.why_not and state in _APPROVABLE,
        may_hand_over=waits and not carried,
        may_cancel=is_open and state in STOPPABLE,
        may_settle=is_open and state is NoticeState.UNKNOWN,
        takes_back=_takes_back(notice) if is_open else "",
        ordered_under=_ordered_under(notice) if is_open and state in WITH_RECIPIENT else "",
    )


def _takes_back(notice: Notice) -> str:
    if notice.state == NoticeState.REFUSED and notice.sighting.liveness not in DOWN:
        return "It is not a refusal after all"
    return "It did arrive after all" if came_back_later(notice) else ""


def _ordered_under(notice: Notice) -> str:
    law = law_waiting_for_order(notice)
    return law.title["en"] if law else ""


def _reply(notice: Notice, kept: Kept | None, *, may_answer: bool) -> Form | None:
    if kept and kept.about == notice.pk:
        return kept.form
    return Reply(auto_id=f"{notice.reference}-%s") if may_answer else None


def preview_of(notice: Notice, now: datetime) -> Preview:
    """The letter of a notice as it would go out now, or what stands in its way."""
    try:
        with asking_once():
            route, letter = route_now(notice, now), preview_letter(notice, now)
    except TakedownError as error:
        return Preview(trouble=str(error))
    return Preview(
        subject=letter.subject,
        text=letter.text,
        places=len(handed_over_with(notice)),
        missing=letter.missing,
        to_add=letter.to_add,
        never=letter.never,
        unread=route.unread,
        not_by_hand=route.not_by_hand or "",
    )


def _sealed(case_ref: UUID) -> Iterator[SealedText]:
    for purpose in (Purpose.STATEMENT, Purpose.CONTACT):
        held = items_of(case_ref, purpose).count()
        if held:
            yield SealedText(purpose=purpose.value, title=str(purpose.label), count=held)


def _trail(case_ref: UUID, staff: Staff) -> Iterator[TrailLine]:
    me = f"staff {staff.pk}"
    for content in entries_of(case_ref):
        said = content.payload
        yield TrailLine(
            at=content.entry.at,
            event=said["event"].replace("_", " "),
            actor="you" if said["actor"] == me else said["actor"],
            facts=", ".join(
                f"{name.replace('_', ' ')} {said[name]}" for name in _TRAIL_FACTS if said.get(name)
            ),
        )
