"""From a sighting to a removal: routes, letters, sending, clocks and looking again."""
