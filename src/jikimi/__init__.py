"""Jikimi: a self-hosted response system for image-based sexual abuse."""

__version__ = "0.1.0"
