"""Fingerprints of pictures: ``pdq`` makes them, ``listfile`` reads lists of them."""
