"""Exact search against its peers, in one run: `python -m bench.matching`."""
