"""Looks at a place are counted since the last notice about it went out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_closed_by_hand_and_said_gone"),
    ]

    operations = [
        migrations.AlterField(
            model_name="sighting",
            name="looks",
            field=models.PositiveIntegerField(
                default=0, help_text="Since the last notice about it went out."
            ),
        ),
    ]
