"""A mail that came in: its number for our notice, what it lacks, and the centre's answer to it."""

from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.takedown.actions import note_their_number
from jikimi.takedown.actions.answering import (
    answer_reply,
    let_answer_be,
    read_back,
    suggested_answer,
    thread_of,
    why_not_answer,
)
from jikimi.takedown.actions.confirming import note_checked
from jikimi.takedown.errors import TakedownError, UnsafeNote
from jikimi.takedown.replies.kept import reply_with_id
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.answer import LONGEST_ANSWER
from jikimi.takedown.rules.letter import Letter
from jikimi.takedown.rules.reply_numbers import is_number
from jikimi.web.desk.acting import do_and_say
from jikimi.web.desk.case_page import back_to, no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.meter import counts_as_desk_time
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.reply_cards import has_withdrawn

_NOT_TAKEN, _UNPROCESSABLE = 409, 422


class AnswerWords(forms.Form):
    """What a caseworker writes to a recipient."""

    words = forms.CharField(
        label="What the centre answers",
        max_length=LONGEST_ANSWER,
        help_text="Take out what does not fit. Never her name, never anything from her statement; "
        "no links but those of the notice. The centre’s name and our number stand below it.",
        widget=forms.Textarea({"rows": 18, "autofocus": True}),
    )


@require_POST
def note_number(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    """The number that its words suggest is the recipient's for our notice."""
    reply, number = _answerable(reply_id), request.POST.get("number", "")
    if reply is None or reply.notice is None or not is_number(number):
        return no_such_thing(request)
    notice = reply.notice

    def act() -> str:
        note_their_number(notice.pk, number, staff=request.user, now=timezone.now())
        return f"Noted: {notice.recipient_name} calls it {number}."

    do_and_say(request, act)
    return back_to(request, notice.sighting.case)


@require_POST
def check(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    """What it lacks of what its law expects, as a caseworker sees it; perhaps she answers then."""
    reply = _answerable(reply_id)
    if reply is None or reply.notice is None:
        return no_such_thing(request)
    lacks = frozenset(request.POST.getlist("lacks"))
    said = note_checked(reply_id, lacks, staff=request.user, now=timezone.now())
    messages.success(request, "Noted what it lacks." if said else "Noted: it lacks nothing.")
    if request.POST.get("then") != "answer":
        return back_to(request, reply.notice.sighting.case)
    query = urlencode([("lacks", one) for one in sorted(said)])
    return redirect(f"{reverse('desk_answer', args=[reply_id])}?{query}")


@require_safe
def show_answer(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    """A page to write the answer on, with what may be said."""
    reply = _answerable(reply_id)
    if reply is None:
        return no_such_thing(request)
    words = suggested_answer(reply, frozenset(request.GET.getlist("lacks")))
    return _page(request, reply, AnswerWords(initial={"words": words}))


@require_POST
def read_answer_back(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    """The mail as it would leave, to be read once more; or the words, with why it may not."""
    return _with_words(request, reply_id)


@require_POST
def send_answer(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    """Yes: it goes out. When it may not, the words stay on the page."""
    return _with_words(request, reply_id, is_approved=True)


@require_POST
def let_be(request: StaffRequest, letter_id: UUID) -> HttpResponse:
    """An answer that did not arrive is not written anew."""

    def act() -> str:
        let_answer_be(letter_id, staff=request.user, now=timezone.now())
        return "Noted. The mail that it answered stays on its case."

    do_and_say(request, act)
    return redirect("desk_replies")


def _with_words(
    request: StaffRequest, reply_id: UUID, *, is_approved: bool = False
) -> HttpResponse:
    reply = _answerable(reply_id)
    if reply is None or reply.notice is None:
        return no_such_thing(request)
    form, now = AnswerWords(request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, reply, form, status=_UNPROCESSABLE)
    words = form.cleaned_data["words"]
    try:
        if not is_approved:
            return _page(request, reply, form, letter=read_back(reply, words, now))
        answer_reply(reply_id, words, staff=request.user, now=now)
    except UnsafeNote as error:
        form.add_error("words", str(error))
        return _page(request, reply, form, status=_UNPROCESSABLE)
    except TakedownError as error:
        form.add_error(None, str(error))
        return _page(request, reply, form, status=_NOT_TAKEN)
    messages.success(request, f"The answer to {reply.notice.recipient_name} goes out now.")
    return back_to(request, reply.notice.sighting.case)


def _answerable(reply_id: UUID) -> ReceivedReply | None:
    """A mail that belongs to a letter of a case that has not been taken back."""
    reply = reply_with_id(reply_id)
    if reply is None or reply.notice is None or reply.notice.letter is None:
        return None
    return None if has_withdrawn(reply) else reply


def _page(
    request: StaffRequest,
    reply: ReceivedReply,
    form: AnswerWords,
    *,
    letter: Letter | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    shown = {
        "board": board(now),
        "shows_replies": True,
        "reply": reply,
        "subject": thread_of(reply).subject,
        "why_not": why_not_answer(reply, now),
        "form": form,
        "letter": letter,
    }
    return render(request, "desk/answer.html", shown, status=status)


_REPLY = "replies/<uuid:reply_id>/"
addresses = [
    path(_REPLY + "number/", staff_required(note_number), name="desk_note_reply_number"),
    path(_REPLY + "check/", staff_required(check), name="desk_check_reply"),
    path(_REPLY + "answer/", staff_required(counts_as_desk_time(show_answer)), name="desk_answer"),
    path(_REPLY + "answer/read/", staff_required(read_answer_back), name="desk_read_answer"),
    path(_REPLY + "answer/send/", staff_required(send_answer), name="desk_send_answer"),
    path("answers/<uuid:letter_id>/let-be/", staff_required(let_be), name="desk_let_answer_be"),
]
