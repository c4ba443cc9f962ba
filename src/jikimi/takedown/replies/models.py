"""Mail that came in, and what it was taken for."""

import uuid
from enum import StrEnum

from django.db import models
from django.db.models import Q

from jikimi.evidence.models import SealedItem
from jikimi.people.models import Staff
from jikimi.takedown.rules.reply import MatchedBy, ReplyKind, ReplyState, SenderProof


def _choices(of: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in of]


class ReceivedReply(models.Model):
    """A mail that came in, what the rules take it for, and what a person made of it.

    Its words are sealed: under its case, or under its own id while nobody knows its case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(
        "takedown.Notice", on_delete=models.CASCADE, null=True, related_name="replies"
    )
    matched_by = models.CharField(
        max_length=12, choices=_choices(MatchedBy), default=MatchedBy.NOTHING.value
    )
    contradicted = models.BooleanField(default=False, help_text="It names another notice, too.")
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField(help_text="Where it lies in the mailbox.")
    message_id = models.CharField(max_length=252, blank=True)
    digest = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 of what was read of it, in hex."
    )
    came_at = models.DateTimeField()
    sender_domain = models.CharField(max_length=253, blank=True)
    proof = models.CharField(max_length=12, choices=_choices(SenderProof))
    kind = models.CharField(max_length=15, choices=_choices(ReplyKind))
    confidence = models.PositiveSmallIntegerField()
    decided_by = models.TextField(blank=True, help_text="Our own phrases and signs, one a line.")
    reason = models.CharField(max_length=60, blank=True)
    unreadable = models.BooleanField(default=False)
    cut = models.BooleanField(default=False, help_text="Only its beginning was read.")
    left_out = models.PositiveIntegerField(default=0, help_text="Attachments, never opened.")
    returns = models.ForeignKey(
        "takedown.OutboundLetter",
        on_delete=models.CASCADE,
        null=True,
        db_index=False,
        related_name="returned_by",
        help_text="The answer of ours that comes back in it; empty for any other mail.",
    )
    sealed = models.ForeignKey(SealedItem, on_delete=models.PROTECT, null=True)
    state = models.CharField(
        max_length=10, choices=_choices(ReplyState), default=ReplyState.WAITING.value
    )
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message_id", "uid_validity", "uid"], name="a_mail_is_taken_in_once"
            ),
            models.CheckConstraint(
                condition=Q(confidence__lte=100), name="confidence_is_at_most_100"
            ),
            models.CheckConstraint(
                condition=Q(state=ReplyState.WAITING.value) | Q(settled_at__isnull=False),
                name="a_settled_reply_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["came_at"],
                name="replies_waiting",
                condition=Q(state=ReplyState.WAITING.value),
            ),
            models.Index(
                fields=["returns"],
                name="replies_that_return_an_answer",
                condition=Q(returns__isnull=False),
            ),
        ]
