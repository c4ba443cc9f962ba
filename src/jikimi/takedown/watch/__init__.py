"""Pages and channels that a caseworker named, visited politely, and what was found there."""
