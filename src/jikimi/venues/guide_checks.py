"""What a schema cannot see of guides: missing languages, names that lead nowhere, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from jikimi.venues.errors import PackProblem
from jikimi.venues.guide_values import GUIDE_LANGUAGES, Guide, GuideId
from jikimi.venues.pack_parts import Text
from jikimi.venues.pack_values import Packs

_ADDRESS = re.compile(r"https?:|www\.", re.IGNORECASE)


def guide_problems(guide: Guide, packs: Packs, file: str, today: date) -> Iterator[PackProblem]:
    """Check a guide by itself and against the helplines and laws that it names."""
    for key, text in _texts(guide):
        yield from _text_problems(text, key, file)
    for language in GUIDE_LANGUAGES:
        if language not in guide.words:
            what = f"there are no words to find it by in {language!r}."
            yield _problem(file, "words", what, "Add some that people use for this.")
    yield from _name_problems(guide, packs, file)
    yield from _date_problems(guide, file, today)


def problems_between(
    guides: Mapping[GuideId, Guide], files: Mapping[GuideId, str]
) -> Iterator[PackProblem]:
    """Check guides against each other: their numbers, the card, what is named as related."""
    numbers: dict[int, GuideId] = {}
    for id_, guide in guides.items():
        first = numbers.setdefault(guide.number, id_)
        if first != id_:
            what = f"{guide.number} is already the number of {first!r}."
            yield _problem(files[id_], "number", what, "Give each its own; never give one anew.")
        for other in guide.related:
            if other not in guides or other == id_:
                what = f"the guide {other!r} is unknown." if other != id_ else "names itself."
                yield _problem(files[id_], "related", what, "Correct its id or take it out.")
    cards = [id_ for id_, guide in guides.items() if guide.kind == "card"]
    for id_ in cards[1:]:
        what = f"there is a card already: {cards[0]!r}."
        yield _problem(files[id_], "kind", what, f"Give it the id {cards[0]!r} to replace that.")


def _texts(guide: Guide) -> Iterator[tuple[str, Text]]:
    yield "title", guide.title
    yield "lead", guide.lead
    for at, section in enumerate(guide.sections):
        if section.heading:
            yield f"sections[{at}].heading", section.heading
        for number, item in enumerate(section.items):
            yield f"sections[{at}].items[{number}]", item
    for place in guide.places:
        for number, item in enumerate(place.items):
            yield f"places.{place.place}.items[{number}]", item


def _text_problems(text: Text, key: str, file: str) -> Iterator[PackProblem]:
    for language in GUIDE_LANGUAGES:
        if language not in text:
            what = f"the text in {language!r} is missing."
            yield _problem(file, key, what, "Write it in the same sense as the English one.")
    for language, words in text.items():
        if _ADDRESS.search(words):
            what = f"an address stands in the text in {language!r}."
            yield _problem(file, key, what, "Put it under sources, or make it a helpline.")


def _name_problems(guide: Guide, packs: Packs, file: str) -> Iterator[PackProblem]:
    known = {line.id for line in packs.lines}
    for line in guide.lines:
        if line not in known:
            what = f"the helpline {line!r} is unknown."
            yield _problem(file, "lines", what, "Add it under helplines/ or correct its id.")
    for place in guide.places:
        for law in place.laws:
            if law not in packs.laws:
                what = f"the law {law!r} is unknown."
                fix = "Add the law pack or correct its id."
                yield _problem(file, f"places.{place.place}.laws", what, fix)


def _date_problems(guide: Guide, file: str, today: date) -> Iterator[PackProblem]:
    if guide.review.by > guide.review.expires:
        what = "expires before its review."
        yield _problem(file, "review", what, "Put `by` before `expires`.")
    if guide.review.expired_on(today):
        what = f"expired on {guide.review.expires}: its page says that it may be out of date."
        fix = "Read the sources again and set a new date."
        yield _problem(file, "review.expires", what, fix)
    if guide.status == "verified" and all(one.confidence != "P" for one in guide.sources):
        what = "is verified, but none of its sources was read in the original."
        yield _problem(file, "status", what, "Read one and mark it P, or write unverified.")


def _problem(file: str, key: str, what: str, what_to_do: str) -> PackProblem:
    return PackProblem(file=file, key=key, what=what, what_to_do=what_to_do)
