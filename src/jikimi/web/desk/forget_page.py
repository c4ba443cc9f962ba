"""Who is to forget what they got: asked and confirmed, noted by a caseworker."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.takedown.actions.wishes import note_asked_to_forget, note_forgotten
from jikimi.takedown.errors import TakedownError
from jikimi.takedown.withdrawals.lookups import unconfirmed
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board

MOST_SHOWN = 100


@require_safe
def show_to_forget(request: StaffRequest) -> HttpResponse:
    """Every recipient that has not confirmed yet, the longest first."""
    shown = {
        "board": board(timezone.now()),
        "rows": unconfirmed()[:MOST_SHOWN],
        "now": timezone.now(),
        "shows_to_forget": True,
    }
    return render(request, "desk/to_forget.html", shown)


@require_POST
def asked(request: StaffRequest, withdrawal_id: int) -> HttpResponse:
    """It was asked to forget."""
    return _note(
        request,
        lambda: note_asked_to_forget(withdrawal_id, staff=request.user, now=timezone.now()),
        "Noted. Her page says that they were asked.",
    )


@require_POST
def confirmed(request: StaffRequest, withdrawal_id: int) -> HttpResponse:
    """It says that it has."""
    return _note(
        request,
        lambda: note_forgotten(withdrawal_id, staff=request.user, now=timezone.now()),
        "Noted. Her page says that they have confirmed it.",
    )


def _note(request: StaffRequest, act: Callable[[], None], done: str) -> HttpResponse:
    try:
        act()
    except TakedownError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("desk_to_forget")


_ROW = "forget/<int:withdrawal_id>/"
addresses = [
    path("forget/", staff_required(show_to_forget), name="desk_to_forget"),
    path(_ROW + "asked/", staff_required(asked), name="desk_asked_to_forget"),
    path(_ROW + "confirmed/", staff_required(confirmed), name="desk_forgotten"),
]
