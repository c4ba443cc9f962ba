"""How much may be written to each other. Pure."""

LONGEST = 4000
"""Characters of one message."""
PER_DAY = 20
"""Messages in a case that one side may write in a day."""


def may_write(written_today: int) -> bool:
    """Tell whether one more message may be written today."""
    return written_today < PER_DAY
