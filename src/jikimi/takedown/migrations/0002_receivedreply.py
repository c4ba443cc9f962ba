import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0002_alter_sealeditem_purpose"),
        ("takedown", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReceivedReply",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "matched_by",
                    models.CharField(
                        choices=[
                            ("message_id", "message_id"),
                            ("plus_address", "plus_address"),
                            ("reference", "reference"),
                            ("person", "person"),
                            ("nothing", "nothing"),
                        ],
                        default="nothing",
                        max_length=12,
                    ),
                ),
                (
                    "contradicted",
                    models.BooleanField(default=False, help_text="It names another notice, too."),
                ),
                ("uid_validity", models.BigIntegerField()),
                ("uid", models.BigIntegerField(help_text="Where it lies in the mailbox.")),
                ("message_id", models.CharField(blank=True, max_length=252)),
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of what was read of it, in hex.",
                        max_length=64,
                        unique=True,
                    ),
                ),
                ("came_at", models.DateTimeField()),
                ("sender_domain", models.CharField(blank=True, max_length=253)),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("verified", "verified"),
                            ("failed", "failed"),
                            ("not_verified", "not_verified"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bounce", "bounce"),
                            ("auto_reply", "auto_reply"),
                            ("acknowledgement", "acknowledgement"),
                            ("refusal", "refusal"),
                            ("request", "request"),
                            ("removal", "removal"),
                            ("other", "other"),
                        ],
                        max_length=15,
                    ),
                ),
                ("confidence", models.PositiveSmallIntegerField()),
                (
                    "decided_by",
                    models.TextField(
                        blank=True, help_text="Our own phrases and signs, one a line."
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("unreadable", models.BooleanField(default=False)),
                (
                    "cut",
                    models.BooleanField(default=False, help_text="Only its beginning was read."),
                ),
                (
                    "left_out",
                    models.PositiveIntegerField(default=0, help_text="Attachments, never opened."),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("by_itself", "by_itself"),
                            ("confirmed", "confirmed"),
                            ("set_aside", "set_aside"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "notice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="takedown.notice",
                    ),
                ),
                (
                    "sealed",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="evidence.sealeditem",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["came_at"],
                        name="replies_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message_id", "uid_validity", "uid"), name="a_mail_is_taken_in_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__lte", 100)),
                        name="confidence_is_at_most_100",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "waiting"),
                            ("settled_at__isnull", False),
                            _connector="OR",
                        ),
                        name="a_settled_reply_says_when",
                    ),
                ],
            },
        ),
    ]
