"""Notices, and the outbox through which each leaves once."""

import uuid
from enum import StrEnum

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from jikimi.cases.models import Case, Sighting
from jikimi.evidence.models import SealedItem
from jikimi.people.models import Staff
from jikimi.takedown.elsewhere.models import OtherCopy  # noqa: F401  # a table of this domain
from jikimi.takedown.queue_models import (  # noqa: F401  # Django looks for models here
    QueueChange,
    QueueEntry,
)
from jikimi.takedown.rules.notice import OPEN, NoticeState, OutboxState
from jikimi.takedown.rules.reply import MatchedBy, ReplyKind, ReplyState, SenderProof
from jikimi.takedown.switches.models import SwitchChange  # noqa: F401  # a table of this domain
from jikimi.takedown.watch.models import Watch, WatchRun  # noqa: F401  # tables of this domain
from jikimi.takedown.withdrawals.models import (  # noqa: F401  # a table of this domain
    RecipientWithdrawal,
)


def _choices(of: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in of]


class OutboundLetter(models.Model):
    """A letter that leaves once, with one or more notices of one case to one recipient in it.

    SENDING is committed before the network is touched. One that a person handed over by form or
    telephone has no channel, and is SENT from the first.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letters")
    recipient_id = models.CharField(max_length=60)
    channel = models.CharField(max_length=20, blank=True, help_text="Empty if by hand.")
    message_id = models.CharField(max_length=200, unique=True)
    address = models.CharField(max_length=500)
    sealed = models.BinaryField(
        null=True, help_text="What leaves, for the dispatcher's key alone; erased once it is out."
    )
    state = models.CharField(
        max_length=8, choices=_choices(OutboxState), default=OutboxState.READY.value
    )
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)
    their_reference = models.CharField(
        max_length=120, blank=True, help_text="What the recipient calls it."
    )
    ask_at = models.DateTimeField(
        null=True, help_text="When its interface is asked what became of it; empty if never."
    )
    asked = models.PositiveIntegerField(default=0)
    standing = models.CharField(
        max_length=9, blank=True, help_text="Where it stands, by the recipient's own word."
    )
    their_word = models.CharField(
        max_length=120, blank=True, help_text="The code that the recipient gave for it."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[OutboxState.SENT.value, OutboxState.STOPPED.value])
                | Q(sealed__isnull=True),
                name="what_is_sent_or_stopped_is_erased",
            ),
            models.CheckConstraint(
                condition=~Q(state=OutboxState.SENT.value) | Q(sent_at__isnull=False),
                name="a_sent_letter_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "not_before"],
                name="letters_ready",
                condition=Q(state=OutboxState.READY.value),
            ),
            models.Index(
                fields=["claimed_at"],
                name="letters_sending",
                condition=Q(state=OutboxState.SENDING.value),
            ),
            models.Index(Upper("their_reference"), name="letters_by_their_number"),
            models.Index(
                fields=["ask_at"], name="letters_to_ask_about", condition=Q(ask_at__isnull=False)
            ),
        ]


class Notice(models.Model):
    """One demand to one recipient about one sighting, under one law."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sighting = models.ForeignKey(Sighting, on_delete=models.CASCADE, related_name="notices")
    recipient_id = models.CharField(max_length=60)
    recipient_name = models.CharField(max_length=120)
    law_id = models.CharField(max_length=60, blank=True)
    route_type = models.CharField(max_length=12)
    address = models.CharField(max_length=500, help_text="Mail address, form or number.")
    channel = models.CharField(
        max_length=20, blank=True, help_text="What carries it out; empty if a person does."
    )
    letter = models.ForeignKey(
        OutboundLetter,
        on_delete=models.SET_NULL,
        null=True,
        related_name="notices",
        help_text="The letter it stands in, once approved; it may stand there with others.",
    )
    because = models.TextField(help_text="Why this route, as a sentence.")
    why_not = models.TextField(
        blank=True, help_text="Why it may only be drafted; empty if it may be sent."
    )
    state = models.CharField(
        max_length=14, choices=_choices(NoticeState), default=NoticeState.DRAFT.value
    )
    drafted_at = models.DateTimeField()
    chosen_by = models.ForeignKey(
        Staff,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who chose this route instead of the rules' first; empty if nobody did.",
    )
    note = models.CharField(
        max_length=600, blank=True, help_text="A caseworker's own words to this recipient."
    )
    english_first = models.BooleanField(
        default=False, help_text="Whether English stands before the recipient's language."
    )
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True)
    approved_by_rule = models.CharField(
        max_length=20, blank=True, help_text="What said yes where nobody did, as on the trail."
    )
    sent_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(
        null=True, help_text="When it was first noted that the recipient has it."
    )
    due_at = models.DateTimeField(null=True)
    due_reason = models.CharField(max_length=200, blank=True)
    rung = models.CharField(
        max_length=10, default="platform", help_text="How high on the ladder its recipient stands."
    )
    remind_at = models.DateTimeField(
        null=True, help_text="When to say that the clock runs out soon; empty once it was said."
    )
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(
        null=True, help_text="When the next rung was thought about, after it led nowhere."
    )
    ended_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=300, blank=True, help_text="What the recipient said.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sighting", "recipient_id", "law_id"],
                condition=Q(state__in=sorted(state.value for state in OPEN)),
                name="one_open_notice_per_route",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "acknowledged", "overdue", "refused"])
                | Q(sent_at__isnull=False),
                name="what_was_sent_says_when",
            ),
            models.CheckConstraint(
                condition=Q(approved_by_rule="")
                | Q(approved_by__isnull=True, approved_at__isnull=False),
                name="a_person_or_a_rule_says_yes",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="clocks_running",
                condition=Q(state__in=["sent", "acknowledged"]),
            ),
            models.Index(
                fields=["remind_at"],
                name="reminders_due",
                condition=Q(state__in=["sent", "acknowledged"], remind_at__isnull=False),
            ),
            models.Index(
                fields=["sighting"],
                name="led_nowhere",
                condition=Q(state__in=["overdue", "refused"], escalated_at__isnull=True),
            ),
            models.Index(
                fields=["due_at"],
                name="clocks_run_out",
                condition=Q(state=NoticeState.OVERDUE.value),
            ),
            models.Index(
                fields=["recipient_id", "law_id"],
                name="drafts_alike",
                condition=Q(state=NoticeState.DRAFT.value),
            ),
        ]

    @property
    def reference(self) -> str:
        """What the recipient is asked to quote. It says nothing of the case."""
        return f"JK-{self.id.hex[:10].upper()}"

    @property
    def is_edited(self) -> bool:
        """Whether a caseworker has changed how its letter reads."""
        return bool(self.note) or self.english_first


class SendingGate(models.Model):
    """What is known of one recipient as a place to send to; the row "" is everybody's."""

    recipient_id = models.CharField(max_length=60, primary_key=True)
    faults = models.PositiveIntegerField(default=0, help_text="In a row.")
    last_fault = models.CharField(max_length=200, blank=True)
    rest_until = models.DateTimeField(null=True)
    hour_full_until = models.DateTimeField(null=True)
    day_full_until = models.DateTimeField(null=True)
    held_until = models.DateTimeField(
        null=True, help_text="When the dispatcher asks again whether it may go."
    )
    held_because = models.CharField(max_length=200, blank=True)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True)
    paused_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(paused_by__isnull=False),
                name="who_paused_is_named",
            )
        ]


class RegistryAnswer(models.Model):
    """That the public registries were asked who runs a host. One row a host, never a link."""

    host = models.CharField(max_length=253, unique=True, help_text="As a sighting has it.")
    asked_at = models.DateTimeField()
    trouble = models.CharField(max_length=200, blank=True)


class FoundContact(models.Model):
    """An address for abuse that a registry gave out. Nothing goes there before a person's yes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answer = models.ForeignKey(RegistryAnswer, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(
        max_length=9, choices=[("host", "its host"), ("registrar", "its registrar")]
    )
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    source = models.CharField(max_length=300, help_text="The registry's address that said so.")
    found_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            # Another address is another contact, which a person has to confirm anew.
            models.UniqueConstraint(fields=["answer", "kind", "email"], name="one_contact_once"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(confirmed_by__isnull=False),
                name="what_is_confirmed_says_by_whom",
            ),
        ]

    @property
    def recipient_id(self) -> str:
        """The id under which it stands among the recipients."""
        return f"found-{self.id.hex}"


class ReceivedReply(models.Model):
    """A mail that came in, what the rules take it for, and what a person made of it.

    Its words are sealed: under its case, or under its own id while nobody knows its case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, null=True, related_name="replies")
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
            )
        ]
