"""Lists of fingerprints, who may search them, and what was found: ours with others', and back."""
