"""Notices, and the outbox through which each leaves once."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from jikimi.cases.models import Case, Sighting
from jikimi.people.models import Staff
from jikimi.takedown.elsewhere.models import OtherCopy  # noqa: F401  # a table of this domain
from jikimi.takedown.queue_models import (  # noqa: F401  # Django looks for models here
    QueueChange,
    QueueEntry,
)
from jikimi.takedown.rdap.models import (  # noqa: F401  # tables of this domain
    FoundContact,
    RegistryAnswer,
)
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.notice import OPEN, NoticeState, OutboxState
from jikimi.takedown.rules.word import Word
from jikimi.takedown.switches.models import SwitchChange  # noqa: F401  # a table of this domain
from jikimi.takedown.watch.models import Watch, WatchRun  # noqa: F401  # tables of this domain
from jikimi.takedown.withdrawals.models import (  # noqa: F401  # a table of this domain
    RecipientWithdrawal,
)


def _choices(of: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in of]


class OutboundLetter(models.Model):
    """A letter that leaves once, with one or more notices of one case to one recipient in it.

    Or one that answers what that recipient wrote; no notice stands in it.

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
    answers = models.ForeignKey(
        ReceivedReply,
        on_delete=models.CASCADE,
        null=True,
        db_index=False,
        related_name="answers",
        help_text="The mail that it answers; empty for a letter with notices in it.",
    )
    seen_at = models.DateTimeField(
        null=True, help_text="When a caseworker saw that this answer did not arrive."
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
            models.Index(
                fields=["answers"], name="letters_that_answer", condition=Q(answers__isnull=False)
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
        db_index=False,
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
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, db_index=False)
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
    on_word_of = models.CharField(
        max_length=10,
        choices=_choices(Word),
        blank=True,
        help_text="On whose word it counts as removed; empty where a look saw that.",
    )
    replaced = models.BooleanField(
        default=False,
        help_text="No person cancelled it: it made room for what the rules chose anew.",
    )

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

    _stored: Mapping[str, object] = MappingProxyType({})
    """What its columns held when it was read, or were last written together with others' by

    `note_stored`; where that is not known, as of one that is new, they count as changed.
    """

    @classmethod
    def from_db(  # type: ignore[override]  # the stubs are of a later Django
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        read = super().from_db(db, field_names, values)
        read._stored = dict(zip(field_names, values, strict=True))
        return read

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._stored = {}

    def is_changed(self, name: str) -> bool:
        """Whether an attribute with a column differs from what is stored, or may differ."""
        return name not in self._stored or self._stored[name] != getattr(self, name)

    def note_stored(self, names: Iterable[str]) -> None:
        """These attributes have been written as they are."""
        self._stored = {**self._stored, **{name: getattr(self, name) for name in names}}

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
