"""The one place where a notice changes its state, and the letter that it stands in with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case
from jikimi.people.models import Staff
from jikimi.takedown.actions.outbox import stop, write_again
from jikimi.takedown.actions.saving import save_together
from jikimi.takedown.errors import NotNow, UnknownNotice
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import ENDS, OPEN, NoticeState, OutboxState, may_follow
from jikimi.trail.actions import Event, record_many
from jikimi.trail.rules import Plain

_WRITTEN_ONCE = frozenset(
    "id sighting_id recipient_id recipient_name law_id route_type address channel because rung "
    "drafted_at".split()
)
_MUTABLE = tuple(
    field.attname for field in Notice._meta.concrete_fields if field.attname not in _WRITTEN_ONCE
)
_NOT_GONE = frozenset({OutboxState.READY, OutboxState.UNKNOWN, OutboxState.REFUSED})


def locked(notice_id: UUID) -> Notice:
    """The notice and its case, held until the transaction ends. Raises UnknownNotice."""
    return locked_together([notice_id])[0]


def locked_together(notice_ids: Iterable[UUID]) -> list[Notice]:
    """Notices of one case, oldest first, held with it until the transaction ends.

    Raises UnknownNotice where one does not exist, and ValueError for notices of several cases.
    """
    wanted = frozenset(notice_ids)
    cases = set(Notice.objects.filter(pk__in=wanted).values_list("sighting__case", flat=True))
    if not cases:
        raise UnknownNotice
    if len(cases) > 1:
        raise ValueError("notices of several cases never stand in one letter")
    notices = held_of(hold_case(cases.pop()), Notice.objects.filter(pk__in=wanted))
    if len(notices) != len(wanted):
        raise UnknownNotice
    return notices


def held_of(case: Case, notices: QuerySet[Notice]) -> list[Notice]:
    """Notices of a held case, held too: oldest first, all with this case and not a copy each."""
    held = list(
        notices.select_for_update(of=("self",))
        .select_related("sighting")
        .order_by("drafted_at", "pk")
    )
    for notice in held:
        notice.sighting.case = case
    return held


def standing_with(notice: Notice) -> list[Notice]:
    """Every notice that stands in the same letter, itself among them, held; its case is held."""
    if notice.letter_id is None:
        return [notice]
    return locked_together(
        Notice.objects.filter(letter=notice.letter_id).values_list("pk", flat=True)
    )


def move(
    notice: Notice, to: NoticeState, *, now: datetime, actor: str = "system", **facts: Plain
) -> None:
    """Bring a locked notice into its next state and note it. Raises NotNow.

    A notice that has ended leaves a letter that has not gone; the letter goes on without it.
    """
    move_together([notice], to, now=now, actor=actor, **facts)


def move_together(
    notices: Sequence[Notice],
    to: NoticeState,
    *,
    now: datetime,
    actor: str = "system",
    **facts: Plain,
) -> None:
    """Bring locked notices into the same next state, each with its own entry. Raises NotNow.

    Raised for any of them, nothing has been written. What their callers set on them is saved.
    """
    for notice in notices:
        if not may_follow(NoticeState(notice.state), to):
            raise NotNow(notice.state, to)
    for notice in notices:
        _bring_into(notice, to, now)
    _save_and_note(notices, f"notice {to.value}", now=now, actor=actor, facts=facts)
    if to in ENDS:
        _leave_letters({notice.letter_id for notice in notices if notice.letter_id}, now)


def go_back(notices: Sequence[Notice], event: str, *, now: datetime, actor: str) -> None:
    """Bring held notices back to before an answer that was none; their clocks go on as they were.

    One that has run out meanwhile is left to the next sweep. The trail has it as `event`, for
    nothing is sent or acknowledged now.
    """
    for notice in notices:
        if notice.state == NoticeState.REFUSED:
            notice.ended_at = notice.escalated_at = None
        if notice.state != NoticeState.OVERDUE:
            has_it = notice.acknowledged_at is not None
            notice.state = (NoticeState.ACKNOWLEDGED if has_it else NoticeState.SENT).value
        notice.reply = ""
    _save_and_note(notices, event, now=now, actor=actor, facts={})


def _save_and_note(
    notices: Sequence[Notice], event: str, *, now: datetime, actor: str, facts: Mapping[str, Plain]
) -> None:
    changed = [name for name in _MUTABLE if any(notice.is_changed(name) for notice in notices)]
    save_together(notices, changed)
    for notice in notices:
        notice.note_stored(changed)
    record_many(
        [
            Event(
                name=event,
                at=now,
                case_ref=notice.sighting.case_id,
                actor=actor,
                facts={"notice": str(notice.pk), "recipient": notice.recipient_id, **facts},
            )
            for notice in notices
        ]
    )


def _bring_into(notice: Notice, to: NoticeState, now: datetime) -> None:
    notice.state = to.value
    if to is NoticeState.SENT:
        notice.sent_at = notice.sent_at or now
    if to is NoticeState.ACKNOWLEDGED:
        notice.acknowledged_at = notice.acknowledged_at or now
    if to not in OPEN:
        notice.ended_at = now


def take_back(
    notices: Sequence[Notice], *, now: datetime, because: str, actor: str = "system"
) -> None:
    """Make approved notices of one case drafts again, before they have left.

    A letter in which others stand is written anew for those.
    """
    leave_letters(notices, now)
    for notice in notices:
        notice.approved_at = notice.approved_by = None
        notice.approved_by_rule = ""
        notice.letter = None
    move_together(notices, NoticeState.DRAFT, now=now, actor=actor, because=because)


def stop_letters_of(case_id: UUID) -> None:
    """Stop and erase every letter of a case that has not left; the case is held.

    Of one that broke off it stays unknown whether it has.
    """
    not_gone = OutboundLetter.objects.filter(case=case_id, state__in=sorted(_NOT_GONE))
    not_gone.filter(state=OutboxState.UNKNOWN).update(sealed=None)
    not_gone.exclude(state=OutboxState.UNKNOWN).update(state=OutboxState.STOPPED, sealed=None)


def leave_letters(notices: Iterable[Notice], now: datetime) -> None:
    """Take held notices of one case out of the letters that have not gone, all of them at once.

    Each letter is written anew for those left in it, or stopped where nothing is.
    """
    leaving: dict[UUID, list[Notice]] = {}
    for notice in notices:
        if notice.letter_id is not None:
            leaving.setdefault(notice.letter_id, []).append(notice)
    for letter_id, those in sorted(leaving.items()):
        letter = OutboundLetter.objects.select_for_update().get(pk=letter_id)
        letter.case = those[0].sighting.case
        if letter.state in _NOT_GONE:
            _go_on_with(letter, letter.notices.exclude(pk__in=[one.pk for one in those]), now)


def _leave_letters(letter_ids: set[UUID], now: datetime) -> None:
    """The same for notices that have ended, whose state is written already."""
    letters = (
        OutboundLetter.objects.select_for_update(of=("self",))
        .select_related("case")
        .filter(pk__in=letter_ids, state__in=sorted(_NOT_GONE))
    )
    for letter in letters.order_by("pk"):
        _go_on_with(letter, letter.notices.all(), now)


def _go_on_with(letter: OutboundLetter, notices: QuerySet[Notice], now: datetime) -> None:
    rest = held_of(letter.case, notices.exclude(state__in=sorted(ENDS)))
    if not rest:
        stop(letter)
    elif letter.state == OutboxState.READY:
        write_anew(letter, rest, now)


def write_anew(letter: OutboundLetter, notices: list[Notice], now: datetime) -> None:
    """Write a letter that waits for those left in it; if that fails it stops, and they are drafts.

    What it said before names a place that has left it, and must not go out.
    """
    if write_again(letter, notices, now):
        return
    stop(letter)
    take_back(notices, now=now, because="its letter could not be written any more")


def name_of(staff: Staff) -> str:
    """How the trail names somebody of the staff: by number, never by address."""
    return f"staff {staff.pk}"
