"""A notice that a person hands over: what to put into each field, what to do step by step."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.cases.models import CaseStatus
from jikimi.takedown.actions import hand_over_notices, note_their_number
from jikimi.takedown.contacts import packs_for
from jikimi.takedown.errors import TakedownError
from jikimi.takedown.letters import handed_over_with, preview_letter, route_now
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.form_sheet import FormSheet, form_sheet
from jikimi.takedown.rules.letter_values import Letter, ToAdd
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import ChosenRoute
from jikimi.venues.pack_values import Route
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.replies import NO_PICTURES
from jikimi.web.desk.wording import ROUTES

_WAITS = frozenset({NoticeState.DRAFT, NoticeState.APPROVED})
_STEPS = {
    "web_form": (
        "Open the form. It opens in a window of its own and is not told where you come from.",
        "Paste each field from here. {attach}",
        "Submit it there, and copy the number that it gives.",
        "Put the number below and say that it is submitted. The clock starts then.",
    ),
    "phone": (
        "Ring the number from the centre's line. Say who you are and for which centre.",
        "Give our reference first. Read out the links if they are asked for, letter by letter.",
        "Give no name of hers. Offer to send the links in writing if they prefer that.",
        "Ask for the number of the report, and the name of whoever you spoke to.",
        "Put the number below and say that it is done. The clock starts then.",
    ),
    "in_person": (
        "Print the message below, or copy it to the centre's own telephone. {attach}",
        "Go there, or send a colleague. Say who you are and for which centre.",
        "Give no name of hers. What they want to ask her reaches her through the centre.",
        "Ask for the number of the report, and the name of whoever you spoke to.",
        "Put the number below and say that it is done. The clock starts then.",
    ),
    "api": (
        "This recipient is reached by an interface, and its keys are missing here.",
        "Find the recipient's own public form, and paste each field from here. {attach}",
        "Put the number that it gives below and say that it is submitted. The clock starts then.",
    ),
    "in_app": (
        "Open the app with the centre's own account, never with hers or your own.",
        "Go to the post or room by its link, and find “Report”.",
        "Choose what comes nearest to “intimate image, shared without consent”.",
        "Paste the reason and our reference where there is room. {attach}",
        "Put the number below, if it gives one, and say that it is done. The clock starts then.",
    ),
}
_ATTACH_NOTHING = "Attach nothing: no picture, no screenshot."
_ATTACH_ONLY = "Attach nothing but what has a box to tick at the end."


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """All that the page shows."""

    notice: Notice
    places: int
    """Of how many places of its case it tells."""
    way: str
    steps: tuple[str, ...]
    privacy: str
    sheet: FormSheet | None
    to_add: tuple[ToAdd, ...]
    never: tuple[str, ...]
    link: str
    """What to open; "" for a telephone number."""
    phone: str
    troubles: tuple[str, ...]
    unread: tuple[str, ...]
    """Entries that nobody has verified: she compares them first."""
    not_by_hand: bool


class Submitted(forms.Form):
    """The number that the recipient gave, if any."""

    number = forms.CharField(
        label="The number they gave",
        help_text="Leave it empty if there is none; it can be added later.",
        max_length=120,
        required=False,
        validators=[NO_PICTURES],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@require_safe
def show_form(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """The page of one notice that waits to be handed over."""
    notice = _by_hand(notice_id)
    return _shown(request, notice, Submitted()) if notice else no_such_thing(request)


@require_POST
def submitted(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """It is handed over, and known there by this number."""
    notice, form = _by_hand(notice_id), Submitted(request.POST)
    if notice is None:
        return no_such_thing(request)
    if form.is_valid():
        number, now = form.cleaned_data["number"], timezone.now()
        try:
            together = handed_over_with(notice)
            hand_over_notices(
                [one.pk for one in together],
                staff=request.user,
                now=now,
                their_reference=number,
                added_by_hand=added_by_hand(request),
                compared=compared(request),
            )
        except TakedownError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, said_handed_over(together))
            return redirect("desk_case", nickname=notice.sighting.case.nickname)
    return _shown(request, notice, form, status=409)


def said_handed_over(together: list[Notice]) -> str:
    """What the desk says of notices that were handed over in one go."""
    name, places = together[0].recipient_name, len(together)
    noted = f"Noted for {places} places of this case" if places > 1 else "Noted"
    return f"{noted}. The clock for {name} runs."


def added_by_hand(request: StaffRequest) -> frozenset[str]:
    """The elements that are ticked as added in the form herself."""
    return frozenset(request.POST.getlist("added"))


def compared(request: StaffRequest) -> frozenset[str]:
    """The unverified entries that are ticked as held against their sources."""
    return frozenset(request.POST.get("compared", "").split())


@require_POST
def note_number(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """By what number a recipient knows what it has."""
    notice, form = _notice(notice_id), Submitted(request.POST)
    if notice is None:
        return no_such_thing(request)
    try:
        if not form.is_valid():
            messages.error(request, "A number is at most 120 characters, and no picture.")
        else:
            number = form.cleaned_data["number"]
            note_their_number(notice_id, number, staff=request.user, now=timezone.now())
            messages.success(request, f"Noted: {notice.recipient_name} calls it {number}.")
    except TakedownError as error:
        messages.error(request, str(error))
    return redirect("desk_case", nickname=notice.sighting.case.nickname)


def _shown(
    request: StaffRequest, notice: Notice, form: Submitted, *, status: int = 200
) -> HttpResponse:
    here = {
        "board": board(timezone.now(), current=notice.sighting.case.nickname),
        "page": _read(notice),
        "form": form,
        "added": added_by_hand(request),
        "compared": compared(request),
        "ticked": request.POST.getlist("step"),
    }
    return render(request, "desk/form.html", here, status=status)


def _read(notice: Notice) -> FormPage:
    now, entry = timezone.now(), _route_of(notice)
    troubles: list[str] = []
    chosen: ChosenRoute | None = None
    letter: Letter | None = None
    try:
        chosen = route_now(notice, now)
        troubles += [said for said in (chosen.why_not, chosen.not_by_hand) if said]
        letter = preview_letter(notice, now)
        if letter.missing:
            troubles.append(f"The letter still lacks: {', '.join(letter.missing)}.")
    except TakedownError as error:
        troubles.append(str(error))
    is_link = notice.address.startswith("https://") and notice.route_type != "api"
    to_add = letter.to_add if letter else ()
    return FormPage(
        notice=notice,
        places=len(handed_over_with(notice)),
        way=ROUTES[notice.route_type],
        steps=_steps(notice.route_type, attach=_ATTACH_ONLY if to_add else _ATTACH_NOTHING),
        privacy=entry.privacy if entry else "",
        sheet=form_sheet(entry, letter) if entry and letter else None,
        to_add=to_add,
        never=letter.never if letter else (),
        link=notice.address if is_link else "",
        phone=notice.address if notice.route_type == "phone" else "",
        troubles=tuple(troubles),
        unread=chosen.unread if chosen else (),
        not_by_hand=bool(chosen and chosen.not_by_hand),
    )


def _steps(route_type: str, *, attach: str) -> tuple[str, ...]:
    steps = _STEPS.get(route_type, _STEPS["web_form"])
    return tuple(step.format(attach=attach) for step in steps)


def _route_of(notice: Notice) -> Route | None:
    """The recipient's route that the notice takes, as its entry has it now."""
    recipients = packs_for(notice.sighting).recipients
    recipient = next((one for one in recipients.values() if one.id == notice.recipient_id), None)
    routes = recipient.routes if recipient else ()
    return next((one for one in routes if one.address == notice.address), None)


def _by_hand(notice_id: UUID) -> Notice | None:
    """A notice that waits for a person to hand it over, in an open case."""
    notice = _notice(notice_id)
    if notice is None or notice.channel or NoticeState(notice.state) not in _WAITS:
        return None
    return notice if notice.sighting.case.status == CaseStatus.OPEN else None


def _notice(notice_id: UUID) -> Notice | None:
    return Notice.objects.select_related("sighting__case").filter(pk=notice_id).first()
