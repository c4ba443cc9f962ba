"""Sealed items, and the wrapped keys that open them. Never a plain text, never a picture."""

import uuid

from django.db import models


class CaseKey(models.Model):
    """That a case has a key of this epoch. The key itself exists only inside its wraps."""

    case_ref = models.UUIDField()
    epoch = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_ref", "epoch"], name="one_key_per_epoch")
        ]


class KeyWrap(models.Model):
    """A case key, wrapped to one recipient: today the centre, later each assigned caseworker."""

    case_key = models.ForeignKey(CaseKey, on_delete=models.CASCADE, related_name="wraps")
    recipient = models.CharField(max_length=80)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_key", "recipient"], name="one_wrap_per_recipient")
        ]


class Purpose(models.TextChoices):
    """What a sealed text is for."""

    STATEMENT = "statement", "statement in her own words"
    CONTACT = "contact", "how and when it is safe to make contact"
    LETTER = "letter", "a notice as it was sent"
    REPLY = "reply", "a mail that came in"
    MESSAGE = "message", "a message between her and the centre"


class SurvivorKey(models.Model):
    """The public half of a survivor's own key pair: what is sealed to it, only her code opens."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_ref = models.UUIDField(unique=True)
    public = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()


class KeyLock(models.Model):
    """The private half, locked under a key that is derived from one code she holds."""

    key = models.ForeignKey(SurvivorKey, on_delete=models.CASCADE, related_name="locks")
    kind = models.CharField(max_length=8, choices=[("receipt", "receipt"), ("spare", "spare code")])
    locked = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "kind"], name="one_lock_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["receipt", "spare"]), name="kind_of_lock_known"
            ),
        ]


class SealedWhere(models.TextChoices):
    """Who sealed it; the server notes what it saw, whatever the browser claims."""

    BROWSER = "browser", "on the device"
    SERVER = "server", "in the server's memory"


class SealedItem(models.Model):
    """One sealed text of a case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_key = models.ForeignKey(CaseKey, on_delete=models.PROTECT, related_name="items")
    purpose = models.CharField(max_length=16, choices=Purpose)
    sealed = models.BinaryField()
    sealed_where = models.CharField(max_length=8, choices=SealedWhere)
    sealed_at = models.DateTimeField()

    @property
    def case_ref(self) -> uuid.UUID:
        return self.case_key.case_ref
