"""What a caseworker does with archives and twin addresses: look there, and take one in."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from jikimi.cases.models import Sighting
from jikimi.takedown.actions.elsewhere import ask_elsewhere_again, take_in_copy
from jikimi.takedown.elsewhere.models import OtherCopy
from jikimi.web.desk.acting import do_and_say
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required


@require_POST
def look(request: StaffRequest, sighting_id: UUID) -> HttpResponse:
    """Look at every other address of a place."""
    sighting = Sighting.objects.select_related("case").filter(pk=sighting_id).first()
    if sighting is None:
        return no_such_thing(request)

    def act() -> str:
        many = ask_elsewhere_again(sighting_id, staff=request.user, now=timezone.now())
        return f"{many} other addresses are looked at, one after the other."

    do_and_say(request, act)
    return redirect("desk_case", nickname=sighting.case.nickname)


@require_POST
def take_in(request: StaffRequest, copy_id: UUID) -> HttpResponse:
    """Make a place of the case out of another address, so that a notice is drafted for it."""
    copy = OtherCopy.objects.select_related("case").filter(pk=copy_id).first()
    if copy is None:
        return no_such_thing(request)

    def act() -> str:
        added = take_in_copy(copy_id, staff=request.user, now=timezone.now())
        return "Added. Its notice is drafted in a moment." if added else "The case has it already."

    do_and_say(request, act)
    return redirect("desk_case", nickname=copy.case.nickname)


addresses = [
    path(
        "sighting/<uuid:sighting_id>/elsewhere/", staff_required(look), name="desk_look_elsewhere"
    ),
    path("copy/<uuid:copy_id>/take-in/", staff_required(take_in), name="desk_take_in_copy"),
]
