"""The queue: each case's standing kept at hand, so that reading it never counts all notices."""
