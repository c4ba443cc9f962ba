"""What is true of a case, in plain words: one row a place, one line a recipient."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import DOWN, Liveness
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import CLOCK_RUNS, STOPPABLE, NoticeState
from jikimi.takedown.withdrawals.lookups import refused_in
from jikimi.web.portal.changes import Change, is_told_police, steps_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Words

S = NoticeState


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A state in words: a tag, what is true, what comes next, and a tone for the tag."""

    tag: Words
    now: Words
    next: Words = ""
    tone: str = "plain"


STANDINGS: dict[NoticeState, Standing] = {
    S.DRAFT: Standing(
        tag=_("being checked"),
        now=_("A notice is written."),
        next=_("A caseworker reads it before it goes out."),
    ),
    S.APPROVED: Standing(
        tag=_("about to go out"),
        now=_("The centre has approved the notice."),
        next=_("It goes out next."),
    ),
    S.SENDING: Standing(tag=_("about to go out"), now=_("The notice is being sent.")),
    S.UNKNOWN: Standing(
        tag=_("being cleared up"),
        now=_("The line broke while the notice was being sent. We do not know yet if it arrived."),
        next=_("A caseworker finds out before anything is sent again."),
        tone="warn",
    ),
    S.UNDELIVERABLE: Standing(
        tag=_("did not arrive"),
        now=_("Their address did not accept the notice."),
        next=_("A caseworker looks for another way."),
        tone="warn",
    ),
    S.SENT: Standing(
        tag=_("sent"),
        now=_("They have been asked to remove it."),
        next=_("We wait for their answer."),
    ),
    S.ACKNOWLEDGED: Standing(
        tag=_("they have it"),
        now=_("They say that they have the notice."),
        next=_("We wait for the removal."),
    ),
    S.OVERDUE: Standing(
        tag=_("time has run out"),
        now=_("Their time is over, and nothing confirms that it was removed."),
        next=_("A caseworker decides on the next step."),
        tone="late",
    ),
    S.REFUSED: Standing(
        tag=_("refused"),
        now=_("They said no."),
        next=_("A caseworker looks for the next way."),
        tone="warn",
    ),
    S.CANCELLED: Standing(
        tag=_("stopped"), now=_("This notice was stopped before it left. Nothing was sent.")
    ),
}
SEEN_DOWN = Standing(
    tag=_("removed"),
    now=_("When we last looked, it was no longer there."),
    next=_("If it comes back, the work begins again."),
    tone="ok",
)
SAID_DOWN = Standing(
    tag=_("reported removed"),
    now=_("A caseworker has noted it as removed. We did not look ourselves."),
)
TOLD_DOWN = Standing(
    tag=_("reported removed"),
    now=_("We were told that it was removed. We could not see that ourselves."),
    next=_("We look again, ever more rarely. If it comes back, the work begins again."),
)
NOT_SEEN_DOWN = Standing(
    tag=_("reported removed"),
    now=_("It was noted as removed, but our last look does not confirm it."),
    next=_("A caseworker decides on the next step."),
    tone="warn",
)

TOLD_POLICE: dict[NoticeState, Standing] = {
    S.SENT: Standing(
        tag=_("sent"),
        now=_("The police have been told, without your name."),
        next=_("We wait for their answer."),
    ),
    S.ACKNOWLEDGED: Standing(tag=_("they have it"), now=_("The police have taken the report.")),
    S.OVERDUE: Standing(
        tag=_("no answer yet"),
        now=_("We have not heard from the police yet."),
        next=_("A caseworker decides on the next step."),
        tone="late",
    ),
}
"""Where what the police were told stands: nobody asks them to remove anything."""
POLICE_HAVE_IT = replace(
    TOLD_POLICE[S.ACKNOWLEDGED], next=_("A caseworker decides on the next step.")
)

HELD = Standing(
    tag=_("on hold"),
    now=_("You have paused. This notice does not go out."),
    next=_("When you go on, it goes on from here."),
)
HELD_NEXT = _("You have paused. We take the next step when you go on.")
_NOT_GONE = frozenset({S.DRAFT, S.APPROVED, S.UNDELIVERABLE})
_WAITS_FOR_US = frozenset({*CLOCK_RUNS, S.OVERDUE, S.REFUSED})

LOOKS: dict[Liveness, Words] = {
    Liveness.UNKNOWN: "",
    Liveness.STILL_THERE: _("When we last looked, it was still there."),
    Liveness.GONE: _("When we last looked, it was no longer there."),
    Liveness.REPLACED: _("When we last looked, something else was in its place."),
    Liveness.BLOCKED_HERE: _(
        "It cannot be opened from where we look. That is blocked, not deleted: others may still "
        "see it."
    ),
    Liveness.CANNOT_TELL: _("We looked and could not tell if it is still there."),
    Liveness.SAID_GONE: _("We looked and could not tell. We were told that it is gone."),
}


@dataclass(frozen=True, kw_only=True)
class AskedRow:
    """One recipient: what it was asked, and where that stands."""

    recipient: str
    recipient_id: str
    standing: Standing
    asked_at: datetime | None
    is_told: bool
    """Whether it was told of the place rather than asked for something: the police."""
    answer_due_at: datetime | None
    steps: tuple[Change, ...]
    may_be_stopped: bool
    """Whether she can still say that this one gets nothing more."""


@dataclass(frozen=True, kw_only=True)
class PlaceRow:
    """One place, without its full address, and everybody asked about it."""

    name: str
    is_told: bool
    """Whether it is down by somebody's word alone."""
    look: Words
    looked_at: datetime | None
    asked: tuple[AskedRow, ...]


def places_of(case: Case) -> list[PlaceRow]:
    """Every place of a case in the order it was reported."""
    sightings = (
        case.sightings.select_related("case")
        .order_by("reported_at", "id")
        .prefetch_related("notices__letter")
    )
    refused = refused_in(case.pk)
    return [_place_row(sighting, refused) for sighting in sightings]


def _place_row(sighting: Sighting, refused: frozenset[str]) -> PlaceRow:
    # Only the host: a link's path often names a person, and this page may be seen by others.
    notices = sorted(sighting.notices.all(), key=lambda notice: notice.drafted_at)
    return PlaceRow(
        name=sighting.host or sighting.address,
        is_told=sighting.liveness == Liveness.SAID_GONE,
        look=LOOKS[Liveness(sighting.liveness)] if sighting.last_look_at else "",
        looked_at=sighting.last_look_at,
        asked=tuple(_asked_row(notice, sighting, refused) for notice in notices),
    )


def _asked_row(notice: Notice, sighting: Sighting, refused: frozenset[str]) -> AskedRow:
    state = NoticeState(notice.state)
    return AskedRow(
        recipient=notice.recipient_name,
        recipient_id=notice.recipient_id,
        standing=_standing(notice, sighting),
        asked_at=notice.sent_at,
        is_told=is_told_police(notice),
        answer_due_at=notice.due_at if state in CLOCK_RUNS and not is_told_police(notice) else None,
        steps=tuple(steps_of(notice)),
        may_be_stopped=sighting.case.status != CaseStatus.WITHDRAWN
        and notice.recipient_id not in refused,
    )


def _standing(notice: Notice, sighting: Sighting) -> Standing:
    state, standing = NoticeState(notice.state), _of_state(notice, sighting)
    if sighting.case.status != CaseStatus.WITHDRAWN:
        if sighting.case.closed_because and state is not NoticeState.REMOVED:
            return replace(standing, next="")
        return _held(state, standing) if sighting.case.paused_at else standing
    if state in STOPPABLE:
        return STANDINGS[S.CANCELLED]  # the job that stops it may still be on its way
    # Nobody goes on with it, so no next step is promised.
    return replace(standing, next="")


def _held(state: NoticeState, standing: Standing) -> Standing:
    if state in _NOT_GONE:
        return HELD
    return replace(standing, next=HELD_NEXT) if state in _WAITS_FOR_US else standing


def _of_state(notice: Notice, sighting: Sighting) -> Standing:
    state = NoticeState(notice.state)
    if is_told_police(notice) and state in TOLD_POLICE:
        took_it = notice.acknowledged_at or (notice.letter and notice.letter.their_reference)
        return POLICE_HAVE_IT if state is S.OVERDUE and took_it else TOLD_POLICE[state]
    if state is not NoticeState.REMOVED:
        return STANDINGS[state]
    if sighting.last_look_at is None:
        return SAID_DOWN
    if sighting.liveness == Liveness.SAID_GONE:
        return TOLD_DOWN
    return SEEN_DOWN if Liveness(sighting.liveness) in DOWN else NOT_SEEN_DOWN
