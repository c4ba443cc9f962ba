"""Django's entry for this door."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "jikimi.web.portal"
    label = "portal"
