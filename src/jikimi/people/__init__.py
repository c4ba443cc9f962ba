"""Staff of the centre and the link that lets the first of them in."""
