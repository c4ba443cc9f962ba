"""Tips: places that citizens told of, and what a caseworker does with one. Nothing is opened."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.evidence.errors import EvidenceError
from jikimi.intake.tips.counting import count_new_tips
from jikimi.intake.tips.errors import TipError
from jikimi.intake.tips.models import TippedPlace
from jikimi.intake.tips.reading import (
    how_many_wait,
    most_urgent,
    place_with,
    reports_for,
    row_of,
)
from jikimi.intake.tips.rules import Outcome, Word
from jikimi.intake.tips.together import hands_of_late
from jikimi.intake.tips.working import (
    let_tellers_know,
    note_report,
    open_schools,
    settle_place,
    take_up_place,
)
from jikimi.web.desk.acting import do_and_say
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.replies import NO_PICTURES
from jikimi.web.desk.tip_reading import TipPage, line_of, page_of

MOST_SHOWN, MOST_HANDS = 60, 10
NOT_TAKEN = 409
NONE_SEALED = "No tip about this place names a school, or those that did are erased."
_SAID = {
    Outcome.DOWN: "Settled: down. Those who told of it can hear that.",
    Outcome.COULD_NOT: "Settled: it could not be taken down. Those who told of it can hear that.",
    Outcome.SET_ASIDE: "Set aside. New tips about it are counted and change nothing.",
}


class Reported(forms.Form):
    """The number that whoever was told gave, if any."""

    number = forms.CharField(max_length=120, required=False, validators=[NO_PICTURES])


@require_safe
def show_tips(request: StaffRequest) -> HttpResponse:
    """Open places, the most urgent first."""
    now = timezone.now()
    count_new_tips(now=now)
    rows = tuple(line_of(row) for row in most_urgent(now, at_most=MOST_SHOWN))
    shown = {
        "board": board(now),
        "rows": rows,
        "places_waiting": how_many_wait(),
        "hands": hands_of_late(now, at_most=MOST_HANDS),
        "now": now,
        "shows_tips": True,
    }
    return render(request, "desk/tips.html", shown)


@require_safe
def show_place(request: StaffRequest, place_id: UUID) -> HttpResponse:
    """One place: what tips say of it, and what may be handed over."""
    place = place_with(place_id)
    return _page(request, place) if place else no_such_thing(request)


@require_POST
def take_up(request: StaffRequest, place_id: UUID) -> HttpResponse:
    """This caseworker works on it."""

    def act() -> str:
        take_up_place(place_id, staff=request.user, now=timezone.now())
        return "Taken up. The reports below are ready to be handed over."

    return _and_back(request, place_id, act)


@require_POST
def reported(request: StaffRequest, place_id: UUID) -> HttpResponse:
    """Somebody was told, by hand."""
    place, form = place_with(place_id), Reported(request.POST)
    if place is None:
        return no_such_thing(request)
    chosen = request.POST.get("recipient", "")
    to = next((one for one in reports_for(place) if one.recipient_id == chosen), None)

    def act() -> str:
        if to is None or not form.is_valid():
            raise TipError("Choose one of the reports on this page; a number has no picture in it.")
        note_report(
            place_id,
            to.recipient_id,
            to.recipient_name,
            number=form.cleaned_data["number"],
            staff=request.user,
            now=timezone.now(),
        )
        return f"Noted: {to.recipient_name} was told."

    return _and_back(request, place_id, act)


@require_POST
def tell(request: StaffRequest, place_id: UUID) -> HttpResponse:
    """Those who told of the place may hear how far it is."""
    word = Word.REPORTED if request.POST.get("word") == Word.REPORTED else Word.LOOKED_AT

    def act() -> str:
        let_tellers_know(place_id, word, staff=request.user, now=timezone.now())
        return "They can hear it with their codes, each two days after the own tip at the earliest."

    return _and_back(request, place_id, act)


@require_POST
def settle(request: StaffRequest, place_id: UUID) -> HttpResponse:
    """The work on it ends."""
    wanted = request.POST.get("outcome", "")

    def act() -> str:
        if wanted not in set(Outcome):
            raise TipError("Say how it ended.")
        settle_place(place_id, Outcome(wanted), staff=request.user, now=timezone.now())
        return _SAID[Outcome(wanted)]

    return _and_back(request, place_id, act)


@require_POST
def schools(request: StaffRequest, place_id: UUID) -> HttpResponse:
    """Open the sealed names of schools, in this answer only."""
    place = place_with(place_id)
    if place is None:
        return no_such_thing(request)
    try:
        named = open_schools(place_id, staff=request.user, now=timezone.now())
    except EvidenceError:
        messages.error(request, "It does not open with this house’s keys. Run “jikimi doctor”.")
        return redirect("desk_tip", place_id=place_id)
    if not named:
        messages.info(request, NONE_SEALED)
    return _page(request, place, opened=named)


def _page(
    request: StaffRequest, place: TippedPlace, *, opened: tuple[tuple[str, int], ...] = ()
) -> HttpResponse:
    now = timezone.now()
    page: TipPage = page_of(row_of(place, now), staff=request.user, opened=opened)
    shown = {"board": board(now), "page": page, "now": now, "shows_tips": True}
    return render(request, "desk/tip.html", shown)


def _and_back(request: StaffRequest, place_id: UUID, act: Callable[[], str]) -> HttpResponse:
    if place_with(place_id) is None:
        return no_such_thing(request)
    do_and_say(request, act, TipError)
    return redirect("desk_tip", place_id=place_id)


_PLACE = "tips/<uuid:place_id>/"
addresses = [
    path("tips/", staff_required(show_tips), name="desk_tips"),
    path(_PLACE, staff_required(show_place), name="desk_tip"),
    path(_PLACE + "take/", staff_required(take_up), name="desk_take_up_tip"),
    path(_PLACE + "reported/", staff_required(reported), name="desk_tip_reported"),
    path(_PLACE + "tell/", staff_required(tell), name="desk_tell_tellers"),
    path(_PLACE + "settle/", staff_required(settle), name="desk_settle_tip"),
    path(_PLACE + "schools/", staff_required(schools), name="desk_open_schools"),
]
