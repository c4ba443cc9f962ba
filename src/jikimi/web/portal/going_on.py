"""Going on from a page that showed a code: the form that brought it shows it no more."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from jikimi.web.portal.sent_forms import close_form
from jikimi.web.portal.visit import address

_LEADS_TO = frozenset({"status", "start", "messages", "add"})


def go_on(request: HttpRequest) -> HttpResponse | None:
    """To where its button leads; None where no such button was pressed."""
    then = request.POST.get("then", "")
    if then not in _LEADS_TO:
        return None
    close_form(request.POST.get("form", ""), now=timezone.now())
    return HttpResponseRedirect(address(then))
