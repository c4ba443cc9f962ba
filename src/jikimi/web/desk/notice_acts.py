"""What a caseworker does with a notice or a place: parse, one action, back to the case."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from jikimi.cases.models import Case, Sighting
from jikimi.takedown.actions import (
    approve_notice,
    ask_for_look,
    cancel_notice,
    draft_all_the_same,
    hand_over_notices,
    note_order,
    record_reply,
    settle_unknown,
)
from jikimi.takedown.actions.gating import EVERYBODY, is_paused
from jikimi.takedown.errors import NoOrderHere
from jikimi.takedown.letters import handed_over_with
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.web.desk.acting import do_and_say, do_or_keep
from jikimi.web.desk.case_page import back_to, no_such_thing
from jikimi.web.desk.case_values import Kept
from jikimi.web.desk.form_page import added_by_hand, compared, said_handed_over
from jikimi.web.desk.guard import StaffRequest
from jikimi.web.desk.replies import Reply


class OrderGiven(forms.Form):
    """When an authority gave its order."""

    ordered_at = forms.DateTimeField()


@require_POST
def approve(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """Yes: it goes out by mail."""

    def act(notice: Notice) -> str:
        approve_notice(notice_id, staff=request.user, now=timezone.now())
        if is_paused(EVERYBODY) or is_paused(notice.recipient_id):
            return f"Approved. It goes once sending to {notice.recipient_name} is resumed."
        return f"Approved. The notice to {notice.recipient_name} goes out now."

    return _with_notice(request, notice_id, act)


@require_POST
def hand_over(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """It was filled in or read out by hand."""

    def act(notice: Notice) -> str:
        together = handed_over_with(notice)
        hand_over_notices(
            [one.pk for one in together],
            staff=request.user,
            now=timezone.now(),
            added_by_hand=added_by_hand(request),
            compared=compared(request),
        )
        return said_handed_over(together)

    return _with_notice(request, notice_id, act)


@require_POST
def cancel(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """No: it does not leave."""

    def act(notice: Notice) -> str:
        cancel_notice(notice_id, staff=request.user, now=timezone.now())
        was_unknown = notice.state == NoticeState.UNKNOWN
        left = "Whether it had arrived is not known." if was_unknown else "Nothing was sent."
        return f"The notice to {notice.recipient_name} is cancelled. {left}"

    return _with_notice(request, notice_id, act)


@require_POST
def settle(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """Whether a mail whose sending broke off did arrive."""
    answer = request.POST.get("arrived")
    if answer not in {"yes", "no"}:
        return no_such_thing(request)

    def act(notice: Notice) -> str:
        arrived = answer == "yes"
        again = settle_unknown(notice_id, arrived=arrived, staff=request.user, now=timezone.now())
        if arrived:
            return f"Noted: {notice.recipient_name} has it. Its clock runs."
        if again:
            return f"It goes out to {notice.recipient_name} again, as the same mail."
        return (
            "It does not go out again: it would not be written as it was any more. If somebody may "
            "be asked now, that is a draft here."
        )

    return _with_notice(request, notice_id, act)


@require_POST
def order_given(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """The authority has given its order, at a time of the centre's own clock."""
    form = OrderGiven(request.POST)

    def act(notice: Notice) -> str:
        if not form.is_valid():
            raise NoOrderHere("Not noted: write the day and the time of the order.")
        at = form.cleaned_data["ordered_at"]
        note_order(notice_id, at, staff=request.user, now=timezone.now())
        return f"Noted. The law’s own time runs for {notice.recipient_name} since the order."

    return _with_notice(request, notice_id, act)


@require_POST
def note_reply(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """What the recipient said. When it cannot be noted, its words stay on the page."""
    notice = _notice(notice_id)
    if notice is None:
        return no_such_thing(request)
    form = Reply(request.POST, auto_id=f"{notice.reference}-%s")

    def act() -> str:
        record_reply(notice_id, form.reported(), staff=request.user, now=timezone.now())
        return _what_follows(notice)

    return do_or_keep(request, notice.sighting.case, Kept(about=notice_id, form=form), act)


def _what_follows(notice: Notice) -> str:
    """Said once a reply is noted: a claim of removal may still have to be looked at."""
    noted = f"Noted what {notice.recipient_name} said."
    if Sighting.objects.filter(pk=notice.sighting_id, claimed_gone_at__isnull=False).exists():
        return f"{noted} It is a claim: the link is looked at first."
    return noted


@require_POST
def look_again(request: StaffRequest, sighting_id: UUID) -> HttpResponse:
    """Have the link looked at; nobody sees the picture."""

    def act(_sighting: Sighting) -> str:
        ask_for_look(sighting_id, staff=request.user, now=timezone.now())
        return "The link is looked at now. Load the page again in a moment."

    return _with_sighting(request, sighting_id, act)


@require_POST
def draft_again(request: StaffRequest, sighting_id: UUID) -> HttpResponse:
    """Ask the rules for the next notice about this place."""

    def act(_sighting: Sighting) -> str:
        drafted = draft_all_the_same(sighting_id, now=timezone.now())
        if isinstance(drafted, Notice):
            return f"A notice to {drafted.recipient_name} is drafted."
        return drafted.because

    return _with_sighting(request, sighting_id, act)


def _with_notice(
    request: StaffRequest, notice_id: UUID, act: Callable[[Notice], str]
) -> HttpResponse:
    notice = _notice(notice_id)
    if notice is None:
        return no_such_thing(request)
    return _and_back(request, notice.sighting.case, lambda: act(notice))


def _with_sighting(
    request: StaffRequest, sighting_id: UUID, act: Callable[[Sighting], str]
) -> HttpResponse:
    sighting = Sighting.objects.select_related("case").filter(pk=sighting_id).first()
    if sighting is None:
        return no_such_thing(request)
    return _and_back(request, sighting.case, lambda: act(sighting))


def _and_back(request: StaffRequest, case: Case, act: Callable[[], str]) -> HttpResponse:
    do_and_say(request, act)
    return back_to(request, case)


def _notice(notice_id: UUID) -> Notice | None:
    return Notice.objects.select_related("sighting__case").filter(pk=notice_id).first()
