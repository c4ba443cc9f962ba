"""One's own day at the desk, seen by nobody else; and the centre's, without names."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.cases.models import Case
from jikimi.people.actions import go_on
from jikimi.people.lookups import limits_in_use, meter_at
from jikimi.people.rules import BREAK, BREAK_AFTER, GoOn, Limits, Meter
from jikimi.takedown.exposure import centre_exposure
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.day_picture import HEIGHT, WIDTH, day_picture
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class StretchRow:
    """A stretch in words, for whoever does not see the picture."""

    began: datetime
    ended: datetime
    minutes: int


@require_safe
def show_wellbeing(request: StaffRequest) -> HttpResponse:
    """The meter of whoever asks."""
    now, limits = timezone.localtime(), limits_in_use()
    meter = meter_at(request.user, now)
    shown = {
        "board": board(now),
        "shows_wellbeing": True,
        "meter": meter,
        "limits": limits,
        "desk": in_hours(meter.desk),
        "hours": in_hours(limits.hours),
        "left": max(limits.views - len(meter.views), 0),
        "picture": day_picture(meter, limits, now),
        "stretches": _rows(meter),
        "width": WIDTH,
        "height": HEIGHT,
        "centre": centre_exposure(now),
        "rules": _rules(limits),
        "break_minutes": BREAK // _MINUTE,
        "kept_days": settings.METER_DAYS,
    }
    return render(request, "desk/wellbeing.html", shown)


@require_POST
def stay(request: StaffRequest) -> HttpResponse:
    """The hours are full and this person goes on, for a reason of hers."""
    nickname, reason = request.POST.get("nickname", ""), request.POST.get("reason", "")
    if reason not in set(GoOn) or not Case.objects.filter(nickname=nickname).exists():
        return no_such_thing(request)
    go_on(request.user, GoOn(reason), now=timezone.now())
    messages.info(request, "You go on. In an hour it is asked again.")
    return redirect("desk_case", nickname=nickname)


def in_hours(span: timedelta) -> str:
    """Hours and minutes, as a person says them."""
    hours, minutes = divmod(span // _MINUTE, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02} min" if minutes else f"{hours} h"


def _rows(meter: Meter) -> tuple[StretchRow, ...]:
    return tuple(
        StretchRow(began=one.began, ended=one.ended, minutes=(one.ended - one.began) // _MINUTE)
        for one in meter.stretches
    )


def _rules(limits: Limits) -> tuple[str, ...]:
    """What the centre asks of one person in a day, in sentences."""
    said = [
        f"At most {in_hours(limits.hours)} with cases on the screen; then it is asked first.",
        f"A break of {BREAK // _MINUTE} minutes after {in_hours(BREAK_AFTER)}.",
        f"At most {limits.views} pictures, if any."
        if limits.views
        else "No picture is shown to anybody.",
    ]
    if limits.ends is not None:
        said.append(f"No picture after {limits.ends:%H:%M}, so that none is taken home.")
    return tuple(said)


addresses = [
    path("wellbeing/", staff_required(show_wellbeing), name="desk_wellbeing"),
    path("wellbeing/go-on/", staff_required(stay), name="desk_go_on"),
]
