"""The replies that are kept: those that wait for a person, and those of one case."""

from uuid import UUID

from django.db.models import QuerySet

from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.reply import ReplyState


def replies_waiting() -> QuerySet[ReceivedReply]:
    """Every reply that a caseworker has to look at, oldest first."""
    return _with_case().filter(state=ReplyState.WAITING).order_by("came_at", "pk")


def replies_of(case_id: UUID) -> QuerySet[ReceivedReply]:
    """Every reply to a notice of a case, newest first."""
    return _with_case().filter(notice__sighting__case_id=case_id).order_by("-came_at", "pk")


def reply_with_id(reply_id: UUID) -> ReceivedReply | None:
    """One reply."""
    return _with_case().filter(pk=reply_id).first()


def _with_case() -> QuerySet[ReceivedReply]:
    return ReceivedReply.objects.select_related(
        "notice__sighting__case", "notice__letter", "sealed__case_key"
    ).prefetch_related("answers")
