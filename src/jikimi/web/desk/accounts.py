"""How staff accounts behave: nobody signs up; a second factor is not a choice."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccounts(DefaultAccountAdapter):
    """Accounts are made by a one-time link, never by whoever comes by."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # allauth's
        return False
