"""Mail that came in: what waits to be confirmed, and what a caseworker does with it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.evidence.actions import open_item
from jikimi.evidence.errors import EvidenceError
from jikimi.takedown.actions.confirming import assign_reply, confirm_reply, set_aside_reply
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.replies.kept import replies_waiting, reply_with_id
from jikimi.takedown.rules.reply import ReplyKind
from jikimi.web.desk.acting import do_and_say
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.meter import counts_as_desk_time
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.reply_cards import KINDS, ReplyCard, card_of, cards_of, has_withdrawn

MOST_SHOWN = 100
_LONGEST_REFERENCE = 40


@require_safe
def show_replies(request: StaffRequest) -> HttpResponse:
    """Every mail that waits for a person, oldest first."""
    waiting = replies_waiting()
    return _page(request, cards_of(waiting[:MOST_SHOWN]), more=max(waiting.count() - MOST_SHOWN, 0))


@require_POST
def open_reply(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    """Its words, in this answer only; the trail says who read them."""
    reply = reply_with_id(reply_id)
    if reply is None or reply.sealed is None:
        return no_such_thing(request)
    if has_withdrawn(reply):
        messages.error(request, "She has withdrawn. What came in stays sealed.")
        return redirect("desk_replies")
    try:
        opened = open_item(reply.sealed, actor=name_of(request.user), now=timezone.now())
    except EvidenceError:
        messages.error(request, "It does not open with this house’s keys. Run “jikimi doctor”.")
        return redirect("desk_replies")
    return _page(request, (card_of(reply, opened=opened),), alone=True)


@require_POST
def confirm(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    """It is what the rules take it for, or what the caseworker says."""
    said = request.POST.get("kind", "")
    if said not in set(ReplyKind):
        return no_such_thing(request)
    kind = ReplyKind(said)

    def act() -> str:
        confirm_reply(reply_id, kind, staff=request.user, now=timezone.now())
        return f"Noted: {KINDS[kind].words}."

    return _and_back(request, reply_id, act)


@require_POST
def set_aside(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    """It means nothing for any notice."""

    def act() -> str:
        set_aside_reply(reply_id, staff=request.user, now=timezone.now())
        return "Set aside. No notice was changed."

    return _and_back(request, reply_id, act)


@require_POST
def assign(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    """It answers the notice with this number."""
    typed = request.POST.get("reference", "")[:_LONGEST_REFERENCE]

    def act() -> str:
        notice = assign_reply(reply_id, typed, staff=request.user, now=timezone.now())
        return f"It answers {notice.reference} to {notice.recipient_name}. Now say what it means."

    return _and_back(request, reply_id, act)


def _page(
    request: StaffRequest, cards: tuple[ReplyCard, ...], *, more: int = 0, alone: bool = False
) -> HttpResponse:
    now = timezone.now()
    shown = {"board": board(now), "cards": cards, "more": more, "alone": alone, "now": now}
    return render(request, "desk/replies.html", {**shown, "shows_replies": True})


def _and_back(request: StaffRequest, reply_id: UUID, act: Callable[[], str]) -> HttpResponse:
    if reply_with_id(reply_id) is None:
        return no_such_thing(request)
    do_and_say(request, act)
    return redirect("desk_replies")


_REPLY = "replies/<uuid:reply_id>/"
addresses = [
    path("replies/", staff_required(counts_as_desk_time(show_replies)), name="desk_replies"),
    path(
        _REPLY + "open/",
        staff_required(counts_as_desk_time(open_reply)),
        name="desk_open_reply",
    ),
    path(_REPLY + "confirm/", staff_required(confirm), name="desk_confirm_reply"),
    path(_REPLY + "aside/", staff_required(set_aside), name="desk_set_aside_reply"),
    path(_REPLY + "assign/", staff_required(assign), name="desk_assign_reply"),
]
