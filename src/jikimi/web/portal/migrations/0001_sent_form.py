"""All of this domain's tables. The name stays: houses that stand know it as applied."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SentForm",
            fields=[
                ("digest", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("sent_at", models.DateTimeField(db_index=True)),
                (
                    "drawn",
                    models.PositiveSmallIntegerField(
                        help_text="Which of its seed's codes the report has; null: no code comes of it.",
                        null=True,
                    ),
                ),
                (
                    "seed",
                    models.BinaryField(
                        help_text="What tells its seed again, for some minutes; null: its code is not shown again.",
                        max_length=32,
                        null=True,
                    ),
                ),
            ],
        ),
    ]
