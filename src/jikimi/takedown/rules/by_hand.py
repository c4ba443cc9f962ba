"""What a person may add to a notice where she hands it over, and what nobody may. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from jikimi.takedown.rules.letter_values import ToAdd
from jikimi.venues.pack_parts import BY_HAND_FACTS, NEVER_OF_A_MINOR
from jikimi.venues.pack_values import Element, LawPack


def to_add_by_hand(law: LawPack, missing: Collection[str], *, minor: bool) -> Iterator[ToAdd]:
    """Give those missing elements that a person can add in the recipient's form herself.

    Never what the report or the centre should have given, whatever the pack says; and never a
    screenshot of a minor's picture.
    """
    for element in _missing_of(law, missing):
        if (
            element.by_hand
            and BY_HAND_FACTS.issuperset(element.needs)
            and not (minor and _is_never_a_minors(element))
        ):
            yield ToAdd(element=element.id, what=element.by_hand["en"])


def never_to_add(law: LawPack, missing: Collection[str], *, minor: bool) -> Iterator[str]:
    """Name those missing elements that nobody adds, because the picture is a minor's."""
    for element in _missing_of(law, missing):
        if minor and _is_never_a_minors(element):
            yield element.id


def _missing_of(law: LawPack, missing: Collection[str]) -> Iterator[Element]:
    return (element for element in law.elements if element.id in missing)


def _is_never_a_minors(element: Element) -> bool:
    return not NEVER_OF_A_MINOR.isdisjoint(element.needs)
