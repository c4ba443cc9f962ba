"""What may be added to a report later, and whose path the case takes then. Pure."""

from __future__ import annotations

from jikimi.cases.rules import AgeGroup, is_minor_path

MOST_PLACES = 500
MOST_FINGERPRINTS = 200


def age_after(age: AgeGroup, *, new_pictures: bool, said_adult: bool) -> AgeGroup:
    """Give whose path the case takes once pictures were added.

    A new picture may be from before she was 18. Unless she says it is not, an adult's case takes a
    minor's path from now on; a minor's case never leaves it.
    """
    if not new_pictures or is_minor_path(age) or said_adult:
        return age
    return AgeGroup.MIXED


def has_room(places: int, fingerprints: int) -> bool:
    """Tell whether a case can hold so many in all."""
    return places <= MOST_PLACES and fingerprints <= MOST_FINGERPRINTS
