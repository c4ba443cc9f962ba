"""That the pictures are her own work: a caseworker notes what she says, and takes it back."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from jikimi.cases.models import Case
from jikimi.takedown.actions import confirm_copyright, take_back_copyright
from jikimi.takedown.errors import TakedownError
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest


class OwnWork(forms.Form):
    """Both have to be said: that she made them, and that she has heard what may follow."""

    made_by_her = forms.BooleanField()
    warned = forms.BooleanField()


@require_POST
def confirm_own_work(request: StaffRequest, nickname: str) -> HttpResponse:
    """She says that the pictures are her own work, and knows what a copyright notice does."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    if not OwnWork(request.POST).is_valid():
        messages.error(request, "Not noted: both have to be ticked. Ask her, and tell her first.")
        return redirect("desk_case", nickname=nickname)
    try:
        confirm_copyright(case.pk, staff=request.user, now=timezone.now())
    except TakedownError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Noted. Copyright may be a basis for her notices from now on.")
    return redirect("desk_case", nickname=nickname)


@require_POST
def take_back_own_work(request: StaffRequest, nickname: str) -> HttpResponse:
    """She no longer says so, or does not want copyright notices any more."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    try:
        stopped = take_back_copyright(case.pk, staff=request.user, now=timezone.now())
    except TakedownError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"Taken back. Copyright notices stopped before they left: {stopped}."
        )
    return redirect("desk_case", nickname=nickname)
