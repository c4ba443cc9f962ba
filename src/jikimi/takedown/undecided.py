"""What our own looks could tell of a place, and so whether somebody's word may be taken for it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from jikimi.cases.lookups import known_from_minors_cases, those_to_be_fetched
from jikimi.cases.models import Case, Sighting
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.recheck import Verdict
from jikimi.takedown.rules.word import PastLook, WordQuestion
from jikimi.trail.lookups import entries_of

LOOKED = "looked: "
"""How the trail names a look, before its verdict."""


def word_questions(case: Case, sightings: Sequence[Sighting]) -> dict[UUID, WordQuestion]:
    """What bears on taking a word for each of these places of a case; of looks the trail tells."""
    fetched = {one.pk for one in those_to_be_fetched(sightings)}
    barred = known_from_minors_cases(one.address for one in sightings)
    looks = _looks_in(case.pk) if fetched else {}
    asked = _last_asked(sightings)
    return {
        one.pk: WordQuestion(
            may_look=one.pk in fetched,
            is_minors=case.is_minor or one.address in barred,
            recipient_says_so=one.claimed_gone_at is not None,
            looks=[
                look
                for look in looks.get(one.pk, ())
                if one.pk not in asked or look.at > asked[one.pk]
            ],
        )
        for one in sightings
    }


def _looks_in(case_id: UUID) -> Mapping[UUID, list[PastLook]]:
    """Every look at a place of a case, oldest first."""
    looks = defaultdict[UUID, list[PastLook]](list)
    for content in entries_of(case_id):
        event, said = str(content.payload["event"]), content.payload.get("sighting")
        if event.startswith(LOOKED) and said:
            verdict = Verdict(event.removeprefix(LOOKED))
            looks[UUID(str(said))].append(PastLook(at=content.entry.at, verdict=verdict))
    return looks


def _last_asked(sightings: Iterable[Sighting]) -> dict[UUID, datetime]:
    """When the last notice about each of these places went out; those without one are missing."""
    sent = Notice.objects.filter(sighting__in=list(sightings), sent_at__isnull=False)
    return {one.sighting_id: one.sent_at for one in sent.order_by("sent_at") if one.sent_at}
