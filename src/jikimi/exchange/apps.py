"""Django's entry for this domain."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "jikimi.exchange"
    label = "exchange"
