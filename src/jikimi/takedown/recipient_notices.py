"""What one recipient has of ours that has not ended."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, F, QuerySet

from jikimi.cases.models import CaseStatus
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import OPEN, WITH_RECIPIENT
from jikimi.venues.pack_values import RecipientId


def open_notices_of(recipient_id: RecipientId) -> QuerySet[Notice]:
    """Its notices in open cases, the clock that ends first before the others, drafts last."""
    return (
        Notice.objects.filter(
            recipient_id=recipient_id,
            state__in=sorted(OPEN),
            sighting__case__status=CaseStatus.OPEN,
        )
        .select_related("sighting__case")
        .order_by(F("due_at").asc(nulls_last=True), "drafted_at", "pk")
    )


def overdue_at(now: datetime) -> Mapping[RecipientId, int]:
    """How many clocks have run out, by recipient, in open cases."""
    late = Notice.objects.filter(
        state__in=sorted(WITH_RECIPIENT), due_at__lte=now, sighting__case__status=CaseStatus.OPEN
    )
    counted = late.values_list("recipient_id").annotate(Count("pk"))
    return {RecipientId(recipient_id): number for recipient_id, number in counted}


def name_last_used(recipient_id: RecipientId) -> str | None:
    """What a recipient was called when it was last written to; None if it never was."""
    of_it = Notice.objects.filter(recipient_id=recipient_id).order_by("-drafted_at")
    return of_it.values_list("recipient_name", flat=True).first()
