"""What the rules are told of a case and a sighting."""

from operator import attrgetter
from uuid import UUID

from django.conf import settings

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import DOWN, Liveness, Origin, Situation
from jikimi.takedown.asking_once import once
from jikimi.takedown.contacts import are_registries_asked, host_contacts, registries_in_use
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import CaseFacts, PastNotice, SightingFacts
from jikimi.trail.lookups import consents_of
from jikimi.venues.pack_values import LawId, RecipientId
from jikimi.venues.pack_values import Situation as Content


def sighting_facts(sighting: Sighting) -> SightingFacts:
    """Where it was seen, and whether it is down: by a look, or by a word that was taken."""
    liveness = Liveness(sighting.liveness)
    return SightingFacts(
        url=sighting.address,
        host=sighting.host,
        kind="link" if sighting.kind == "link" else "handle",
        live=False if liveness in DOWN else True if liveness is Liveness.STILL_THERE else None,
        contacts=host_contacts(sighting),
        registries_asked=are_registries_asked(sighting.host),
        fallback=registries_in_use().fallback,
    )


def case_facts(case: Case) -> CaseFacts:
    """What the case says, as the rules need it."""
    return CaseFacts(
        minor=case.is_minor,
        situation=content_of(case),
        country=case.country or settings.CENTRE_COUNTRY,
        country_assumed=not case.country,
        language=case.language,
        consents=_consents(case.pk),
        withdrawn=case.status == CaseStatus.WITHDRAWN,
        authorised=case.may_be_acted_on,
        owns_copyright=case.copyright_confirmed_at is not None,
    )


def content_of(case: Case) -> Content:
    """What she told a caseworker; else a fake where she reported one; else nobody knows yet."""
    if case.origin:
        return "fake" if case.origin == Origin.FAKE else "recording"
    return "fake" if case.situation == Situation.FAKED else "unknown"


def past_notices(
    sighting: Sighting, *, leaving_out: Notice | None = None
) -> tuple[PastNotice, ...]:
    """Every earlier notice about the same place, oldest first, but drafts that were replaced."""
    return tuple(
        PastNotice(
            recipient_id=RecipientId(notice.recipient_id),
            law_id=LawId(notice.law_id) if notice.law_id else None,
            state=NoticeState(notice.state),
            reference=notice.reference,
            their_reference=notice.letter.their_reference if notice.letter else "",
            sent_at=notice.sent_at,
            due_at=notice.due_at,
            ended_at=notice.ended_at,
            on_word_of=notice.on_word_of,
            recipient_name=notice.recipient_name,
        )
        for notice in _notices_about(sighting)
        if notice != leaving_out and not notice.replaced
    )


def _notices_about(sighting: Sighting) -> list[Notice]:
    """Oldest first, with their letters; those that the caller has read already, if it has."""
    if "notices" in getattr(sighting, "_prefetched_objects_cache", {}):
        return sorted(sighting.notices.all(), key=attrgetter("drafted_at"))
    return list(sighting.notices.select_related("letter").order_by("drafted_at"))


@once
def _consents(case_id: UUID) -> frozenset[str]:
    return frozenset(scope.value for scope in consents_of(case_id))
