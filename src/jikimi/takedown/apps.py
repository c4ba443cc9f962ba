"""Django's entry for this domain."""

from django.apps import AppConfig


class TakedownConfig(AppConfig):
    name = "jikimi.takedown"
    label = "takedown"
