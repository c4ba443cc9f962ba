"""Who runs a host: an address typed by a caseworker, a yes to one that is known, or a no."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.cases.models import CaseStatus, Sighting
from jikimi.takedown.actions.found_contacts import (
    TypedContact,
    confirm_contact,
    deny_contact,
    enter_contact,
)
from jikimi.takedown.contacts import asks_who_runs
from jikimi.takedown.errors import TakedownError
from jikimi.takedown.rdap.answers import LONGEST_NAME, LONGEST_SOURCE
from jikimi.takedown.rdap.models import CONTACT_KINDS
from jikimi.web.desk.acting import do_and_say
from jikimi.web.desk.case_page import back_to, no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.queue_view import view_of
from jikimi.web.desk.replies import NO_PICTURES

_UNPROCESSABLE = 422


class EnterContact(forms.Form):
    """Who runs a host, as a caseworker found out."""

    kind = forms.ChoiceField(label="Whose address it is", choices=CONTACT_KINDS)
    name = forms.CharField(
        label="Name of the company",
        max_length=LONGEST_NAME,
        validators=[NO_PICTURES],
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    email = forms.CharField(
        label="Its mail address for abuse",
        max_length=254,
        help_text="As the company itself publishes it. A guess such as abuse@ reaches nobody.",
        widget=forms.TextInput(
            {"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}
        ),
    )
    source = forms.CharField(
        label="Where you found it",
        max_length=LONGEST_SOURCE,
        validators=[NO_PICTURES],
        help_text="A page of the company, or whose answer named it, so that a colleague can check. "
        "Never her name or words.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def typed(self) -> TypedContact:
        """What a valid form says."""
        given = self.cleaned_data
        return TypedContact(
            kind=given["kind"], name=given["name"], email=given["email"], source=given["source"]
        )


@require_safe
def show_entering(request: StaffRequest, sighting_id: UUID) -> HttpResponse:
    """The page to type it on; only a place whose ladder comes to its host has one."""
    sighting = _of(sighting_id)
    if sighting is None or not asks_who_runs(sighting):
        return no_such_thing(request)
    return _page(request, sighting, EnterContact())


@require_POST
def enter(request: StaffRequest, sighting_id: UUID) -> HttpResponse:
    """Keep it for a colleague's yes, or say why not beside what was typed."""
    sighting = _of(sighting_id)
    if sighting is None:
        return no_such_thing(request)
    form = EnterContact(request.POST)
    if form.is_valid():
        try:
            enter_contact(sighting_id, form.typed(), staff=request.user, now=timezone.now())
        except TakedownError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Kept. It counts once somebody else has confirmed it here.")
            return back_to(request, sighting.case)
    return _page(request, sighting, form, status=_UNPROCESSABLE)


@require_POST
def confirm(request: StaffRequest, sighting_id: UUID, contact_id: UUID) -> HttpResponse:
    """A known address is right."""

    def act() -> str:
        contact = confirm_contact(contact_id, sighting_id, staff=request.user, now=timezone.now())
        return f"Confirmed. Notices to {contact.name} may be approved from now on."

    return _and_back(request, sighting_id, act)


@require_POST
def deny(request: StaffRequest, sighting_id: UUID, contact_id: UUID) -> HttpResponse:
    """A known address is not theirs."""

    def act() -> str:
        contact = deny_contact(contact_id, sighting_id, staff=request.user, now=timezone.now())
        return f"Noted. Nothing is sent to {contact.email} any more, for any place on this host."

    return _and_back(request, sighting_id, act)


def _and_back(request: StaffRequest, sighting_id: UUID, act: Callable[[], str]) -> HttpResponse:
    sighting = Sighting.objects.select_related("case").filter(pk=sighting_id).first()
    if sighting is None:
        return no_such_thing(request)
    do_and_say(request, act)
    return back_to(request, sighting.case)


def _of(sighting_id: UUID) -> Sighting | None:
    is_open = Sighting.objects.filter(case__status=CaseStatus.OPEN).select_related("case")
    return is_open.filter(pk=sighting_id).first()


def _page(
    request: StaffRequest, sighting: Sighting, form: EnterContact, *, status: int = 200
) -> HttpResponse:
    shown = {
        "board": board(timezone.now(), view_of(request.GET), current=sighting.case.nickname),
        "sighting": sighting,
        "form": form,
    }
    return render(request, "desk/enter_contact.html", shown, status=status)


_CONTACT = "sighting/<uuid:sighting_id>/contact/"
_KNOWN = _CONTACT + "<uuid:contact_id>/"
addresses = [
    path(_CONTACT, staff_required(show_entering), name="desk_enter_contact"),
    path(_CONTACT + "keep/", staff_required(enter), name="desk_keep_contact"),
    path(_KNOWN, staff_required(confirm), name="desk_confirm_contact"),
    path(_KNOWN + "deny/", staff_required(deny), name="desk_deny_contact"),
]
