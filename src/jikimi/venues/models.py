"""Changes of pack entries: one person proposes each, another confirms it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jikimi.venues.pack_changes import EntryChange

KINDS = ("address", "standing")
STATES = ("proposed", "confirmed", "refused")


class PackChange(models.Model):
    """One change of one entry, or the taking back of an earlier one. Never altered once decided."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in KINDS])
    section = models.CharField(max_length=10)
    entry_id = models.CharField(max_length=60)
    route_id = models.CharField(max_length=60, blank=True)
    old_address = models.CharField(max_length=500, blank=True)
    address = models.CharField(max_length=500, blank=True)
    old_domains = models.JSONField(default=list)
    domains = models.JSONField(default=list)
    standing = models.CharField(max_length=10, blank=True)
    review_by = models.DateField(null=True)
    expires = models.DateField(null=True)
    content = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was verified.")
    why = models.CharField(max_length=500)
    seen_at = models.CharField(max_length=500, blank=True, help_text="Link of the page.")
    seen_on = models.DateField()
    confidence = models.CharField(max_length=1, choices=[("P", "P"), ("S", "S")])
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="undoings")
    state = models.CharField(
        max_length=9, choices=[(state, state) for state in STATES], default="proposed"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    turn = models.BigIntegerField(
        null=True, unique=True, help_text="Place in the order in which changes took effect, from 1."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["section", "entry_id"],
                condition=Q(state="proposed"),
                name="one_proposal_for_each_entry",
            ),
            models.UniqueConstraint(
                fields=["undoes"],
                condition=Q(state="confirmed", undoes__isnull=False),
                name="a_change_is_undone_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | (
                    Q(decided_by__isnull=False, decided_at__isnull=False, turn__isnull=False)
                    & ~Q(decided_by=F("proposed_by"))
                ),
                name="two_people_confirm",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed") | Q(turn__isnull=True),
                name="only_what_is_confirmed_takes_effect",
            ),
        ]

    def as_change(self) -> EntryChange:
        """The change as a value, without who and when."""
        return EntryChange(
            kind="address" if self.kind == "address" else "standing",
            section=self.section,
            entry_id=self.entry_id,
            route_id=self.route_id,
            old_address=self.old_address,
            address=self.address,
            old_domains=tuple(self.old_domains),
            domains=tuple(self.domains),
            standing=self.standing,
            review_by=self.review_by,
            expires=self.expires,
            content=self.content,
            seen_at=self.seen_at,
            seen_on=self.seen_on,
            confidence="P" if self.confidence == "P" else "S",
        )
