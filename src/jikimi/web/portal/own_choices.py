"""Pausing, taking back singly, allowing again: asked once more where others hear of it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from jikimi.aftercare.actions import (
    allow_recipient,
    give_choice,
    go_on,
    pause,
    stop_recipient,
    take_choice_back,
)
from jikimi.aftercare.errors import AftercareError
from jikimi.takedown.errors import UnknownRecipient
from jikimi.takedown.models import Notice
from jikimi.trail.models import ConsentScope
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.visit import Visit, address, with_visit
from jikimi.web.text import plain_text

_CHANGEABLE = frozenset({ConsentScope.PLATFORMS, ConsentScope.BLOCK_LIST, ConsentScope.POLICE})
_AT_ONCE: dict[str, Callable[[UUID, datetime], None]] = {
    "pause": lambda case_id, now: pause(case_id, now=now),
    "go_on": lambda case_id, now: go_on(case_id, now=now),
}


@page("GET", "HEAD", "POST")
@with_visit
def choose(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Do what was chosen; what cannot be undone is asked once more first.

    Its address alone, as a history or a reopened tab may hold it, leads to the report's page.
    """
    if request.method != "POST":
        return HttpResponseRedirect(address("status"))
    what, which = request.POST.get("what", ""), plain_text(request.POST.get("which", ""))[:60]
    now, case_id = timezone.now(), visit.case.pk
    if what in _AT_ONCE:
        _AT_ONCE[what](case_id, now)
    elif what in {"recipient", "allow"}:
        return _recipient(request, visit, what, which)
    elif which in _CHANGEABLE:
        return _scope(request, visit, what, ConsentScope(which))
    return HttpResponseRedirect(address("status"))


def _recipient(request: HttpRequest, visit: Visit, what: str, which: str) -> HttpResponse:
    name, allowing = _name_of(visit, which), what == "allow"
    if name and "sure" not in request.POST:
        template = "sure_again.html" if allowing else "sure.html"
        return show_page(request, template, what=what, which=which, name=name)
    act = allow_recipient if allowing else stop_recipient
    # Nothing of hers is there to be stopped or allowed, or she has stopped everything meanwhile.
    with suppress(UnknownRecipient, AftercareError):
        act(visit.case.pk, which, now=timezone.now())
    return HttpResponseRedirect(address("status"))


def _scope(request: HttpRequest, visit: Visit, what: str, scope: ConsentScope) -> HttpResponse:
    if what == "take_back" and "sure" not in request.POST:
        return show_page(request, "sure.html", what=what, which=scope.value)
    act = {"take_back": take_choice_back, "give": give_choice}.get(what)
    with suppress(AftercareError):  # she has stopped everything meanwhile, which the page says
        if act:
            act(visit.case.pk, scope, now=timezone.now())
    return HttpResponseRedirect(address("status"))


def _name_of(visit: Visit, recipient_id: str) -> str:
    named = Notice.objects.filter(sighting__case=visit.case, recipient_id=recipient_id)
    return named.values_list("recipient_name", flat=True).first() or ""
