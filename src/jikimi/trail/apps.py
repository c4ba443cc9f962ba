"""Django's entry for this domain."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "jikimi.trail"
    label = "trail"
