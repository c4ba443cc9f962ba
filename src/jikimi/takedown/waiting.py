"""Which entries of the packs keep drafts from going out, and how many."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from jikimi.cases.models import CaseStatus
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.sending import law_blockers, recipient_blockers
from jikimi.venues.pack_values import LawId, Packs, RecipientId


@dataclass(frozen=True, kw_only=True)
class DraftsWaiting:
    """How many open drafts wait because of an entry; entries that stop none are left out."""

    recipients: Mapping[RecipientId, int]
    laws: Mapping[LawId, int]


def drafts_waiting(packs: Packs, day: date) -> DraftsWaiting:
    """Count the drafts of open cases whose recipient or law may not be written to on a day."""
    drafts: Counter[tuple[str, str]] = Counter()
    for recipient_id, law_id, count in (
        Notice.objects.filter(state=NoticeState.DRAFT, sighting__case__status=CaseStatus.OPEN)
        .values_list("recipient_id", "law_id")
        .annotate(count=Count("pk"))
        .order_by()
    ):
        drafts[recipient_id, law_id] += count
    by_recipient: Counter[RecipientId] = Counter()
    by_law: Counter[LawId] = Counter()
    for (recipient_id, law_id), count in drafts.items():
        recipient = packs.recipients.get(RecipientId(recipient_id))
        law = packs.laws.get(LawId(law_id))
        if recipient and recipient_blockers(recipient, day):
            by_recipient[recipient.id] += count
        if law and law_blockers(law, recipient.kind if recipient else None, day):
            by_law[law.id] += count
    return DraftsWaiting(recipients=by_recipient, laws=by_law)
