"""Recipients that shall get nothing more of a case, and forget what they have."""
