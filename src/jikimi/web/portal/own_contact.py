"""Being contacted no more, or in another way, from her own page."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from jikimi.aftercare.actions import change_contact, take_contact_back
from jikimi.aftercare.errors import CaseHasEnded
from jikimi.trail.lookups import consents_of
from jikimi.trail.models import ConsentScope
from jikimi.web.portal import half_typed
from jikimi.web.portal.contact_forms import ReachForm
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.facts import facts_of
from jikimi.web.portal.visit import Visit, address, with_visit


@page("GET", "HEAD", "POST")
@with_visit
def contact(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take it back at once, or take in another way; what she had written is destroyed either way.

    It is not asked once more: who needs it may have no time, and another way is soon written.
    """
    if request.method != "POST":
        return _show(request, visit, ReachForm(_typed_before(request, visit), facts=facts_of({})))
    if request.POST.get("what") == "stop":
        take_contact_back(visit.case.pk, now=timezone.now())
        half_typed.forget(request)
        return show_page(request, "contact_done.html", case=visit.case, may_be_contacted=False)
    form = ReachForm(request.POST, facts=facts_of({}))
    if not form.is_valid():
        return _show(request, visit, form, form.problems())
    try:
        change_contact(visit.case.pk, form.wishes(), now=timezone.now())
    except CaseHasEnded:
        half_typed.forget(request)
        return HttpResponseRedirect(address("status"))
    half_typed.forget(request)
    return show_page(request, "contact_done.html", case=visit.case, may_be_contacted=True)


def _typed_before(request: HttpRequest, visit: Visit) -> MultiValueDict[str, str]:
    typed = half_typed.kept_for(request, visit.case, "contact")
    return MultiValueDict({name: [text] for name, text in typed.items()})


def _show(
    request: HttpRequest,
    visit: Visit,
    form: ReachForm,
    problems: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    return show_page(
        request,
        "contact.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        case=visit.case,
        whose=half_typed.sign_of(visit.case),
        is_back=not problems and bool(half_typed.kept_for(request, visit.case, "contact")),
        may_be_contacted=ConsentScope.CONTACT in consents_of(visit.case.pk),
        form=form,
        problems=problems or [],
        problem_fields={name for name, _sentence in problems or []},
    )
