"""From a request to its answer: which lists, which fingerprints, what is told."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

import numpy as np

from jikimi.api.match.gathering import Asking
from jikimi.api.match.problems import no_such_list
from jikimi.api.match.wire import (
    Explanation,
    Fingerprint,
    LateMatch,
    LaterResponse,
    Match,
    MatchRequest,
    MatchResponse,
)
from jikimi.exchange.asked import Asked, ToldLate
from jikimi.exchange.following import HeldLists, KeyFacts
from jikimi.exchange.rules.answers import (
    Answer,
    EntryFacts,
    Hit,
    Remark,
    bits_by_region,
    told_date,
    worth_searching,
)
from jikimi.exchange.rules.lists import (
    MOST_RADIUS_FOR_OWN,
    ListFacts,
    Origin,
    is_told_of,
)

MOST_EXPLAINED: Final = 20
"""Nearest matches of a fingerprint that are explained."""
FAR_WEIGHS: Final = 4
EXPLAINED_WEIGHS: Final = 2
_SEARCHED: Final = frozenset({None, Remark.CAPPED})
_TOO_POOR: Final = Answer(hits=(), remark=Remark.LOW_QUALITY)


def lists_for(key: KeyFacts, asked: tuple[str, ...], held: HeldLists) -> tuple[ListFacts, ...]:
    """The lists to search: those asked for, or all that are open to the key. Raises Refused."""
    open_ = {one.name: one for one in held.facts if is_told_of(one, key.asker, key.partner)}
    if not set(asked) <= open_.keys():
        raise no_such_list()
    return tuple(open_[name] for name in dict.fromkeys(asked)) if asked else tuple(open_.values())


def asking_for(
    request: MatchRequest, held: HeldLists, lists: tuple[ListFacts, ...], key: KeyFacts
) -> Asking | None:
    """What to search for; None where nothing has enough detail."""
    asked = [one for one in request.fingerprints if worth_searching(one.quality)]
    if not asked:
        return None
    radii = [request.radius if one.radius is None else one.radius for one in asked]
    joined = bytes.fromhex("".join(one.value for one in asked))
    hashes = np.frombuffer(joined, np.uint8).reshape(-1, 32)
    return Asking(
        held=held, lists=lists, hashes=hashes, radii=np.array(radii, np.int64), key=key.key
    )


def in_order(request: MatchRequest, found: Iterable[Answer]) -> list[Answer]:
    """An answer for each fingerprint: as found, or that it has too little detail."""
    left = iter(found)
    return [
        next(left) if worth_searching(one.quality) else _TOO_POOR for one in request.fingerprints
    ]


def to_remember(
    request: MatchRequest, answers: list[Answer], key: KeyFacts, now: datetime
) -> dict[int, Asked]:
    """Fingerprints with a reference that are near none of our own reports yet.

    By their numbers in the request, from 0. What is near an entry of another list is remembered
    too: else whoever hands in what resembles it would keep a survivor's from being told later.
    """
    return {
        number: Asked(
            partner=key.partner,
            pdq=bytes.fromhex(one.value),
            radius=min(request.radius if one.radius is None else one.radius, MOST_RADIUS_FOR_OWN),
            reference=one.reference,
            at=now,
        )
        for number, (one, answer) in enumerate(zip(request.fingerprints, answers, strict=True))
        if one.reference is not None and _may_match_later(answer)
    }


def _may_match_later(answer: Answer) -> bool:
    is_ours = any(hit.list_.origin is Origin.OWN for hit in answer.hits)
    return answer.remark in _SEARCHED and not is_ours


def later_response(
    late: list[ToldLate], key: KeyFacts, held: HeldLists, after: int
) -> LaterResponse:
    """Late matches on lists that are open to the key, and the number to go on from."""
    open_ = {one.id: one.name for one in lists_for(key, (), held)}
    resting = held.resting
    return LaterResponse(
        later=tuple(
            LateMatch(
                reference=one.reference,
                id=f"{one.entry:016x}",
                distance=one.distance,
                lists=(open_[one.list_],),
            )
            for one in late
            if one.list_ in open_ and one.entry not in resting
        ),
        next=late[-1].number if late else after,
    )


def weight_of(request: MatchRequest) -> int:
    """How many fingerprints of a key's rate a request counts as.

    A search far around a fingerprint and one that is explained cost more than one at the usual
    radius, so that each counts as several.
    """
    radii = [request.radius if one.radius is None else one.radius for one in request.fingerprints]
    weight = sum(FAR_WEIGHS if radius > MOST_RADIUS_FOR_OWN else 1 for radius in radii)
    return weight * (EXPLAINED_WEIGHS if request.explain else 1)


def to_explain(request: MatchRequest, answers: list[Answer]) -> list[int]:
    """Ids of the entries that are explained, if that was asked for."""
    if not request.explain:
        return []
    return sorted({hit.entry for one in answers for hit in one.hits[:MOST_EXPLAINED]})


def response_to(
    request: MatchRequest,
    answers: list[Answer],
    known: Mapping[int, EntryFacts],
    left_out: Collection[int],
) -> MatchResponse:
    """The answers as they are told, with what is known of entries that are explained.

    `left_out` are the numbers of fingerprints that there was no room to remember.
    """
    return MatchResponse(
        matches=tuple(
            tuple(_told(hit, known.get(hit.entry), asked) for hit in answer.hits)
            for asked, answer in zip(request.fingerprints, answers, strict=True)
        ),
        remarks=tuple(
            Remark.NOT_REMEMBERED if number in left_out else answer.remark
            for number, answer in enumerate(answers)
        ),
    )


def _told(hit: Hit, entry: EntryFacts | None, asked: Fingerprint) -> Match:
    return Match(
        id=f"{hit.entry:016x}",
        distance=hit.distance,
        lists=(hit.list_.name,),
        explanation=_explained(entry, hit, asked) if entry else None,
    )


def _explained(entry: EntryFacts, hit: Hit, asked: Fingerprint) -> Explanation:
    added = told_date(entry.added_on, hit.list_.origin)
    is_own = hit.list_.origin is Origin.OWN
    return Explanation(
        added=f"{added:%Y-%m}" if is_own else added.isoformat(),
        quality=entry.quality,
        regions=bits_by_region(entry.pdq, bytes.fromhex(asked.value)),
    )
