"""What she told a caseworker after her report: it is noted on her case, and taken back."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from jikimi.cases.models import Case
from jikimi.cases.rules import Origin
from jikimi.takedown.actions import note_country, note_origin
from jikimi.web.desk.acting import do_and_say
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.wording import ORIGINS

_ANEW = "What has not left is chosen anew; each notice waits for a yes."


class Country(forms.Form):
    """Two letters, or nothing where she has not said."""

    country = forms.CharField(required=False, validators=[RegexValidator(r"\A[A-Za-z]{2}\Z")])


class CameAbout(forms.Form):
    """How the picture came about, or nothing where she has not said."""

    origin = forms.ChoiceField(
        choices=[(one.value, words) for one, words in ORIGINS.items()], required=False
    )


@require_POST
def say_country(request: StaffRequest, nickname: str) -> HttpResponse:
    """Where she lives."""
    form = Country(request.POST)
    if not form.is_valid():
        messages.error(request, "Not noted: a country is two letters, such as AU or TW.")
        return redirect("desk_case", nickname=nickname)
    country = form.cleaned_data["country"].upper()

    def act(case: Case) -> str:
        note_country(case.pk, country, staff=request.user, now=timezone.now())
        lives = f"that she lives in {country}" if country else "that she has not said where"
        return f"Noted {lives}. {_ANEW}"

    return _with_case(request, nickname, act)


@require_POST
def say_origin(request: StaffRequest, nickname: str) -> HttpResponse:
    """How the picture came about."""
    form = CameAbout(request.POST)
    if not form.is_valid():
        messages.error(request, "Not noted: choose what she said.")
        return redirect("desk_case", nickname=nickname)
    said = form.cleaned_data["origin"]

    def act(case: Case) -> str:
        origin = Origin(said) if said else None
        note_origin(case.pk, origin, staff=request.user, now=timezone.now())
        return f"Noted. {_ANEW}"

    return _with_case(request, nickname, act)


def _with_case(request: StaffRequest, nickname: str, act: Callable[[Case], str]) -> HttpResponse:
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    do_and_say(request, lambda: act(case))
    return redirect("desk_case", nickname=nickname)


_CASE = "case/<slug:nickname>/"
addresses = [
    path(_CASE + "country/", staff_required(say_country), name="desk_say_country"),
    path(_CASE + "origin/", staff_required(say_origin), name="desk_say_origin"),
]
