"""What was written, and what changed of late."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from jikimi.aftercare.models import Message, Recovery
from jikimi.cases.models import Case, CaseStatus

A_DAY = timedelta(days=1)


def messages_of(case: Case) -> QuerySet[Message]:
    """Every message of a case, oldest first."""
    return (
        Message.objects.filter(case=case)
        .select_related("item__case_key")
        .order_by("at", "item__case_key__epoch")
    )


def unread_messages() -> QuerySet[Message]:
    """What survivors wrote and nobody at the centre has opened yet, oldest first."""
    unread = Message.objects.filter(read_at=None, written_by=None)
    return unread.exclude(case__status=CaseStatus.WITHDRAWN).select_related("case").order_by("at")


def written_today(case: Case, *, by_her: bool, now: datetime) -> int:
    """How many messages one side wrote in the last 24 hours."""
    return Message.objects.filter(case=case, at__gt=now - A_DAY, written_by__isnull=by_her).count()


def recovery_waiting(case: Case) -> Recovery | None:
    """The way back that a caseworker asked for and nobody has refused or opened."""
    return Recovery.objects.filter(case=case, refused_at=None, opened_at=None).first()
