"""How staff accounts behave: nobody signs up; a second factor is not a choice."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from jikimi.web.boxes import box_for

_FACTORS = "jikimi second factor/1"


class ClosedAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by a one-time link, never by whoever comes by."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # allauth's
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:  # noqa: ARG002
        """Changing a second factor asks again who is there; making the first one cannot."""
        return bool(is_mfa_enabled(context.request.user, [Authenticator.Type.TOTP]))


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Second factors lie encrypted in the database, so that a copy of it signs nobody in."""

    def encrypt(self, text: str) -> str:
        return box_for(_FACTORS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return box_for(_FACTORS).decrypt(encrypted_text.encode()).decode()
