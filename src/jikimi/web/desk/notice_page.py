"""One notice on one page: what happened to it, and when."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import LawId
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.timelines import picture_of_notice
from jikimi.web.desk.wording import ROUTES, RUNGS, said_of_notice


@require_safe
def show_notice(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """The page of one notice; acting on it is done on its case's page."""
    notice = Notice.objects.select_related("sighting__case").filter(pk=notice_id).first()
    if notice is None:
        return no_such_thing(request)
    now = timezone.now()
    law = packs_in_use().laws.get(LawId(notice.law_id))
    return render(
        request,
        "desk/notice.html",
        {
            "board": board(now, current=notice.sighting.case.nickname),
            "notice": notice,
            "case": notice.sighting.case,
            "said": said_of_notice(NoticeState(notice.state), notice.on_word_of),
            "law": law.title["en"] if law else notice.law_id,
            "route": ROUTES[notice.route_type],
            "rung": RUNGS.get(notice.rung, ""),
            "picture": picture_of_notice(notice, now),
            "now": now,
        },
    )
