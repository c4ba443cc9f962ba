"""What is off lists because it is near a minor's: of our own reports, and of lists of others.

The role that answers partners can read neither.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from jikimi.cases.models import Case
from jikimi.exchange.rules.minors import Word
from jikimi.people.models import Staff

_WORDS = [(word.value, word.value.replace("_", " ")) for word in Word]


class KeptOff(models.Model):
    """That fingerprints of an adult's case are kept off our list: they are near a minor's.

    A caseworker is told until somebody has seen it, and again where one comes to them that was not
    among them. Goes with its case.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="+")
    prints = models.PositiveIntegerField(help_text="How many, of pictures and of frames.")
    marks = models.BinaryField(
        default=b"", help_text="What tells each from all others: 16 bytes each, in order."
    )
    at = models.DateTimeField(help_text="When the last came to them.")
    seen_at = models.DateTimeField(null=True, help_text="When somebody at the desk had seen it.")
    seen_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="what_is_kept_off_is_seen_by_somebody",
            )
        ]


class HeldBack(models.Model):
    """A fingerprint that a minor's case holds back from a list of others, which platforms search.

    It is off the list while any case holds it back, and nobody is told of it. A caseworker says of
    all that a case holds back whether it stays out or returns; what returned is not held back for
    the same case again. Goes with its case, whose end lists it again first, save what the partner
    whose list it is took off meanwhile.
    """

    list = models.ForeignKey("exchange.PrintList", on_delete=models.PROTECT, related_name="+")
    pdq = models.BinaryField(max_length=32)
    quality = models.PositiveSmallIntegerField(null=True)
    added_on = models.DateField(help_text="When it was put on its list first.")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    word = models.CharField(max_length=9, choices=_WORDS, default=Word.WAITS.value)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    is_taken_off = models.BooleanField(
        default=False, help_text="Whether the partner whose list it is took it off since."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["list", "pdq", "case"], name="a_case_holds_a_print_back_once"
            ),
            models.CheckConstraint(
                condition=Exact(Length("pdq"), 32), name="a_print_held_back_has_32_bytes"
            ),
            models.CheckConstraint(
                condition=Q(word=Word.WAITS.value, decided_at=None, decided_by=None)
                | (
                    ~Q(word=Word.WAITS.value)
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="what_is_decided_of_a_print_says_by_whom",
            ),
        ]
