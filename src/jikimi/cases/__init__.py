"""Cases, the fingerprints they protect, and where copies were seen."""
