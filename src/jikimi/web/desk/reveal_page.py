"""Seeing a picture: a page of its own, a reason, one view of twenty seconds, and nothing kept.

Whatever may not be shown is answered like an address that does not exist.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from threading import BoundedSemaphore
from uuid import UUID

from csp.decorators import csp_replace
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jikimi.cases.lookups import may_be_shown, usable_fingerprints
from jikimi.cases.models import Sighting
from jikimi.people.actions.revealing import hash_of_session
from jikimi.people.errors import LimitReached, NoSuchReveal
from jikimi.people.lookups import limits_in_use, meter_at
from jikimi.people.models import Reveal
from jikimi.people.rules import (
    ASK_LIVES,
    CLEARER_WITHIN,
    SHOWN_FOR,
    Reason,
    RevealState,
    Sharpness,
    why_no_view,
)
from jikimi.takedown.actions.revealing import Viewer, ask_to_see, ask_to_see_clearer, show_once
from jikimi.takedown.errors import MayNotShow
from jikimi.takedown.fetchers import link_fetcher
from jikimi.takedown.seeing.veiling import LONGEST_SIDE, as_png
from jikimi.web.desk.case_page import NOT_FOUND, no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.meter import counts_as_desk_time
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.wording import VIEW_REASONS

BUSY, CONFLICT = 503, 409
AT_ONCE = BoundedSemaphore(2)
"""A view holds a thread and a connection while a stranger's server answers. Who finds no room is
told so at once, and the page asks again while the promise lasts."""
View = Callable[..., HttpResponse]


def _or_nothing(view: View) -> View:
    """What may not be shown, or is not this person's, is answered as if it were not there."""

    @wraps(view)
    def answer(request: StaffRequest, **ids: UUID) -> HttpResponse:
        try:
            return view(request, **ids)
        except (MayNotShow, NoSuchReveal):
            return no_such_thing(request)

    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@_or_nothing
def ask(request: StaffRequest, sighting_id: UUID) -> HttpResponse:
    """Why do you have to view, and what it costs; with a reason, a promised view."""
    now = timezone.now()
    sighting = _shown_sighting(sighting_id)
    if request.method != "POST":
        return _question(request, sighting, now)
    reason = request.POST.get("reason", "")
    if reason not in set(Reason):
        return _question(request, sighting, now, error="Choose why you have to view.")
    try:
        reveal = ask_to_see(sighting_id, Reason(reason), viewer=_viewer(request), now=now)
    except LimitReached as limit:
        return _question(request, sighting, now, error=limit.because)
    return redirect("desk_reveal", reveal_id=reveal.pk)


@require_GET
@_or_nothing
def show(request: StaffRequest, reveal_id: UUID) -> HttpResponse:
    """The page on which the picture appears once, and what became of it afterwards."""
    now = timezone.now()
    reveal = _reveal_of(request, reveal_id)
    sighting = _shown_sighting(reveal.sighting_ref)
    is_waiting = reveal.state == RevealState.ASKED and now - reveal.asked_at < ASK_LIVES
    shown = {
        "board": board(now, current=sighting.case.nickname),
        "reveal": reveal,
        "sighting": sighting,
        "is_waiting": is_waiting,
        "was_shown": reveal.state == RevealState.SHOWN,
        "is_clearer": reveal.sharpness == Sharpness.CLEARER,
        "may_clearer": _may_be_clearer(reveal, now) or is_waiting,
        "costs": _costs(request, now),
        "seconds": int(SHOWN_FOR / timedelta(seconds=1)),
        "side": LONGEST_SIDE,
    }
    return render(request, "desk/reveal.html", shown)


@require_GET
def picture(request: StaffRequest, reveal_id: UUID) -> HttpResponse:
    """The picture, once, to the page that waits for it."""
    if request.headers.get("Sec-Fetch-Dest", "image") != "image":
        return HttpResponse(status=NOT_FOUND)  # alone, nothing would take it away again
    if not AT_ONCE.acquire(blocking=False):
        return HttpResponse(status=BUSY)
    try:
        veiled = show_once(reveal_id, link_fetcher(), viewer=_viewer(request), now=timezone.now())
    except (MayNotShow, NoSuchReveal):
        veiled = None
    finally:
        AT_ONCE.release()
    if veiled is None:
        return HttpResponse(status=NOT_FOUND)
    only_here = {"Cross-Origin-Resource-Policy": "same-origin"}
    return HttpResponse(as_png(veiled), content_type="image/png", headers=only_here)


@require_POST
@_or_nothing
def see_clearer(request: StaffRequest, reveal_id: UUID) -> HttpResponse:
    """The same picture without the blur: a view of its own."""
    _reveal_of(request, reveal_id)
    try:
        reveal = ask_to_see_clearer(reveal_id, viewer=_viewer(request), now=timezone.now())
    except LimitReached as limit:
        messages.error(request, limit.because)
        return redirect("desk_reveal", reveal_id=reveal_id)
    return redirect("desk_reveal", reveal_id=reveal.pk)


def _question(
    request: StaffRequest, sighting: Sighting, now: datetime, error: str = ""
) -> HttpResponse:
    refused = why_no_view(meter_at(request.user, now), limits_in_use())
    if not usable_fingerprints(sighting.case):
        refused = "We hold no fingerprint that could tell the right picture from others."
    shown = {
        "board": board(now, current=sighting.case.nickname),
        "sighting": sighting,
        "reasons": VIEW_REASONS.items(),
        "refused": refused,
        "error": "" if refused else error,
        "costs": _costs(request, now),
        "seconds": int(SHOWN_FOR / timedelta(seconds=1)),
        "side": LONGEST_SIDE,
    }
    status = CONFLICT if request.method == "POST" else 200
    return render(request, "desk/reveal_ask.html", shown, status=status)


def _costs(request: StaffRequest, now: datetime) -> str:
    used, most = len(meter_at(request.user, now).views), limits_in_use().views
    return f"{used} of {most} views of today are used."


def _may_be_clearer(reveal: Reveal, now: datetime) -> bool:
    return (
        reveal.state == RevealState.SHOWN
        and reveal.sharpness == Sharpness.BLURRED
        and now - reveal.asked_at < CLEARER_WITHIN
    )


def _shown_sighting(sighting_id: UUID) -> Sighting:
    sighting = Sighting.objects.select_related("case").filter(pk=sighting_id).first()
    if sighting is None or not may_be_shown(sighting):
        raise MayNotShow
    return sighting


def _reveal_of(request: StaffRequest, reveal_id: UUID) -> Reveal:
    mine = Reveal.objects.filter(
        staff=request.user, session=hash_of_session(_viewer(request).session_key)
    )
    found = mine.filter(pk=reveal_id).first()
    if found is None:
        raise NoSuchReveal
    return found


def _viewer(request: StaffRequest) -> Viewer:
    return Viewer(staff=request.user, session_key=request.session.session_key or "")


_with_pictures = csp_replace({"img-src": ["'self'", "data:"]})
"""The only page of the desk that may show a picture from an address, and only from ours."""
_REVEAL = "reveal/<uuid:reveal_id>/"
addresses = [
    path(
        "sighting/<uuid:sighting_id>/reveal/",
        staff_required(counts_as_desk_time(ask)),
        name="desk_ask_reveal",
    ),
    path(_REVEAL, _with_pictures(staff_required(counts_as_desk_time(show))), name="desk_reveal"),
    path(_REVEAL + "picture/", staff_required(picture), name="desk_reveal_picture"),
    path(_REVEAL + "clearer/", staff_required(see_clearer), name="desk_reveal_clearer"),
]
