"""Proposing, confirming and refusing a change of an entry: parse, one action, back."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from jikimi.venues.actions import (
    confirm_change,
    propose_address,
    propose_standing,
    propose_undo,
    refuse_change,
)
from jikimi.venues.errors import VenueError
from jikimi.venues.lookups import in_use
from jikimi.venues.models import PackChange
from jikimi.venues.pack_proposals import STANDINGS
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.pack_forms import AddressProposal, StandingProposal, Undoing
from jikimi.web.desk.pack_page import entry_page, show_entry, show_packs
from jikimi.web.desk.pack_reading import recipient_of

NOT_TAKEN = 409
_LONGEST_TYPED = 1000
_PROPOSED = "Proposed. It takes effect once somebody else has confirmed it."


@require_POST
def propose_an_address(request: StaffRequest, entry_id: str) -> HttpResponse:
    """Another address, or other domains, for a recipient."""
    key = ("recipients", entry_id)
    recipient = recipient_of(key, in_use())
    if recipient is None:
        return no_such_thing(request)
    form = AddressProposal(request.POST, auto_id="address-%s").offer(recipient)

    def act() -> None:
        given = form.cleaned_data
        propose_address(
            entry_id=entry_id,
            route_id=given["route"],
            address=given["address"],
            domains=given["domains"],
            why=given["why"],
            read=form.read(),
            staff_id=request.user.pk,
            now=timezone.now(),
        )

    if _is_kept(form, act):
        return _back(request, key, _PROPOSED)
    return entry_page(request, key, address=form, status=NOT_TAKEN)


@require_POST
def propose_a_standing(request: StaffRequest, section: str, entry_id: str) -> HttpResponse:
    """That an entry was read and is right, or that its recipient does not work."""
    key = (section, entry_id)
    if section not in STANDINGS or key not in in_use().documents:
        return no_such_thing(request)
    form = StandingProposal(request.POST, auto_id="standing-%s").offer(section)

    def act() -> None:
        given = form.cleaned_data
        propose_standing(
            entry=key,
            standing=given["standing"],
            review_by=given["review_by"],
            expires=given["expires"],
            why=given["why"],
            read=form.read(),
            staff_id=request.user.pk,
            now=timezone.now(),
        )

    if _is_kept(form, act):
        return _back(request, key, _PROPOSED)
    return entry_page(request, key, standing=form, status=NOT_TAKEN)


@require_POST
def propose_taking_back(request: StaffRequest, change_id: UUID) -> HttpResponse:
    """That a change is taken back."""
    form = Undoing(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    return _decide(
        request,
        change_id,
        lambda: propose_undo(change_id, why=why, staff_id=request.user.pk, now=timezone.now()),
        _PROPOSED,
    )


@require_POST
def confirm(request: StaffRequest, change_id: UUID) -> HttpResponse:
    """Yes, by somebody else, who types the domain again."""
    typed = request.POST.get("typed", "")[:_LONGEST_TYPED]
    return _decide(
        request,
        change_id,
        lambda: confirm_change(
            change_id, typed=typed, staff_id=request.user.pk, now=timezone.now()
        ),
        "Confirmed. It is in effect everywhere; drafts and mail that rest on it are judged anew.",
    )


@require_POST
def refuse(request: StaffRequest, change_id: UUID) -> HttpResponse:
    """No, by anybody."""
    return _decide(
        request,
        change_id,
        lambda: refuse_change(change_id, staff_id=request.user.pk, now=timezone.now()),
        "Refused. Nothing was changed.",
    )


def _is_kept(form: forms.Form, act: Callable[[], None]) -> bool:
    if not form.is_valid():
        return False
    try:
        act()
    except VenueError as error:
        form.add_error(None, str(error))
        return False
    return True


def _decide(
    request: StaffRequest, change_id: UUID, act: Callable[[], PackChange], done: str
) -> HttpResponse:
    change = PackChange.objects.filter(pk=change_id).first()
    if change is None:
        return no_such_thing(request)
    try:
        act()
    except VenueError as error:
        messages.error(request, str(error))
        return redirect("desk_pack", section=change.section, entry_id=change.entry_id)
    return _back(request, (change.section, change.entry_id), done)


def _back(request: StaffRequest, key: tuple[str, str], done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect("desk_pack", section=key[0], entry_id=key[1])


_ENTRY = "packs/<slug:section>/<slug:entry_id>/"
_CHANGE = "packs/change/<uuid:change_id>/"
addresses = [
    path("packs/", staff_required(show_packs), name="desk_packs"),
    path(_ENTRY, staff_required(show_entry), name="desk_pack"),
    path(
        "packs/recipients/<slug:entry_id>/address/",
        staff_required(propose_an_address),
        name="desk_propose_address",
    ),
    path(_ENTRY + "standing/", staff_required(propose_a_standing), name="desk_propose_standing"),
    path(_CHANGE + "confirm/", staff_required(confirm), name="desk_confirm_change"),
    path(_CHANGE + "refuse/", staff_required(refuse), name="desk_refuse_change"),
    path(_CHANGE + "undo/", staff_required(propose_taking_back), name="desk_undo_change"),
]
