"""Append-only tables: entries, their contents, their places in the tree, and consent."""

from django.db import models


class Entry(models.Model):
    """One thing that happened. Its leaf stays for ever; its content lies beside it.

    Ids follow the order in which entries were written and have gaps where a transaction was
    undone. The tree is made of places.
    """

    at = models.DateTimeField()
    case_ref = models.UUIDField(null=True, db_index=True)
    leaf = models.BinaryField(max_length=32)


class EntryContent(models.Model):
    """The salt and payload of an entry, apart from its leaf so that it can be erased one day."""

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, primary_key=True, related_name="content"
    )
    salt = models.BinaryField(max_length=16)
    payload = models.JSONField()


class Erasure(models.Model):
    """That the contents of a case's entries were erased; their leaves stay in the tree."""

    case_ref = models.UUIDField(primary_key=True)
    at = models.DateTimeField()


class Place(models.Model):
    """Where an entry stands among the leaves of the tree. Given once, after the entry's commit."""

    position = models.BigIntegerField(primary_key=True, help_text="From 0, without holes.")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="place")


class TreeHead(models.Model):
    """The tree as it was once places had been given."""

    last = models.OneToOneField(
        Place, on_delete=models.PROTECT, primary_key=True, related_name="head"
    )
    peaks = models.BinaryField(help_text="Roots of the full trees, largest first, 32 bytes each.")
    settled = models.BigIntegerField(help_text="No entry up to this id can still appear.")


class ConsentScope(models.TextChoices):
    """Who may receive what, and whether she may be contacted. Each is a choice of its own."""

    CENTRE = "centre", "the centre"
    BLOCK_LIST = "block_list", "fingerprints to platforms, to stop the next upload"
    PLATFORMS = "platforms", "notices to platforms, hosts and search engines"
    POLICE = "police", "police"
    CONTACT = "contact", "contact by the centre, in the way she wrote down"


class Consent(models.Model):
    """One choice, given or taken back. The latest of a scope is the one that holds."""

    case_ref = models.UUIDField()
    scope = models.CharField(max_length=16, choices=ConsentScope)
    granted = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case_ref", "scope", "-id"], name="consent_latest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=ConsentScope.values), name="consent_scope_known"
            )
        ]
