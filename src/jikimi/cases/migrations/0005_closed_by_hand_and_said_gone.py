"""A case may be closed by hand, with the reason; a place may be down by somebody's word."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_what_she_told_later")]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("withdrawn", "withdrawn by the survivor"),
                    ("closed", "closed"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="closed_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("police", "police"),
                    ("said_gone", "said gone"),
                    ("all_asked", "all asked"),
                ],
                default="",
                help_text="Why a caseworker closed it; empty if everything known was down.",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="case",
            name="closed_words",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The caseworker's own words to that.",
                max_length=300,
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_because", ""), ("closed_words", ""))
                | models.Q(("status", "closed")),
                name="only_a_closed_case_says_why",
            ),
        ),
        migrations.AlterField(
            model_name="sighting",
            name="liveness",
            field=models.CharField(
                choices=[
                    ("unknown", "unknown"),
                    ("still_there", "still there"),
                    ("gone", "gone"),
                    ("replaced", "replaced"),
                    ("blocked_here", "blocked here"),
                    ("cannot_tell", "cannot tell"),
                    ("said_gone", "said gone"),
                ],
                default="unknown",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="claimed_gone_at",
            field=models.DateTimeField(
                help_text="Since when a claim that it is gone waits for a look or a person to decide.",
                null=True,
            ),
        ),
    ]
