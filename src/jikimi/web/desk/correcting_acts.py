"""What a recipient answered was none, or something else: said beside its notice, or at its mail."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from jikimi.takedown.actions import take_answer_back
from jikimi.takedown.actions.confirming import say_anew
from jikimi.takedown.models import Notice
from jikimi.takedown.replies.kept import reply_with_id
from jikimi.takedown.rules.reply import ReplyKind
from jikimi.web.desk.acting import do_and_say
from jikimi.web.desk.case_page import back_to, no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.reply_cards import KINDS


@require_POST
def take_back(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """It is no refusal, or our mail did arrive: the notice waits for an answer as before."""
    notice = Notice.objects.select_related("sighting__case").filter(pk=notice_id).first()
    if notice is None:
        return no_such_thing(request)

    def act() -> str:
        take_answer_back(notice_id, staff=request.user, now=timezone.now())
        return f"Noted. {notice.recipient_name} owes an answer again; its time runs as it did."

    return _and_back(request, notice, act)


@require_POST
def say_it_anew(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    """A mail was noted as one kind, and is of another."""
    reply, said = reply_with_id(reply_id), request.POST.get("kind", "")
    if said not in set(ReplyKind) or reply is None or reply.notice is None:
        return no_such_thing(request)
    kind = ReplyKind(said)

    def act() -> str:
        say_anew(reply_id, kind, staff=request.user, now=timezone.now())
        return f"Noted instead: {KINDS[kind].words}."

    return _and_back(request, reply.notice, act)


def _and_back(request: StaffRequest, notice: Notice, act: Callable[[], str]) -> HttpResponse:
    do_and_say(request, act)
    return back_to(request, notice.sighting.case)


addresses = [
    path(
        "notice/<uuid:notice_id>/reply/back/",
        staff_required(take_back),
        name="desk_take_answer_back",
    ),
    path("replies/<uuid:reply_id>/anew/", staff_required(say_it_anew), name="desk_say_reply_anew"),
]
