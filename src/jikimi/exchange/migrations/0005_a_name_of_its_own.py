"""A check under the name of another domain's has a name of its own."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_what_a_partner_took_off")]

    operations = [
        migrations.RemoveConstraint(model_name="heldback", name="what_is_decided_says_by_whom"),
        migrations.AddConstraint(
            model_name="heldback",
            constraint=models.CheckConstraint(
                condition=Q(word="waits", decided_at=None, decided_by=None)
                | (~Q(word="waits") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="what_is_decided_of_a_print_says_by_whom",
            ),
        ),
    ]
