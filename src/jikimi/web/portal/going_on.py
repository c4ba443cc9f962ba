"""Going on from a page that showed a code: the form that brought it shows it no more."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from jikimi.web.portal import half_typed
from jikimi.web.portal.sent_forms import close_form
from jikimi.web.portal.visit import address, ask_for_code

_LEADS_TO = frozenset({"status", "start", *half_typed.PAGES})


def go_on(request: HttpRequest) -> HttpResponse | None:
    """To where its button leads; None where no such button was pressed.

    The form is closed wherever it leads; to her report, if it names no page. Where her report could
    not be opened, what she was typing waits on for the code.
    """
    if "then" not in request.POST:
        return None
    close_form(request.POST.get("form", ""), now=timezone.now())
    if request.POST.get("locked"):
        return ask_for_code(request)
    then = request.POST["then"]
    return HttpResponseRedirect(address(then if then in _LEADS_TO else "status"))
