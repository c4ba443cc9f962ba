"""What is overdue: every clock that has run out, how long ago, and the next step."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from jikimi.takedown.overdue import OVERDUE_A_PAGE, overdue_notices, overdue_page
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.queue_view import view_of


@require_safe
def show_overdue(request: StaffRequest) -> HttpResponse:
    """The longest first."""
    now, page = timezone.now(), view_of(request.GET).page
    total = overdue_notices(now).count()
    shown = {
        "board": board(now),
        "rows": overdue_page(now, page),
        "total": total,
        "page": page,
        "pages": max(-(-total // OVERDUE_A_PAGE), 1),
        "now": now,
        "shows_overdue": True,
    }
    return render(request, "desk/overdue.html", shown)


addresses = [path("overdue/", staff_required(show_overdue), name="desk_overdue")]
