"""What ends without a look: somebody's word is taken for a place, a case is closed by hand."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import ClosedBecause
from jikimi.takedown.actions.believing import take_word, take_word_back
from jikimi.takedown.actions.closing import close_case, open_again
from jikimi.takedown.rules.word import TakenWord, Word
from jikimi.web.desk.acting import do_and_say, do_or_keep
from jikimi.web.desk.case_page import back_to, no_such_thing
from jikimi.web.desk.case_values import Kept
from jikimi.web.desk.ending_forms import SomebodysWord, WhyClosed
from jikimi.web.desk.guard import StaffRequest, staff_required


@require_POST
def take(request: StaffRequest, sighting_id: UUID) -> HttpResponse:
    """Somebody says that it is gone where no look can tell. Not taken, the words stay there."""
    sighting = Sighting.objects.select_related("case").filter(pk=sighting_id).first()
    if sighting is None:
        return no_such_thing(request)
    form = SomebodysWord(request.POST, auto_id=f"%s-{sighting_id}")

    def act() -> str:
        said = TakenWord(by=Word(form.cleaned_data["by"]), words=form.cleaned_data["words"])
        take_word(sighting_id, said, staff=request.user, now=timezone.now())
        return "Taken, and marked as not seen by us. Looks go on, ever more rarely."

    return do_or_keep(request, sighting.case, Kept(about=sighting_id, form=form), act)


@require_POST
def take_back(request: StaffRequest, sighting_id: UUID) -> HttpResponse:
    """A word that was taken does not hold."""
    sighting = Sighting.objects.select_related("case").filter(pk=sighting_id).first()
    if sighting is None:
        return no_such_thing(request)

    def act() -> str:
        take_word_back(sighting_id, staff=request.user, now=timezone.now())
        return "The word is taken back. The place is looked at, and the work on it goes on."

    do_and_say(request, act)
    return back_to(request, sighting.case)


@require_POST
def close(request: StaffRequest, nickname: str) -> HttpResponse:
    """Nothing is under way, and not every place can be seen down. Not closed, the words stay."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    form = WhyClosed(request.POST, auto_id="closed-%s")

    def act() -> str:
        because, words = ClosedBecause(form.cleaned_data["because"]), form.cleaned_data["words"]
        close_case(case.pk, because, words, staff=request.user, now=timezone.now())
        return "Closed. Her page says so, and why. A copy that comes back opens it again."

    return do_or_keep(request, case, Kept(about=case.pk, form=form), act)


@require_POST
def open_case_again(request: StaffRequest, nickname: str) -> HttpResponse:
    """It is not over."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)

    def act() -> str:
        open_again(case.pk, staff=request.user, now=timezone.now())
        return "Open again. Her page says that the centre is working on it."

    do_and_say(request, act)
    return back_to(request, case)


addresses = [
    path("sighting/<uuid:sighting_id>/word/", staff_required(take), name="desk_take_word"),
    path(
        "sighting/<uuid:sighting_id>/word/back/",
        staff_required(take_back),
        name="desk_take_word_back",
    ),
    path("case/<slug:nickname>/close/", staff_required(close), name="desk_close_case"),
    path("case/<slug:nickname>/open/", staff_required(open_case_again), name="desk_open_again"),
]
