"""Django's entry for this domain."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "jikimi.evidence"
    label = "evidence"
