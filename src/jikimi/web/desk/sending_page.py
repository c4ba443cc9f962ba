"""What leaves the house: how much waits for whom, what holds it back, and the switch to pause."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.takedown.actions.gating import EVERYBODY, OUR_MAIL, pause_sending, resume_sending
from jikimi.takedown.channels import NotSentYet, channels
from jikimi.takedown.errors import TakedownError
from jikimi.takedown.models import OutboundLetter, SendingGate
from jikimi.takedown.rules.notice import OutboxState
from jikimi.takedown.rules.safe_text import one_line
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import RecipientId
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board

_LONGEST_REASON = 200


@dataclass(frozen=True, kw_only=True)
class ChannelRow:
    """One way out, and what is to be set up before it is one."""

    name: str
    why_not: str


@dataclass(frozen=True, kw_only=True)
class GateRow:
    """One recipient to whom letters wait, or who is held back."""

    recipient_id: str
    name: str
    waiting: int
    oldest: datetime | None
    paused_at: datetime | None
    because: str
    until: datetime | None
    last_fault: str
    rests: bool
    """After faults, or because it asked for that: somebody may end it."""
    is_ours: bool
    """Our own mail server, and no recipient."""


@require_safe
def show_sending(request: StaffRequest) -> HttpResponse:
    """The ways out, and the recipients with something waiting or held back."""
    return _page(request)


@require_POST
def pause(request: StaffRequest) -> HttpResponse:
    """Let nothing go to one recipient, or to anybody. The reason stays where it cannot be taken."""
    recipient_id, words = _named(request), request.POST.get("because", "")[:_LONGEST_REASON]
    try:
        pause_sending(recipient_id, words, staff=request.user, now=timezone.now())
    except TakedownError as error:
        messages.error(request, str(error))
        return redirect("desk_sending")
    messages.success(request, f"Paused: nothing goes to {_name(recipient_id)} until it is resumed.")
    return redirect("desk_sending")


@require_POST
def resume(request: StaffRequest) -> HttpResponse:
    """Let letters go again."""
    recipient_id = _named(request)
    try:
        resume_sending(recipient_id, staff=request.user, now=timezone.now())
    except TakedownError as error:
        messages.error(request, str(error))
        return redirect("desk_sending")
    messages.success(
        request, f"Resumed: what waits for {_name(recipient_id)} goes within a minute."
    )
    return redirect("desk_sending")


def _page(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    gates = SendingGate.objects.in_bulk()
    return render(
        request,
        "desk/sending.html",
        {
            "board": board(now),
            "shows_sending": True,
            "channels": [_channel_row(name) for name in channels()],
            "everybody": gates.get(EVERYBODY),
            "rows": _rows(gates, now),
            "longest": _LONGEST_REASON,
        },
    )


def _channel_row(name: str) -> ChannelRow:
    try:
        return ChannelRow(name=name, why_not=channels()[name].why_not())
    except NotSentYet as trouble:
        return ChannelRow(name=name, why_not=trouble.safe_words)


def _rows(gates: dict[str, SendingGate], now: datetime) -> list[GateRow]:
    waiting = {
        recipient_id: (number, oldest)
        for recipient_id, number, oldest in OutboundLetter.objects.filter(state=OutboxState.READY)
        .values("recipient_id")
        .annotate(number=Count("pk"), oldest=Min("not_before"))
        .values_list("recipient_id", "number", "oldest")
    }
    notable = {one for one, gate in gates.items() if one != EVERYBODY and _is_notable(gate, now)}
    rows = [
        _row(one, *waiting.get(one, (0, None)), gate=gates.get(one), now=now)
        for one in notable | waiting.keys()
    ]
    return sorted(rows, key=lambda row: (row.paused_at is None, not row.because, row.name.lower()))


def _is_notable(gate: SendingGate, now: datetime) -> bool:
    return bool(gate.paused_at or gate.faults or (gate.held_until and gate.held_until > now))


def _row(
    recipient_id: str,
    waiting: int,
    oldest: datetime | None,
    *,
    gate: SendingGate | None,
    now: datetime,
) -> GateRow:
    held = gate if gate and gate.held_until and gate.held_until > now else None
    return GateRow(
        recipient_id=recipient_id,
        name=_name(recipient_id),
        waiting=waiting,
        oldest=oldest,
        paused_at=gate.paused_at if gate else None,
        because=_because(gate, held),
        until=held.held_until if held else None,
        last_fault=gate.last_fault if gate else "",
        rests=bool(gate and gate.rest_until and gate.rest_until > now),
        is_ours=recipient_id == OUR_MAIL,
    )


def _because(gate: SendingGate | None, held: SendingGate | None) -> str:
    if gate and gate.paused_at:
        return gate.paused_because
    if held:
        return held.held_because
    return ""


def _named(request: HttpRequest) -> str:
    return one_line(request.POST.get("recipient", ""), 60)


def _name(recipient_id: str) -> str:
    if recipient_id == EVERYBODY:
        return "anybody"
    if recipient_id == OUR_MAIL:
        return "our own mail server"
    known = packs_in_use().recipients.get(RecipientId(recipient_id))
    return known.name if known else recipient_id


addresses = [
    path("sending/", staff_required(show_sending), name="desk_sending"),
    path("sending/pause/", staff_required(pause), name="desk_pause_sending"),
    path("sending/resume/", staff_required(resume), name="desk_resume_sending"),
]
