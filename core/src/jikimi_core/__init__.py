"""Fingerprints of pictures and exact near-duplicate search over them. No Django, no network."""
