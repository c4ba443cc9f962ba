"""Watched pages: what each visit counted, and naming, pausing and ending a watch."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.cases.models import Case
from jikimi.takedown.actions.watching import (
    allow_ignoring_robots,
    ask_to_ignore_robots,
    end_watch,
    heed_robots,
    name_watch,
    pause_watch,
    resume_watch,
)
from jikimi.takedown.errors import TakedownError
from jikimi.takedown.watch.finding import how_many_take_part
from jikimi.takedown.watch.kept import ended_watches, open_watches
from jikimi.web.desk.acting import do_and_say
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.watch_cards import cards_of
from jikimi.web.desk.watch_forms import LONGEST_REASON, NameWatch

MOST_SHOWN = 100
MOST_ENDED = 20
NOT_TAKEN = 409


@require_safe
def show_watches(request: StaffRequest) -> HttpResponse:
    """Every watch, or, with `case`, those of one case."""
    nickname = request.GET.get("case", "")
    case = Case.objects.filter(nickname=nickname).first() if nickname else None
    if nickname and case is None:
        return no_such_thing(request)
    return _page(request, case, NameWatch(initial={"nickname": case.nickname if case else ""}))


@require_POST
def name(request: StaffRequest) -> HttpResponse:
    """Name a page. When it cannot be watched, what was typed stays on the page."""
    form = NameWatch(request.POST)
    if form.is_valid():
        try:
            name_watch(form.named(), staff=request.user, now=timezone.now())
        except TakedownError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Named. The first visit comes within minutes.")
            return redirect("desk_watches")
    return _page(request, None, form, status=NOT_TAKEN)


@require_POST
def pause(request: StaffRequest, watch_id: UUID) -> HttpResponse:
    """No visits until somebody says so; one that is under way ends."""

    def act() -> str:
        pause_watch(watch_id, staff=request.user, now=timezone.now())
        return "Paused. A visit that is under way ends within seconds."

    return _and_back(request, act)


@require_POST
def resume(request: StaffRequest, watch_id: UUID) -> HttpResponse:
    """Visits go on."""

    def act() -> str:
        resume_watch(watch_id, staff=request.user, now=timezone.now())
        return "It goes on. The next visit comes within minutes."

    return _and_back(request, act)


@require_POST
def end(request: StaffRequest, watch_id: UUID) -> HttpResponse:
    """No visits any more."""

    def act() -> str:
        end_watch(watch_id, staff=request.user, now=timezone.now())
        return "Ended. What it found stays with its cases."

    return _and_back(request, act)


@require_POST
def ask_about_robots(request: StaffRequest, watch_id: UUID) -> HttpResponse:
    """Why robots.txt should not count here; somebody else has to agree."""
    reason = request.POST.get("reason", "")[:LONGEST_REASON]

    def act() -> str:
        ask_to_ignore_robots(watch_id, reason, staff=request.user, now=timezone.now())
        return "Noted. It takes effect once somebody else has said yes."

    return _and_back(request, act)


@require_POST
def allow_robots(request: StaffRequest, watch_id: UUID) -> HttpResponse:
    """The second yes."""

    def act() -> str:
        allow_ignoring_robots(watch_id, staff=request.user, now=timezone.now())
        return "From now on this watch leaves robots.txt aside. Its pace and limits stay."

    return _and_back(request, act)


@require_POST
def heed(request: StaffRequest, watch_id: UUID) -> HttpResponse:
    """The wish or the permission is taken back."""

    def act() -> str:
        heed_robots(watch_id, staff=request.user, now=timezone.now())
        return "This watch does what robots.txt asks."

    return _and_back(request, act)


def _page(
    request: StaffRequest, case: Case | None, form: NameWatch, *, status: int = 200
) -> HttpResponse:
    now, watches = timezone.now(), open_watches(case)
    return render(
        request,
        "desk/watches.html",
        {
            "board": board(now),
            "shows_watches": True,
            "case": case,
            "cards": cards_of(watches[:MOST_SHOWN], request.user),
            "more": max(watches.count() - MOST_SHOWN, 0),
            "ended": cards_of(ended_watches(case)[:MOST_ENDED], request.user),
            "form": form,
            "taking_part": how_many_take_part(),
            "now": now,
        },
        status=status,
    )


def _and_back(request: StaffRequest, act: Callable[[], str]) -> HttpResponse:
    do_and_say(request, act)
    return redirect("desk_watches")


_WATCH = "watches/<uuid:watch_id>/"
addresses = [
    path("watches/", staff_required(show_watches), name="desk_watches"),
    path("watches/name/", staff_required(name), name="desk_name_watch"),
    path(_WATCH + "pause/", staff_required(pause), name="desk_pause_watch"),
    path(_WATCH + "resume/", staff_required(resume), name="desk_resume_watch"),
    path(_WATCH + "end/", staff_required(end), name="desk_end_watch"),
    path(_WATCH + "robots/ask/", staff_required(ask_about_robots), name="desk_ask_about_robots"),
    path(_WATCH + "robots/allow/", staff_required(allow_robots), name="desk_allow_robots"),
    path(_WATCH + "robots/heed/", staff_required(heed), name="desk_heed_robots"),
]
