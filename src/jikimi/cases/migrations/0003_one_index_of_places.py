"""A case's places are found by the index that lets it hold each once."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_whole_fingerprints")]

    operations = [
        migrations.AlterField(
            model_name="sighting",
            name="case",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sightings",
                to="cases.case",
            ),
        ),
    ]
