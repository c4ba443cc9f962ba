"""Who is let in: every address of the desk but the doors themselves goes through `admit`.

A password alone opens nothing. What counts is what this session has proved, as allauth wrote it
down, and that the factor it was proved with still belongs to the account.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import wraps
from typing import Any, cast

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from jikimi.people.models import Staff

LONGEST_SESSION = timedelta(hours=8)


class StaffRequest(HttpRequest):
    """A request whose sender is known."""

    user: Staff
    htmx: HtmxDetails


View = Callable[..., HttpResponse]


class Standing(StrEnum):
    """What a session has proved so far."""

    STRANGER = "stranger"
    FIRST_TIME = "first time"  # signed in; the account has no second factor yet
    HALF_WAY = "half way"  # signed in; this session has not passed the second factor
    TOO_LONG = "too long"  # passed, but longer ago than a session may last
    IN = "in"


def admit(*welcome: Standing) -> Callable[[View], View]:
    """Let only these standings reach a view; everybody else is led to the step they lack."""

    def around(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            standing = standing_of(request, timezone.now())
            if standing in welcome:
                return view(request, *args, **kwargs)
            answer = _lead_on(request, standing)
            # Whoever asked for a part of a page has to leave the page whole.
            return (
                HttpResponseClientRedirect(answer["Location"]) if HtmxDetails(request) else answer
            )

        return guarded

    return around


def staff_required(view: View) -> View:
    """Let in who has passed the second factor.

    No picture comes from an address on such a page, and htmx may ask this server.
    """
    return cast("View", _policy(admit(Standing.IN)(view)))


_policy = csp_replace({"img-src": ["data:"], "connect-src": [SELF]})
signed_in_at_all = admit(Standing.IN, Standing.FIRST_TIME)


def standing_of(request: HttpRequest, now: datetime) -> Standing:
    """What this session has proved by `now`."""
    if not request.user.is_authenticated:
        return Standing.STRANGER
    factors = dict(Authenticator.objects.filter(user=request.user).values_list("pk", "type"))
    if Authenticator.Type.TOTP not in factors.values():
        return Standing.FIRST_TIME
    passed = [
        record
        for record in get_authentication_records(request, request.user)
        if record["method"] == "mfa"
    ]
    if not any(_still_counts(record, factors) for record in passed):
        return Standing.HALF_WAY
    began = min(datetime.fromtimestamp(record["at"], UTC) for record in passed)
    return Standing.TOO_LONG if now - began > LONGEST_SESSION else Standing.IN


def is_in_place(request: StaffRequest) -> bool:
    """Whether htmx asks for a case to put it beside the list; not when it restores a page."""
    htmx = request.htmx
    return bool(htmx) and not htmx.history_restore_request and htmx.target == "case"


def _still_counts(record: dict[str, Any], factors: dict[int, str]) -> bool:
    """A code of an app that was replaced since counts no more; a used recovery code does."""
    return record["type"] == Authenticator.Type.RECOVERY_CODES or record["id"] in factors


def _lead_on(request: HttpRequest, standing: Standing) -> HttpResponse:
    if standing is Standing.FIRST_TIME:
        return redirect("mfa_activate_totp")
    if standing is not Standing.STRANGER:
        logout(request)
        messages.info(request, "Your session has ended. Nothing was changed. Please sign in again.")
    address = reverse("account_login")
    if request.method == "GET" and request.path != reverse("desk_queue"):
        address += "?" + urlencode({"next": request.get_full_path()})
    return redirect(address)
