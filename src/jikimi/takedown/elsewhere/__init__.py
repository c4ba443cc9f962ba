"""Other addresses of the same thing: what is known of archives and twins, and what was found."""
