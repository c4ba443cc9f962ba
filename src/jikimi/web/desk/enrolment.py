"""A new account: from the one-time link to a password, a second factor and recovery codes."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.views import ActivateTOTPView
from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django.views.generic.edit import FormView

from jikimi.people.actions import is_setup_open, set_up_account
from jikimi.people.errors import AccountExists, SetupLinkSpent
from jikimi.people.models import Staff

GONE = 410
_NEW_PASSWORD = {"autocomplete": "new-password"}


class NewAccount(forms.Form):
    """The address to sign in with and a password, twice, because no mail can reset it."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="You sign in with it. Jikimi sends nothing to it.",
        widget=forms.EmailInput({"autocomplete": "username"}),
    )
    password = forms.CharField(
        label="Password",
        help_text="At least 12 characters. Four random words are good.",
        strip=False,
        widget=forms.PasswordInput(_NEW_PASSWORD),
    )
    again = forms.CharField(
        label="The same password again", strip=False, widget=forms.PasswordInput(_NEW_PASSWORD)
    )

    def clean(self) -> None:
        email, password = self.cleaned_data.get("email"), self.cleaned_data.get("password")
        if password and password != self.cleaned_data.get("again"):
            self.add_error("again", "The two passwords are not the same.")
        if password:
            try:
                validate_password(password, Staff(email=email or ""))
            except ValidationError as error:
                self.add_error("password", error)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password", "again")
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account that a one-time link stands for, and go on to its second factor."""
    now = timezone.now()
    if not is_setup_open(token, now=now):
        return _spent(request)
    form = NewAccount(request.POST or None)
    if form.is_valid():
        answers = form.cleaned_data
        try:
            staff = set_up_account(
                token, email=answers["email"], password=answers["password"], now=now
            )
        except SetupLinkSpent:
            return _spent(request)
        except AccountExists:
            form.add_error("email", "There is an account with this address. Sign in with it.")
        else:
            login(request, staff)
            return redirect("mfa_activate_totp")
    return render(request, "desk/setup.html", {"form": form})


def _spent(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/setup_spent.html", status=GONE)


@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class ConnectApp(ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    """Connect an authenticator app: the first, or a new one in the old one's place.

    allauth would have the old one deactivated first; an account would then stand with a password
    alone. Here the new one takes its place in one step.
    """

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return FormView.dispatch(self, request, *args, **kwargs)

    @method_decorator(transaction.atomic)
    def form_valid(self, form: ActivateTOTPForm) -> HttpResponse:
        mine = Authenticator.objects.filter(user=self.request.user)
        mine.filter(type=Authenticator.Type.TOTP).delete()
        response: HttpResponse = super().form_valid(form)
        made = mine.get(type=Authenticator.Type.TOTP)
        # The code that was just typed is what this session has proved.
        post_authentication(self.request, made, reauthenticated=True)
        return response

    def get_success_url(self) -> str:
        fresh = self.did_generate_recovery_codes
        return reverse("mfa_view_recovery_codes" if fresh else "mfa_index")
