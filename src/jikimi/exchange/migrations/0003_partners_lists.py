"""Lists that partners hand in: one for each, and each has its partner."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_held_back"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="printlist",
            name="partner",
            field=models.ForeignKey(
                help_text="Who hands its entries in; of a partner's list alone.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.partner",
            ),
        ),
        migrations.AddConstraint(
            model_name="printlist",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("partner",),
                name="a_partner_hands_in_to_one_living_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="printlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origin", "partner"), ("partner__isnull", False)),
                    models.Q(
                        models.Q(("origin", "partner"), _negated=True), ("partner__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="a_partners_list_has_its_partner",
            ),
        ),
    ]
