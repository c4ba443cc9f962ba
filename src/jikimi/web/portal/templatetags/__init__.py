"""What templates of the portal can ask for."""
