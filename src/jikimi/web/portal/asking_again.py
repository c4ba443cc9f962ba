"""A page of the report without a database: nobody can tell if its form is over, so none is shown.

What was posted goes along, as the browser holds it anyway, and its one button presses the same
again. Where she had left the form with Exit, the answer is then that it is closed.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from jikimi.web.portal.door import show_page
from jikimi.web.portal.helplines import helplines
from jikimi.web.portal.steps import LAST, Step

_PRESSES = ("switch_to", "change", "to", "go")


def ask_again(request: HttpRequest, step: Step, *, exit_mark: str) -> HttpResponse:
    """Ask to press once more what was pressed on this step; no answer stands on the page."""
    posted = request.POST
    pressed = next((name for name in _PRESSES if name in posted), "go")
    names = (*step.fields, "returning")
    return show_page(
        request,
        "ask_again.html",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        step=step,
        carried=posted.get("carried", ""),
        kept=[(name, value) for name in names for value in posted.getlist(name)],
        pressed=(pressed, posted.get(pressed, "")),
        sends=step is LAST and posted.get("go") == "next",
        exit_mark=exit_mark,
        helplines=helplines(minor=None),
    )
