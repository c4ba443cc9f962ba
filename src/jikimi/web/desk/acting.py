"""Doing what a caseworker pressed, and saying so, or why it was not done."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from jikimi.takedown.errors import TakedownError


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
