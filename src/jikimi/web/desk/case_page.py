"""One case on one page, and its sealed words when somebody asks for them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.cases.models import Case, CaseStatus
from jikimi.evidence.actions import open_item
from jikimi.evidence.errors import EvidenceError
from jikimi.evidence.lookups import items_of
from jikimi.evidence.models import Purpose
from jikimi.takedown.actions.moving import name_of
from jikimi.web.desk.case_reading import read_case
from jikimi.web.desk.case_values import Kept, SealedText
from jikimi.web.desk.guard import StaffRequest, is_in_place
from jikimi.web.desk.queue_page import board, board_with_list, row_now
from jikimi.web.desk.queue_view import query_of, view_of

NOT_FOUND = 404


@require_safe
def show_case(request: StaffRequest, nickname: str) -> HttpResponse:
    """The page of one case."""
    case = Case.objects.filter(nickname=nickname).first()
    return page_of(request, case) if case else no_such_thing(request)


@require_POST
def open_sealed(request: StaffRequest, nickname: str) -> HttpResponse:
    """Open what she wrote, in this answer only; the trail says who read it."""
    case = Case.objects.filter(nickname=nickname).first()
    purpose = request.POST.get("purpose")
    if case is None or purpose not in {Purpose.STATEMENT, Purpose.CONTACT}:
        return no_such_thing(request)
    if case.status == CaseStatus.WITHDRAWN:
        messages.error(request, "She has withdrawn. What she wrote stays sealed.")
        return back_to(request, case)
    now = timezone.now()
    items = list(items_of(case.pk, Purpose(purpose)))
    try:
        texts = tuple(open_item(item, actor=name_of(request.user), now=now) for item in items)
    except EvidenceError:
        messages.error(request, "It does not open with this house’s keys. Run “jikimi doctor”.")
        return back_to(request, case)
    opened = SealedText(
        purpose=purpose, title=Purpose(purpose).label, count=len(texts), opened=texts
    )
    return page_of(request, case, opened=opened)


def page_of(
    request: StaffRequest,
    case: Case,
    *,
    opened: SealedText | None = None,
    kept: Kept | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a case, perhaps with an opened text or with words that could not be noted."""
    now, view = timezone.now(), view_of(request.GET)
    shown = {
        "page": read_case(case, staff=request.user, now=now, opened=opened, kept=kept),
        "now": now,
    }
    if is_in_place(request):
        shown["board"] = board(now, view, current=case.nickname)
        shown["row"] = row_now(case.pk, now)
        shown["in_place"] = True
        return render(request, "desk/case_in_place.html", shown, status=status)
    shown["board"] = board_with_list(now, view, current=case.nickname)
    return render(request, "desk/case.html", shown, status=status)


def back_to(request: StaffRequest, case: Case) -> HttpResponse:
    """To the page of a case, beside the same part of the queue as before."""
    query = query_of(view_of(request.GET))
    return redirect(reverse("desk_case", args=[case.nickname]) + query)


def no_such_page(request: StaffRequest, mistyped: str) -> HttpResponse:  # noqa: ARG001
    """An answer for an address of the desk that is none."""
    return no_such_thing(request)


def no_such_thing(request: StaffRequest) -> HttpResponse:
    """An answer for a name or id that stands for nothing."""
    return render(
        request, "desk/no_such_thing.html", {"board": board(timezone.now())}, status=NOT_FOUND
    )
