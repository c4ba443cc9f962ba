"""Lists of fingerprints, the log of what changes in them, and what was found by them.

Ids of entries are random and lead to a case through `Holding` alone, which the role that answers
partners cannot read.
"""

import uuid
from enum import StrEnum

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from jikimi.cases.models import Fingerprint, VideoFingerprint
from jikimi.exchange.minors_models import (  # noqa: F401  # Django looks for models here
    HeldBack,
    KeptOff,
)
from jikimi.exchange.rules.lists import Audience, Origin, Purpose
from jikimi.people.models import Partner, Staff


def _choices(of: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value.replace("_", " ")) for member in of]


class PrintList(models.Model):
    """A list of fingerprints: where they come from, what they are for, who may search it.

    One that was taken away as a whole has ended: nobody searches it, and another may have its name.
    """

    id = models.SmallAutoField(primary_key=True)
    name = models.CharField(max_length=40)
    origin = models.CharField(max_length=8, choices=_choices(Origin))
    purpose = models.CharField(max_length=8, choices=_choices(Purpose), default=Purpose.MATCH.value)
    audience = models.CharField(
        max_length=9, choices=_choices(Audience), default=Audience.HOUSE.value
    )
    made_at = models.DateTimeField()
    size = models.PositiveBigIntegerField(
        default=0, help_text="How many entries it holds, kept with every change of them."
    )
    changed_at = models.DateTimeField(null=True, help_text="When its entries last changed.")
    ended_at = models.DateTimeField(null=True)
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who hands its entries in; of a partner's list alone.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(ended_at__isnull=True),
                name="a_living_lists_name_is_its_own",
            ),
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(ended_at__isnull=True),
                name="a_partner_hands_in_to_one_living_list",
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.PARTNER.value, partner__isnull=False)
                | (~Q(origin=Origin.PARTNER.value) & Q(partner__isnull=True)),
                name="a_partners_list_has_its_partner",
            ),
        ]


class Change(models.Model):
    """What one transaction changed in the lists. Gets its position at its commit, from 1, no holes.

    Whoever has seen position n can see every change up to n: see the migration that gives it.
    """

    position = models.BigIntegerField(null=True, unique=True)
    mark = models.UUIDField(
        default=uuid.uuid4, help_text="Tells this log from another, after a restored backup."
    )
    at = models.DateTimeField()
    settles_from = models.DateTimeField(
        null=True, help_text="When it was first seen to be committed, by whoever compares."
    )
    compared_at = models.DateTimeField(
        null=True, help_text="When its entries were compared with what partners had asked about."
    )
    looked_up_at = models.DateTimeField(
        null=True, help_text="When its entries were looked up in the other lists of the house."
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["settles_from"],
                name="changes_to_compare",
                condition=Q(compared_at__isnull=True),
            ),
            models.Index(
                fields=["position"],
                name="changes_to_look_up",
                condition=Q(looked_up_at__isnull=True),
            ),
        ]


class Entry(models.Model):
    """One fingerprint on one list: PDQ in 32 bytes. Its id is random and never used again."""

    id = models.BigIntegerField(primary_key=True)
    list = models.ForeignKey(
        PrintList, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    pdq = models.BinaryField(max_length=32)
    quality = models.PositiveSmallIntegerField(null=True)
    added_on = models.DateField()
    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="additions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "pdq"], name="a_list_holds_a_print_once"),
            models.CheckConstraint(
                condition=Exact(Length("pdq"), 32), name="a_listed_print_has_32_bytes"
            ),
            models.CheckConstraint(
                condition=Q(quality__isnull=True) | Q(quality__lte=100),
                name="listed_quality_is_at_most_100",
            ),
        ]


class Withdrawal(models.Model):
    """That an entry left its list. The fingerprint itself is gone; its random id stays."""

    entry_ref = models.BigIntegerField(primary_key=True)
    list = models.ForeignKey(PrintList, on_delete=models.PROTECT, related_name="+")
    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="withdrawals")


class RestStep(models.Model):
    """That an entry rests from a change on, or no longer does. The latest step holds.

    A step that a program made without letting it rest tells a caseworker that it floods.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="rests")
    rests = models.BooleanField()
    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="rests")
    staff = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, help_text="Empty if a program let it rest."
    )


class Holding(models.Model):
    """Whose an entry of our own reports is: a picture's, or a frame's of a video.

    The role that answers partners cannot read this.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="holdings")
    fingerprint = models.OneToOneField(
        Fingerprint, on_delete=models.PROTECT, null=True, related_name="listed"
    )
    video = models.ForeignKey(
        VideoFingerprint, on_delete=models.PROTECT, null=True, related_name="listed"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fingerprint__isnull=True, video__isnull=False)
                | Q(fingerprint__isnull=False, video__isnull=True),
                name="an_entry_is_held_for_a_picture_or_a_video",
            ),
            models.UniqueConstraint(fields=["video", "entry"], name="a_video_holds_an_entry_once"),
        ]


class FoundByPartner(models.Model):
    """That a partner asked, on one day, about something near an entry. Never what they asked."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    entry_ref = models.BigIntegerField()
    list = models.ForeignKey(PrintList, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    times = models.PositiveIntegerField()
    nearest = models.PositiveSmallIntegerField(help_text="The smallest distance, in bits.")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    noted_at = models.DateTimeField(null=True, help_text="When it was noted on its cases.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "entry_ref", "day"], name="found_once_a_day_by_a_partner"
            )
        ]
        indexes = [
            models.Index(
                fields=["id"], name="found_and_not_noted", condition=Q(noted_at__isnull=True)
            ),
            models.Index(fields=["entry_ref", "day"], name="found_by_entry"),
        ]


class ListedElsewhere(models.Model):
    """That an entry of our own reports is near one of another list. A reason to look, no proof."""

    entry_ref = models.BigIntegerField()
    list = models.ForeignKey(PrintList, on_delete=models.PROTECT, related_name="+")
    distance = models.PositiveSmallIntegerField(help_text="Of the first that was found, in bits.")
    found_at = models.DateTimeField()
    noted_at = models.DateTimeField(null=True, help_text="When it was noted on its cases.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry_ref", "list"], name="listed_elsewhere_is_told_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["id"], name="elsewhere_and_not_noted", condition=Q(noted_at__isnull=True)
            )
        ]


class AskedPrint(models.Model):
    """A fingerprint that a partner asked to be remembered, for two days. None of ours was near it.

    Who answers partners may write these and not read them.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    pdq = models.BinaryField(max_length=32)
    radius = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=64, help_text="The partner's own name for it.")
    asked_at = models.DateTimeField(db_index=True)


class LateMatch(models.Model):
    """That something a partner had asked about is near what was listed afterwards."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField(
        help_text="Of its partner alone, growing in the order of commits, with gaps."
    )
    reference = models.CharField(max_length=64)
    entry_ref = models.BigIntegerField()
    list = models.ForeignKey(PrintList, on_delete=models.PROTECT, related_name="+")
    distance = models.PositiveSmallIntegerField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "reference", "entry_ref"], name="told_late_once"
            ),
            models.UniqueConstraint(
                fields=["partner", "number"], name="late_matches_are_numbered_for_each_partner"
            ),
        ]


class LateNumbers(models.Model):
    """The last number that was given to a late match of a partner. Held while more are given.

    One count for all would tell each partner how much the others are told. It outlives the matches,
    and a number is at least the milliseconds since 1970: so none is given again, not even after a
    backup was restored.
    """

    partner = models.OneToOneField(
        Partner, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    given = models.PositiveBigIntegerField(default=0)
