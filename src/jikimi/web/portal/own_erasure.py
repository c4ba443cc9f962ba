"""Erasing everything, and what is kept after."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from jikimi.aftercare.actions import erase_case
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.leaving import end_session
from jikimi.web.portal.visit import Visit, with_visit


@page("GET", "HEAD")
def kept(request: HttpRequest) -> HttpResponse:
    """What stays after a report was erased, why, and for how long."""
    return show_page(request, "kept.html")


@page("GET", "HEAD", "POST")
@with_visit
def erase(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask once more, then erase; this browser's visit ends with it."""
    if request.POST.get("sure") != "yes":
        return show_page(request, "erase.html", case=visit.case)
    is_done = erase_case(visit.case.pk, now=timezone.now())
    response = show_page(request, "erased.html", is_done=is_done)
    end_session(request, response)
    return response
