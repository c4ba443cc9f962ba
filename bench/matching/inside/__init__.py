"""What runs in the process of one contestant: NumPy and the contestant, nothing more."""
