"""Fingerprints: ``pdq`` of pictures, ``video`` of videos; ``listfile`` reads lists of them."""
