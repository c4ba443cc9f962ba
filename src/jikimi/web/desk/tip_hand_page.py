"""Tips under one code: the places of one teller, and doing the same with many of them."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.intake.tips.errors import TipError
from jikimi.intake.tips.reading import rows_of
from jikimi.intake.tips.together import (
    MOST_AT_ONCE,
    DoneTogether,
    places_told_by,
    set_aside_together,
    take_up_together,
)
from jikimi.web.desk.acting import do_and_say
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.tip_reading import line_of


@require_safe
def show_hand(request: StaffRequest, hand: UUID) -> HttpResponse:
    """What one teller told of, the latest first."""
    now = timezone.now()
    lines = [line_of(row) for row in rows_of(places_told_by(hand)[:MOST_AT_ONCE], now)]
    if not lines:
        return no_such_thing(request)
    shown = {"board": board(now), "hand": hand, "rows": lines, "now": now, "shows_tips": True}
    return render(request, "desk/tip_hand.html", shown)


@require_POST
def act_together(request: StaffRequest, hand: UUID) -> HttpResponse:
    """The same with each place that is ticked."""
    what, ticked = request.POST.get("act", ""), set(request.POST.getlist("place"))
    told = list(places_told_by(hand).values_list("pk", flat=True))
    theirs = [pk for pk in told if str(pk) in ticked]
    if not told:
        return no_such_thing(request)

    def act() -> str:
        if what not in _ACTS or not theirs:
            raise TipError("Tick at least one place, and say what to do with it.")
        words, together = _ACTS[what]
        return _said(words, together(theirs, staff=request.user, now=timezone.now()))

    do_and_say(request, act, TipError)
    return redirect("desk_tip_hand", hand=hand)


def _said(words: str, result: DoneTogether) -> str:
    left = f" {result.left} stay as they were: {result.because}" if result.left else ""
    return f"{words}: {result.done}.{left}"


_ACTS: dict[str, tuple[str, Callable[..., DoneTogether]]] = {
    "take": ("Taken up", take_up_together),
    "aside": ("Set aside", set_aside_together),
}
_HAND = "tips/under-one-code/<uuid:hand>/"
addresses = [
    path(_HAND, staff_required(show_hand), name="desk_tip_hand"),
    path(_HAND + "together/", staff_required(act_together), name="desk_tips_together"),
]
