"""Whether a helper's report may be acted on: a caseworker notes what she has found out."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from jikimi.aftercare.actions import stop_speaking_for_her
from jikimi.cases.models import Case
from jikimi.cases.rules import Ground
from jikimi.takedown.actions import confirm_authority
from jikimi.takedown.errors import TakedownError
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.wording import GROUNDS


class FoundOut(forms.Form):
    """Why it may be acted on."""

    ground = forms.ChoiceField(choices=[(one.value, words) for one, words in GROUNDS.items()])


@require_POST
def confirm(request: StaffRequest, nickname: str) -> HttpResponse:
    """She agrees, or for a child somebody who may speak for her, or the law demands it."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    form = FoundOut(request.POST)
    if not form.is_valid():
        messages.error(request, "Not noted: choose what you have found out.")
        return redirect("desk_case", nickname=nickname)
    try:
        ground = Ground(form.cleaned_data["ground"])
        confirm_authority(case.pk, ground, staff=request.user, now=timezone.now())
    except TakedownError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Noted. Notices are drafted now, each still waits for a yes.")
    return redirect("desk_case", nickname=nickname)


@require_POST
def take_back(request: StaffRequest, nickname: str) -> HttpResponse:
    """She does not agree, or nobody knows whether she does."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    try:
        stop_speaking_for_her(case.pk, staff=request.user, now=timezone.now())
    except TakedownError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Noted. Nothing more goes out, and what had not left is stopped.")
    return redirect("desk_case", nickname=nickname)


_CASE = "case/<slug:nickname>/authority/"
addresses = [
    path(_CASE, staff_required(confirm), name="desk_authority"),
    path(_CASE + "back/", staff_required(take_back), name="desk_authority_back"),
]
