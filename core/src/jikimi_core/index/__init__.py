"""Exact search for near-identical 256-bit hashes."""

from jikimi_core.index.errors import DuplicateId, HammingIndexError, IndexFileError
from jikimi_core.index.hamming import HammingIndex
from jikimi_core.index.matches import Matches

__all__ = ["DuplicateId", "HammingIndex", "HammingIndexError", "IndexFileError", "Matches"]
