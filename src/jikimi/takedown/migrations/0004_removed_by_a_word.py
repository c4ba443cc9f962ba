"""A removal that nobody saw says on whose word it was taken for one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("takedown", "0003_who_runs_a_host")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="on_word_of",
            field=models.CharField(
                blank=True,
                choices=[
                    ("recipient", "recipient"),
                    ("she", "she"),
                    ("helper", "helper"),
                    ("caseworker", "caseworker"),
                ],
                default="",
                help_text="On whose word it counts as removed; empty where a look saw that.",
                max_length=10,
            ),
            preserve_default=False,
        ),
    ]
