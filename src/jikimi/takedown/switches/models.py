"""Changes of what goes by itself. Switching on takes two people; switching off one."""

from django.db import models
from django.db.models import F, Q

from jikimi.people.models import Staff
from jikimi.takedown.rules.by_rule import Switch

PROPOSED, CONFIRMED, REFUSED = "proposed", "confirmed", "refused"


class SwitchChange(models.Model):
    """One switch turned on or off, or the wish to. Of each switch the latest confirmed counts."""

    switch = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Switch])
    turns_on = models.BooleanField()
    why = models.CharField(max_length=300)
    state = models.CharField(
        max_length=9, choices=[(one, one) for one in (PROPOSED, CONFIRMED, REFUSED)]
    )
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["switch"], condition=Q(state=PROPOSED), name="one_wish_for_each_switch"
            ),
            models.CheckConstraint(
                condition=~Q(state=CONFIRMED, turns_on=True) | ~Q(decided_by=F("proposed_by")),
                name="switching_on_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state=PROPOSED, decided_at__isnull=True, decided_by__isnull=True)
                | Q(state__in=[CONFIRMED, REFUSED], decided_at__isnull=False)
                & Q(decided_by__isnull=False),
                name="what_is_decided_says_by_whom",
            ),
        ]
