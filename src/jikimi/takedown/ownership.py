"""The laws under which only the owner of a picture may ask, and what has gone out under them."""

from jikimi.cases.models import Case
from jikimi.takedown.contacts import packs_asked_once
from jikimi.takedown.facts import content_of
from jikimi.takedown.models import Notice
from jikimi.venues.pack_values import LawPack


def copyright_laws() -> tuple[LawPack, ...]:
    """Every law that is no basis unless the picture is her own work."""
    laws = packs_asked_once().laws.values()
    return tuple(law for law in laws if law.asks_for_ownership)


def copyright_laws_for(case: Case) -> tuple[LawPack, ...]:
    """Those of them that fit what the picture is: most do not fit a fake."""
    content = content_of(case)
    return tuple(law for law in copyright_laws() if content == "unknown" or content in law.content)


def copyright_notices_that_left(case: Case) -> int:
    """How many notices of a case have gone out under such a law."""
    laws = [law.id for law in copyright_laws()]
    return Notice.objects.filter(
        sighting__case=case, law_id__in=laws, sent_at__isnull=False
    ).count()
