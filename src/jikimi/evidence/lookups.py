"""Which sealed items a case has. Nothing here opens one."""

from uuid import UUID

from django.db.models import QuerySet

from jikimi.evidence.models import Purpose, SealedItem


def items_of(case_ref: UUID, purpose: Purpose) -> QuerySet[SealedItem]:
    """A case's sealed items of one purpose, oldest first."""
    return (
        SealedItem.objects.filter(case_key__case_ref=case_ref, purpose=purpose)
        .select_related("case_key")
        .order_by("sealed_at")
    )
