"""When she last told a caseworker where she lives or how the picture came about."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_looks_since_asked")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="told_at",
            field=models.DateTimeField(
                help_text="When her country or the origin was last noted, or taken back.",
                null=True,
            ),
        ),
    ]
