"""Doing what a caseworker pressed, and saying so, or why it was not done."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from jikimi.cases.models import Case
from jikimi.takedown.errors import TakedownError
from jikimi.web.desk.case_page import back_to, page_of
from jikimi.web.desk.case_values import Kept
from jikimi.web.desk.guard import StaffRequest

NOT_TAKEN = 409


def do_and_say(
    request: HttpRequest,
    act: Callable[[], str],
    refused: type[Exception] | tuple[type[Exception], ...] = TakedownError,
) -> None:
    """Do it; the next page says the sentence that it returns, or the refusal's own."""
    try:
        done = act()
    except refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)


def do_or_keep(
    request: StaffRequest, case: Case, typed: Kept, act: Callable[[], str]
) -> HttpResponse:
    """Do it and go back to the case; else its page, with what was typed and why it was not done."""
    if typed.form.is_valid():
        try:
            done = act()
        except TakedownError as error:
            typed.form.add_error(None, str(error))
        else:
            messages.success(request, done)
            return back_to(request, case)
    return page_of(request, case, kept=typed, status=NOT_TAKEN)
