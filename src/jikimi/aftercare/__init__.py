"""What a survivor does with her report once it is in: talk, add, pause, take back, erase."""
