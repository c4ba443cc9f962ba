"""How long somebody has cases on the screen: counted here, shown to her, and in the way once a day.

Counted is only that a page with a case or a reply was asked for, and when: not which.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jikimi.people.actions import note_desk_time
from jikimi.people.lookups import must_be_asked
from jikimi.web.desk.guard import StaffRequest
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.wording import GO_ON_REASONS

View = Callable[..., HttpResponse]


def counts_as_desk_time(view: View) -> View:
    """A page with a case or a reply on it."""

    @wraps(view)
    def counted(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        note_desk_time(request.user, now=timezone.now())
        return view(request, *args, **kwargs)

    return counted


def opens_a_case(view: View) -> View:
    """A case's page: once the day's hours are full, it asks before it opens."""

    @wraps(view)
    def asked(request: StaffRequest, nickname: str) -> HttpResponse:
        now = timezone.now()
        if must_be_asked(request.user, now):
            shown = {"board": board(now), "nickname": nickname, "reasons": GO_ON_REASONS.items()}
            return render(request, "desk/go_on.html", shown)
        note_desk_time(request.user, now=now)
        return view(request, nickname)

    return asked
