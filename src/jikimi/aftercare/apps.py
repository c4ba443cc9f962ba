"""Django's entry for this domain."""

from django.apps import AppConfig


class AftercareConfig(AppConfig):
    name = "jikimi.aftercare"
    label = "aftercare"
