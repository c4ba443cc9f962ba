"""Which missing elements a person may add by hand, whatever a pack says."""

from dataclasses import replace

import pytest

from jikimi.takedown.rules.by_hand import never_to_add, to_add_by_hand
from jikimi.venues.pack_values import LawPack
from jikimi.venues.packs import LawId, load_packs

LAWS = load_packs().laws
KOMDIGI = LAWS[LawId("id-12-2022-14")]
EVERYTHING = frozenset(element.id for law in LAWS.values() for element in law.elements)


def may_add(law: LawPack, *, minor: bool = False) -> set[str]:
    return {one.element for one in to_add_by_hand(law, EVERYTHING, minor=minor)}


def careless(law: LawPack) -> LawPack:
    """A pack that nobody checked: each of its elements is marked."""
    words = {"en": "anything"}
    return replace(law, elements=tuple(replace(one, by_hand=words) for one in law.elements))


@pytest.mark.parametrize(
    ("law", "elements"),
    [
        ("id-12-2022-14", {"screenshot"}),
        ("id-12-2022-14-child", set()),
        ("kr-tba-22-5", {"statutory_form"}),
        ("ca-tribunal", {"tribunal_application"}),
        ("us-take-it-down", set()),
        ("eu-dsa-16", set()),
    ],
)
def test_of_what_ships_only_what_jikimi_never_has_may_be_added(
    law: str, elements: set[str]
) -> None:
    assert may_add(LAWS[LawId(law)]) == elements


@pytest.mark.parametrize("fact", ["good_faith", "links", "centre_email", "owns_copyright"])
def test_what_the_report_or_the_centre_gives_is_never_added_by_hand(fact: str) -> None:
    needing = {
        element.id for law in LAWS.values() for element in law.elements if fact in element.needs
    }
    assert needing
    for law in LAWS.values():
        assert not may_add(careless(law)) & {
            element.id for element in law.elements if fact in element.needs
        }


def test_a_screenshot_of_a_minors_picture_is_never_added_whatever_a_pack_says() -> None:
    assert may_add(careless(KOMDIGI)) == {"screenshot"}
    assert may_add(careless(KOMDIGI), minor=True) == set()
    assert list(never_to_add(KOMDIGI, EVERYTHING, minor=True)) == ["screenshot"]
    assert list(never_to_add(KOMDIGI, EVERYTHING, minor=False)) == []


def test_what_is_not_missing_is_not_asked_for() -> None:
    assert list(to_add_by_hand(KOMDIGI, (), minor=False)) == []
