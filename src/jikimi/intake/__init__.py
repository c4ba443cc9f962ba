"""How a report comes in, and how its sender finds the way back to it."""
