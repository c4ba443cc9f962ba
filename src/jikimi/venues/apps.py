"""Django's entry for this domain."""

from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "jikimi.venues"
    label = "venues"
