"""A draft that the rules replaced is none that a person has cancelled."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("takedown", "0005_answers")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="replaced",
            field=models.BooleanField(
                default=False,
                help_text="No person cancelled it: the case said something new, and was chosen "
                "for anew.",
            ),
        ),
    ]
