"""The replies that are kept, and what of our answers to them a person has to see."""

from uuid import UUID

from django.db.models import QuerySet

from jikimi.cases.models import CaseStatus
from jikimi.takedown.models import OutboundLetter
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.notice import NOT_ARRIVED
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


def answers_not_arrived() -> QuerySet[OutboundLetter]:
    """Every answer of ours that did not arrive for sure and that nobody has seen, oldest first."""
    return (
        OutboundLetter.objects.filter(
            answers__isnull=False, state__in=sorted(NOT_ARRIVED), seen_at=None
        )
        .exclude(case__status=CaseStatus.WITHDRAWN)
        .select_related("case", "answers__notice__sighting__case")
        .order_by("not_before", "pk")
    )


def _with_case() -> QuerySet[ReceivedReply]:
    return ReceivedReply.objects.select_related(
        "notice__sighting__case", "notice__letter", "sealed__case_key"
    ).prefetch_related("answers")
