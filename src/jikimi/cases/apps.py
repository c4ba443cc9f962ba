"""Django's entry for this domain."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "jikimi.cases"
    label = "cases"
