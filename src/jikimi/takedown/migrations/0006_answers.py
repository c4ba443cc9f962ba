"""A letter may answer a mail that came in. Only those that do stand in an index for it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("takedown", "0002_fewer_indexes")]

    operations = [
        migrations.AddField(
            model_name="outboundletter",
            name="answers",
            field=models.ForeignKey(
                db_index=False,
                help_text="The mail that it answers; empty for a letter with notices in it.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answers",
                to="takedown.receivedreply",
            ),
        ),
        migrations.AddIndex(
            model_name="outboundletter",
            index=models.Index(
                condition=models.Q(("answers__isnull", False)),
                fields=["answers"],
                name="letters_that_answer",
            ),
        ),
    ]
