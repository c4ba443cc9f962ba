"""Addresses that are not theirs, and answers that did not arrive."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0001_initial"),
        ("takedown", "0006_replaced"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="foundcontact",
            name="denied_at",
            field=models.DateTimeField(help_text="When a person said it is not theirs.", null=True),
        ),
        migrations.AddField(
            model_name="foundcontact",
            name="denied_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outboundletter",
            name="seen_at",
            field=models.DateTimeField(
                help_text="When a caseworker saw that this answer did not arrive.", null=True
            ),
        ),
        migrations.AddField(
            model_name="receivedreply",
            name="returns",
            field=models.ForeignKey(
                db_index=False,
                help_text="The answer of ours that comes back in it; empty for any other mail.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="returned_by",
                to="takedown.outboundletter",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="replaced",
            field=models.BooleanField(
                default=False,
                help_text="No person cancelled it: it made room for what the rules chose anew.",
            ),
        ),
        migrations.AddIndex(
            model_name="receivedreply",
            index=models.Index(
                condition=models.Q(("returns__isnull", False)),
                fields=["returns"],
                name="replies_that_return_an_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="foundcontact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("denied_at__isnull", True),
                    models.Q(("confirmed_at__isnull", True), ("denied_by__isnull", False)),
                    _connector="OR",
                ),
                name="what_is_denied_says_by_whom_and_is_not_confirmed",
            ),
        ),
    ]
