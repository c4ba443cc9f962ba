"""E: a note of her own in a draft's letter, and which language comes first in it."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.takedown.actions.editing import edit_notice
from jikimi.takedown.contacts import packs_for
from jikimi.takedown.errors import TakedownError, UnsafeNote
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.note import LONGEST_NOTE
from jikimi.takedown.rules.notice import NoticeState
from jikimi.venues.pack_values import RecipientId
from jikimi.web.desk.case_page import back_to, no_such_thing
from jikimi.web.desk.case_reading import preview_of
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.queue_view import view_of

_UNPROCESSABLE = 422


class EditLetter(forms.Form):
    """What a caseworker may change in a letter; a field that does not apply is taken out."""

    note = forms.CharField(
        label="Your note to this recipient",
        required=False,
        help_text=f"One short paragraph, at most {LONGEST_NOTE} characters. It stands after what "
        "is asked for, in the same words in each language of the letter. Never her name, never "
        "anything from her statement; no links but those of this notice.",
        widget=forms.Textarea({"rows": 5, "autofocus": True, "data-most": LONGEST_NOTE}),
    )
    first = forms.ChoiceField(
        label="Which language comes first",
        choices=[("theirs", "The recipient’s, then English"), ("english", "English, then theirs")],
    )

    def fit(self, notice: Notice) -> None:
        """Leave what this notice's letter has a place for."""
        recipient = packs_for(notice.sighting).recipients.get(RecipientId(notice.recipient_id))
        if notice.sighting.case.is_minor:
            del self.fields["note"]
        if recipient is None or recipient.language == "en":
            del self.fields["first"]


@require_safe
def show_edit(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """The page to edit a draft on; only a draft has one."""
    notice = _of(notice_id)
    if notice is None or notice.state != NoticeState.DRAFT:
        return no_such_thing(request)
    first = "english" if notice.english_first else "theirs"
    form = EditLetter(initial={"note": notice.note, "first": first})
    form.fit(notice)
    return _page(request, notice, form)


@require_POST
def edit(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """Keep what she changed, or say why not beside what she typed."""
    notice = _of(notice_id)
    if notice is None:
        return no_such_thing(request)
    form = EditLetter(request.POST)
    form.fit(notice)
    if not form.is_valid():
        return _page(request, notice, form, status=_UNPROCESSABLE)
    try:
        edit_notice(
            notice_id,
            note=form.cleaned_data.get("note", ""),
            english_first=form.cleaned_data.get("first") == "english",
            staff=request.user,
            now=timezone.now(),
        )
    except UnsafeNote as error:
        form.add_error("note", str(error))
        return _page(request, notice, form, status=_UNPROCESSABLE)
    except TakedownError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Kept. Read the letter as it is now before you approve it.")
    return back_to(request, notice.sighting.case)


def _of(notice_id: UUID) -> Notice | None:
    return Notice.objects.select_related("sighting__case").filter(pk=notice_id).first()


def _page(
    request: StaffRequest, notice: Notice, form: EditLetter, *, status: int = 200
) -> HttpResponse:
    now, case = timezone.now(), notice.sighting.case
    shown = {
        "board": board(now, view_of(request.GET), current=case.nickname),
        "notice": notice,
        "form": form,
        "preview": preview_of(notice, now),
        "most": LONGEST_NOTE,
    }
    return render(request, "desk/edit.html", shown, status=status)


_NOTICE = "notice/<uuid:notice_id>/"
addresses = [
    path(_NOTICE + "edit/", staff_required(show_edit), name="desk_edit"),
    path(_NOTICE + "edit/keep/", staff_required(edit), name="desk_keep_edit"),
]
