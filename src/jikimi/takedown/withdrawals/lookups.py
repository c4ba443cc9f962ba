"""Who shall get nothing more, and who has still to confirm that it forgot."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from jikimi.takedown.asking_once import once
from jikimi.takedown.withdrawals.models import RecipientWithdrawal


@once
def refused_in(case_id: UUID) -> frozenset[str]:
    """The ids of the recipients that get nothing more of a case."""
    held = RecipientWithdrawal.objects.filter(case_ref=case_id, allowed_at=None)
    return frozenset(held.values_list("recipient_id", flat=True))


def withdrawals_of(case_id: UUID) -> QuerySet[RecipientWithdrawal]:
    """Every recipient that she took back from, in that order."""
    return RecipientWithdrawal.objects.filter(case_ref=case_id).order_by("withdrawn_at", "pk")


def unconfirmed() -> QuerySet[RecipientWithdrawal]:
    """Those that had got something and still owe an answer, oldest first."""
    return _asked_for(confirmed_at=None, given_up_at=None, allowed_at=None).order_by(
        "withdrawn_at", "pk"
    )


def ended_since(since: datetime) -> QuerySet[RecipientWithdrawal]:
    """Those that ended since then, however they did, the latest first."""
    ended = Coalesce("confirmed_at", "given_up_at", "allowed_at")
    return _asked_for().annotate(end=ended).filter(end__gte=since).order_by("-end", "pk")


def _asked_for(**facts: None) -> QuerySet[RecipientWithdrawal]:
    held = RecipientWithdrawal.objects.filter(**facts).exclude(references="")
    return held.select_related("noted_by", "given_up_by")
