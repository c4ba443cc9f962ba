"""The append-only record of what was done, by whom, and what each person agreed to."""
