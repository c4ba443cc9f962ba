"""Django's entry for this door."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "jikimi.web.desk"
    label = "desk"
