"""What minors' reports hold back from lists of others, and from when a change settles."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("exchange", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HeldBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pdq", models.BinaryField(max_length=32)),
                ("quality", models.PositiveSmallIntegerField(null=True)),
                ("added_on", models.DateField(help_text="When it was put on its list first.")),
                ("since", models.DateTimeField()),
                (
                    "word",
                    models.CharField(
                        choices=[
                            ("waits", "waits"),
                            ("stays_out", "stays out"),
                            ("returns", "returns"),
                        ],
                        default="waits",
                        max_length=9,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="change",
            name="changes_to_compare",
        ),
        migrations.AddField(
            model_name="change",
            name="settles_from",
            field=models.DateTimeField(
                help_text="When it was first seen to be committed, by whoever compares.", null=True
            ),
        ),
        migrations.AddField(
            model_name="keptoff",
            name="marks",
            field=models.BinaryField(
                default=b"", help_text="What tells each from all others: 16 bytes each, in order."
            ),
        ),
        migrations.AlterField(
            model_name="keptoff",
            name="at",
            field=models.DateTimeField(help_text="When the last came to them."),
        ),
        migrations.AlterField(
            model_name="latematch",
            name="number",
            field=models.PositiveBigIntegerField(
                help_text="Of its partner alone, growing in the order of commits, with gaps."
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("compared_at__isnull", True)),
                fields=["settles_from"],
                name="changes_to_compare",
            ),
        ),
        migrations.AddField(
            model_name="heldback",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="heldback",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="heldback",
            name="list",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="exchange.printlist",
            ),
        ),
        migrations.AddConstraint(
            model_name="heldback",
            constraint=models.UniqueConstraint(
                fields=("list", "pdq", "case"), name="a_case_holds_a_print_back_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="heldback",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    django.db.models.functions.text.Length("pdq"), 32
                ),
                name="a_print_held_back_has_32_bytes",
            ),
        ),
        migrations.AddConstraint(
            model_name="heldback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("word", "waits")),
                    models.Q(
                        models.Q(("word", "waits"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="what_is_decided_says_by_whom",
            ),
        ),
    ]
