"""Django's entry for this domain."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "jikimi.intake"
    label = "intake"
