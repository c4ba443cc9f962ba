"""Addresses for machines."""

from django.urls import path

from jikimi.api.health import alive, ready

urlpatterns = [path("healthz", alive), path("readyz", ready)]
