"""What is known of who runs a host: what the public registries said, and what colleagues found."""

import uuid

from django.db import models
from django.db.models import F, Q

from jikimi.people.models import Staff

CONTACT_KINDS = [
    ("site_operator", "who operates the site"),
    ("host", "its host"),
    ("registrar", "its registrar"),
    ("registry", "the registry of its domain"),
]


class RegistryAnswer(models.Model):
    """What is known of who runs a host. One row a host, never a link."""

    host = models.CharField(max_length=253, unique=True, help_text="As a sighting has it.")
    asked_at = models.DateTimeField(null=True, help_text="Empty until the registries are asked.")
    ask_again_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)
    troubles = models.PositiveSmallIntegerField(
        default=0, help_text="How often in a row a registry gave no answer."
    )


class FoundContact(models.Model):
    """An address for abuse that a registry gave out, or that a caseworker found out herself.

    Nothing goes there before a person's yes; what a caseworker entered takes another's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answer = models.ForeignKey(RegistryAnswer, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=13, choices=CONTACT_KINDS)
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    source = models.CharField(
        max_length=300, help_text="The registry's address, or where she found it."
    )
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, help_text="When the registries gave it out no more.")
    entered_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True)
    denied_at = models.DateTimeField(null=True, help_text="When a person said it is not theirs.")
    denied_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            # Another address is another contact, which a person has to confirm anew.
            models.UniqueConstraint(fields=["answer", "kind", "email"], name="one_contact_once"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(confirmed_by__isnull=False),
                name="what_is_confirmed_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(denied_at__isnull=True)
                | Q(denied_by__isnull=False, confirmed_at__isnull=True),
                name="what_is_denied_says_by_whom_and_is_not_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(entered_by__isnull=True)
                | Q(confirmed_by__isnull=True)
                | ~Q(confirmed_by=F("entered_by")),
                name="another_confirms_what_was_entered",
            ),
        ]

    @property
    def counts(self) -> bool:
        """Whether it is among the recipients: what a colleague entered waits for a yes or no."""
        return self.entered_by_id is None or bool(self.confirmed_at or self.denied_at)

    @property
    def is_nobodys(self) -> bool:
        """Whether nothing goes there any more: no registry names it, or a person has denied it."""
        return self.gone_at is not None or self.denied_at is not None

    @property
    def recipient_id(self) -> str:
        """The id under which it stands among the recipients."""
        return f"found-{self.id.hex}"
