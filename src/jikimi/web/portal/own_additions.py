"""More links and fingerprints, added later with the same questions as at first."""

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as say

from jikimi.aftercare.actions import add_to_report
from jikimi.aftercare.actions.adding import Addition
from jikimi.aftercare.errors import CaseHasEnded, TooManyPlaces
from jikimi.web.portal import half_typed
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.fields import FingerprintsField, PlacesField
from jikimi.web.portal.visit import Visit, address, keeps_words, sends_nothing, with_visit


class AdditionForm(forms.Form):
    """Where else it is, which other pictures there are, and how old she is in those."""

    places = PlacesField()
    fingerprints = FingerprintsField()
    adult = forms.ChoiceField(choices=[("yes", ""), ("no", "")], required=False)

    def __init__(self, data: MultiValueDict[str, str], *, minor: bool) -> None:
        super().__init__(data)
        self.minor = minor

    def clean(self) -> None:
        """Something is new; and of a new picture she says how old the person in it is."""
        given = self.cleaned_data
        prints = given.get("fingerprints")
        if not self.errors and not prints and not given.get("places"):
            raise forms.ValidationError(say("There is nothing new on this page yet."))
        if prints and not self.minor and not given.get("adult"):
            raise forms.ValidationError(say("Please say how old the person is in it."))

    def addition(self) -> Addition:
        """What is added."""
        given = self.cleaned_data
        return Addition(
            places=given["places"],
            fingerprints=given["fingerprints"],
            said_adult=given["adult"] == "yes",
        )


@page("GET", "HEAD", "POST")
@with_visit
def add(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take in what is new; each new place gets its notice like the first."""
    if sends_nothing(request):
        return _show(request, visit)
    form = AdditionForm(request.POST, minor=visit.case.is_minor)
    if not form.is_valid():
        problems = [str(line) for lines in form.errors.values() for line in lines]
        return _show(request, visit, problems=problems)
    try:
        add_to_report(visit.case.pk, form.addition(), now=timezone.now())
    except TooManyPlaces:
        return _show(
            request, visit, problems=[say("This report is full. Please write to the centre.")]
        )
    except CaseHasEnded:
        pass  # the page it leads to says that she has stopped everything
    half_typed.forget(request)
    return HttpResponseRedirect(address("status"))


def _show(request: HttpRequest, visit: Visit, *, problems: list[str] | None = None) -> HttpResponse:
    kept = half_typed.kept_for(request, visit.case, "add")
    typed = {name: request.POST.get(name, kept.get(name, "")) for name in half_typed.PAGES["add"]}
    return keeps_words(
        show_page(
            request,
            "add.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
            case=visit.case,
            whose=half_typed.sign_of(visit.case),
            is_back=bool(kept) and not problems,
            problem_lines=problems or [],
            **typed,
        )
    )
