"""What she wrote to the centre, opened in one answer, and what a caseworker writes back."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.aftercare.actions import ReadMessage, answer_survivor, open_for_staff
from jikimi.aftercare.errors import AftercareError
from jikimi.aftercare.lookups import unread_messages
from jikimi.aftercare.rules.messages import LONGEST
from jikimi.cases.models import Case, CaseStatus
from jikimi.evidence.errors import EvidenceError
from jikimi.web.desk.case_page import back_to, no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.meter import counts_as_desk_time
from jikimi.web.desk.queue_page import board
from jikimi.web.text import looks_like_a_picture, plain_text

MOST_SHOWN = 100
_ENDED = "She has withdrawn. What was written stays sealed."


class Answer(forms.Form):
    """A message to her. Words only."""

    words = forms.CharField(max_length=LONGEST, strip=True)

    def clean_words(self) -> str:
        """Plain text without pictures."""
        text = plain_text(self.cleaned_data["words"])
        if looks_like_a_picture(text):
            raise ValidationError("This looks like a picture written as text. Send words only.")
        return text


@require_safe
def show_unread(request: StaffRequest) -> HttpResponse:
    """The cases in which she wrote and nobody has read it, oldest first."""
    shown = {
        "board": board(timezone.now()),
        "unread": unread_messages()[:MOST_SHOWN],
        "shows_unread": True,
    }
    return render(request, "desk/unread.html", shown)


@require_POST
def read(request: StaffRequest, nickname: str) -> HttpResponse:
    """Open what was written; the trail says who read it."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    if case.status == CaseStatus.WITHDRAWN:
        messages.error(request, _ENDED)
        return back_to(request, case)
    try:
        opened = open_for_staff(case, staff=request.user, now=timezone.now())
    except EvidenceError:
        messages.error(request, "It does not open with this house’s keys. Run “jikimi doctor”.")
        return back_to(request, case)
    return _page(request, case, opened)


@require_POST
def write(request: StaffRequest, nickname: str) -> HttpResponse:
    """Send her a message; it is on her page at once."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    form = Answer(request.POST)
    if not form.is_valid():
        problem = str(next(iter(form.errors["words"])))
        return _page(request, case, (), words=request.POST.get("words", ""), problem=problem)
    try:
        words = form.cleaned_data["words"]
        answer_survivor(case.pk, words, staff=request.user, now=timezone.now())
    except AftercareError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Sent. It is on her page, and opens with her code alone.")
    return back_to(request, case)


def _page(
    request: StaffRequest,
    case: Case,
    opened: tuple[ReadMessage, ...],
    *,
    words: str = "",
    problem: str = "",
) -> HttpResponse:
    shown = {
        "board": board(timezone.now()),
        "case": case,
        "opened": opened,
        "words": words,
        "problem": problem,
        "now": timezone.now(),
    }
    return render(request, "desk/conversation.html", shown, status=422 if problem else 200)


addresses = [
    path("messages/", staff_required(show_unread), name="desk_unread"),
    path(
        "case/<slug:nickname>/messages/",
        staff_required(counts_as_desk_time(read)),
        name="desk_read_messages",
    ),
    path("case/<slug:nickname>/messages/write/", staff_required(write), name="desk_write_message"),
]
