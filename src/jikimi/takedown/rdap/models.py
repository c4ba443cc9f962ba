"""What the public registries said of a host, and the addresses that they gave out."""

import uuid

from django.db import models
from django.db.models import Q

from jikimi.people.models import Staff


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
