"""Who shall get nothing more, and who has still to confirm that it forgot."""

from uuid import UUID

from django.db.models import QuerySet

from jikimi.takedown.asking_once import once
from jikimi.takedown.withdrawals.models import RecipientWithdrawal


@once
def refused_in(case_id: UUID) -> frozenset[str]:
    """The ids of the recipients that get nothing more of a case."""
    held = RecipientWithdrawal.objects.filter(case_ref=case_id)
    return frozenset(held.values_list("recipient_id", flat=True))


def withdrawals_of(case_id: UUID) -> QuerySet[RecipientWithdrawal]:
    """Every recipient that she took back from, in that order."""
    return RecipientWithdrawal.objects.filter(case_ref=case_id).order_by("withdrawn_at", "pk")


def unconfirmed() -> QuerySet[RecipientWithdrawal]:
    """Those that had got something and have not confirmed that they forgot it, oldest first."""
    open_ = RecipientWithdrawal.objects.filter(confirmed_at=None).exclude(references="")
    return open_.order_by("withdrawn_at", "pk")
