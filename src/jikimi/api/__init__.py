"""Partners' and machines' door."""
