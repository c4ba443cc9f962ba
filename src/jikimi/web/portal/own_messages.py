"""Words between her and the centre, on a page of their own."""

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as say

from jikimi.aftercare.actions import open_for_her, write_to_centre
from jikimi.aftercare.errors import CaseHasEnded, NothingWritten, TooManyMessages
from jikimi.aftercare.rules.messages import LONGEST
from jikimi.cases.models import CaseStatus
from jikimi.web.portal import half_typed
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.fields import PlainText
from jikimi.web.portal.visit import Visit, address, keeps_words, sends_nothing, with_visit


class MessageForm(forms.Form):
    """What she wants to say. Words only."""

    words = PlainText(most=LONGEST)


@page("GET", "HEAD", "POST")
@with_visit
def messages(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What was written, newest first, and room for more."""
    if sends_nothing(request):
        return _show(request, visit)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _show(request, visit, problem=str(form.errors["words"][0]))
    try:
        write_to_centre(visit.case.pk, form.cleaned_data["words"], now=timezone.now())
    except NothingWritten:
        return _show(request, visit, problem=say("There are no words in it yet."))
    except TooManyMessages:
        return _show(
            request,
            visit,
            problem=say(
                "You have written a lot today. Please write the next message tomorrow. What you "
                "typed is still here."
            ),
        )
    except CaseHasEnded:
        half_typed.forget(request)
        return HttpResponseRedirect(address("status"))
    half_typed.forget(request)
    return HttpResponseRedirect(address("messages"))


def _show(request: HttpRequest, visit: Visit, *, problem: str = "") -> HttpResponse:
    typed = half_typed.kept_for(request, visit.case, "messages")
    response = show_page(
        request,
        "messages.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        case=visit.case,
        whose=half_typed.sign_of(visit.case),
        written=list(open_for_her(visit.case, visit.key)),
        words=request.POST.get("words", typed.get("words", "")),
        is_back=bool(typed) and not problem,
        problem=problem,
    )
    return response if visit.case.status == CaseStatus.WITHDRAWN else keeps_words(response)
