"""What is kept off our list for a minor's sake, and numbers of late matches for each partner."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NUMBER = """
UPDATE exchange_latematch SET number = id;
INSERT INTO exchange_latenumbers (partner_id, given)
SELECT partner_id, max(number) FROM exchange_latematch GROUP BY partner_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_erasing"),
        ("exchange", "0001_initial"),
        ("people", "0003_partners"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptOff",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                (
                    "prints",
                    models.PositiveIntegerField(help_text="How many, of pictures and of frames."),
                ),
                ("at", models.DateTimeField(help_text="When it became so many.")),
                (
                    "seen_at",
                    models.DateTimeField(
                        help_text="When somebody at the desk had seen it.", null=True
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seen_at__isnull", True), ("seen_by__isnull", True))
                        | models.Q(("seen_at__isnull", False), ("seen_by__isnull", False)),
                        name="what_is_kept_off_is_seen_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LateNumbers",
            fields=[
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="people.partner",
                    ),
                ),
                ("given", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="latematch",
            name="number",
            field=models.PositiveBigIntegerField(
                default=0, help_text="Of its partner alone, from 1 on, in the order of commits."
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(NUMBER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="latematch",
            constraint=models.UniqueConstraint(
                fields=("partner", "number"), name="late_matches_are_numbered_for_each_partner"
            ),
        ),
    ]
