"""Colleagues enter addresses of who runs a host, and the registries are asked again."""

from datetime import timedelta

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def ask_again(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Answers from before are asked for again, too: trouble at once, others when too old."""
    answers = apps.get_model("takedown", "RegistryAnswer").objects
    answers.exclude(trouble="").update(ask_again_at=F("asked_at"), troubles=1)
    answers.filter(trouble="").update(ask_again_at=F("asked_at") + timedelta(days=180))


class Migration(migrations.Migration):
    dependencies = [
        ("takedown", "0002_fewer_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="registryanswer",
            name="asked_at",
            field=models.DateTimeField(
                help_text="Empty until the registries are asked.", null=True
            ),
        ),
        migrations.AddField(
            model_name="registryanswer",
            name="ask_again_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="registryanswer",
            name="troubles",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="How often in a row a registry gave no answer."
            ),
        ),
        migrations.AddField(
            model_name="foundcontact",
            name="gone_at",
            field=models.DateTimeField(
                help_text="When the registries gave it out no more.", null=True
            ),
        ),
        migrations.AddField(
            model_name="foundcontact",
            name="entered_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="foundcontact",
            name="kind",
            field=models.CharField(
                choices=[
                    ("site_operator", "who operates the site"),
                    ("host", "its host"),
                    ("registrar", "its registrar"),
                    ("registry", "the registry of its domain"),
                ],
                max_length=13,
            ),
        ),
        migrations.AlterField(
            model_name="foundcontact",
            name="source",
            field=models.CharField(
                help_text="The registry's address, or where she found it.", max_length=300
            ),
        ),
        migrations.AddConstraint(
            model_name="foundcontact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("entered_by__isnull", True),
                    ("confirmed_by__isnull", True),
                    models.Q(("confirmed_by", models.F("entered_by")), _negated=True),
                    _connector="OR",
                ),
                name="another_confirms_what_was_entered",
            ),
        ),
        migrations.RunPython(ask_again, migrations.RunPython.noop),
    ]
