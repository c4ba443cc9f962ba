"""Lists of fingerprints, the log of their changes, and what was found by them.

A change of the lists gets its position at its commit, and whoever follows is woken. The trigger is
deferred: it runs as the transaction's last act, takes a lock and keeps it until the commit can be
seen. So positions follow the order of commits and have no holes, and no transaction holds the lock
while it works. To wake others, PostgreSQL makes commits take turns anyhow.
"""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

GIVE = """
CREATE FUNCTION exchange_give_position() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE given bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(1785427314);
    SELECT coalesce(max(position), 0) + 1 INTO given FROM exchange_change;
    UPDATE exchange_change SET position = given WHERE id = NEW.id;
    IF FOUND THEN
        PERFORM pg_notify('jikimi_lists', given::text);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER gives_position AFTER INSERT ON exchange_change
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION exchange_give_position();
"""
TAKE_AWAY = """
DROP TRIGGER gives_position ON exchange_change;
DROP FUNCTION exchange_give_position();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0001_initial"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PrintList",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=40)),
                (
                    "origin",
                    models.CharField(
                        choices=[("own", "own"), ("partner", "partner"), ("imported", "imported")],
                        max_length=8,
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[("match", "match"), ("negative", "negative")],
                        default="match",
                        max_length=8,
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("house", "house"),
                            ("hotlines", "hotlines"),
                            ("platforms", "platforms"),
                        ],
                        default="house",
                        max_length=9,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "size",
                    models.PositiveBigIntegerField(
                        default=0,
                        help_text="How many entries it holds, kept with every change of them.",
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(help_text="When its entries last changed.", null=True),
                ),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("name",),
                        name="a_living_lists_name_is_its_own",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.BigIntegerField(null=True, unique=True)),
                (
                    "mark",
                    models.UUIDField(
                        default=uuid.uuid4,
                        help_text="Tells this log from another, after a restored backup.",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "compared_at",
                    models.DateTimeField(
                        help_text="When its entries were compared with what partners had asked about.",
                        null=True,
                    ),
                ),
                (
                    "looked_up_at",
                    models.DateTimeField(
                        help_text="When its entries were looked up in the other lists of the house.",
                        null=True,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("compared_at__isnull", True)),
                        fields=["at"],
                        name="changes_to_compare",
                    ),
                    models.Index(
                        condition=models.Q(("looked_up_at__isnull", True)),
                        fields=["position"],
                        name="changes_to_look_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "list",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="exchange.printlist",
                    ),
                ),
                ("pdq", models.BinaryField(max_length=32)),
                ("quality", models.PositiveSmallIntegerField(null=True)),
                ("added_on", models.DateField()),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="additions",
                        to="exchange.change",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("list", "pdq"), name="a_list_holds_a_print_once"
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("pdq"), 32
                        ),
                        name="a_listed_print_has_32_bytes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quality__isnull", True), ("quality__lte", 100), _connector="OR"
                        ),
                        name="listed_quality_is_at_most_100",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                ("entry_ref", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.printlist",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawals",
                        to="exchange.change",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RestStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rests",
                        to="exchange.entry",
                    ),
                ),
                ("rests", models.BooleanField()),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rests",
                        to="exchange.change",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        help_text="Empty if a program let it rest.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="exchange.entry",
                    ),
                ),
                (
                    "fingerprint",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listed",
                        to="cases.fingerprint",
                    ),
                ),
                (
                    "video",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listed",
                        to="cases.videofingerprint",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("fingerprint__isnull", True), ("video__isnull", False)),
                            models.Q(("fingerprint__isnull", False), ("video__isnull", True)),
                            _connector="OR",
                        ),
                        name="an_entry_is_held_for_a_picture_or_a_video",
                    ),
                    models.UniqueConstraint(
                        fields=("video", "entry"), name="a_video_holds_an_entry_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptOff",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                (
                    "prints",
                    models.PositiveIntegerField(help_text="How many, of pictures and of frames."),
                ),
                ("at", models.DateTimeField(help_text="When it became so many.")),
                (
                    "seen_at",
                    models.DateTimeField(
                        help_text="When somebody at the desk had seen it.", null=True
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("seen_at__isnull", True), ("seen_by__isnull", True)),
                            models.Q(("seen_at__isnull", False), ("seen_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="what_is_kept_off_is_seen_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FoundByPartner",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.partner",
                    ),
                ),
                ("entry_ref", models.BigIntegerField()),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.printlist",
                    ),
                ),
                ("day", models.DateField()),
                ("times", models.PositiveIntegerField()),
                (
                    "nearest",
                    models.PositiveSmallIntegerField(help_text="The smallest distance, in bits."),
                ),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "noted_at",
                    models.DateTimeField(help_text="When it was noted on its cases.", null=True),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("noted_at__isnull", True)),
                        fields=["id"],
                        name="found_and_not_noted",
                    ),
                    models.Index(fields=["entry_ref", "day"], name="found_by_entry"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner", "entry_ref", "day"), name="found_once_a_day_by_a_partner"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ListedElsewhere",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entry_ref", models.BigIntegerField()),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.printlist",
                    ),
                ),
                (
                    "distance",
                    models.PositiveSmallIntegerField(
                        help_text="Of the first that was found, in bits."
                    ),
                ),
                ("found_at", models.DateTimeField()),
                (
                    "noted_at",
                    models.DateTimeField(help_text="When it was noted on its cases.", null=True),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("noted_at__isnull", True)),
                        fields=["id"],
                        name="elsewhere_and_not_noted",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entry_ref", "list"), name="listed_elsewhere_is_told_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AskedPrint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.partner",
                    ),
                ),
                ("pdq", models.BinaryField(max_length=32)),
                ("radius", models.PositiveSmallIntegerField()),
                (
                    "reference",
                    models.CharField(help_text="The partner's own name for it.", max_length=64),
                ),
                ("asked_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="LateMatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.partner",
                    ),
                ),
                (
                    "number",
                    models.PositiveBigIntegerField(
                        help_text="Of its partner alone, from 1 on, in the order of commits."
                    ),
                ),
                ("reference", models.CharField(max_length=64)),
                ("entry_ref", models.BigIntegerField()),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.printlist",
                    ),
                ),
                ("distance", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner", "reference", "entry_ref"), name="told_late_once"
                    ),
                    models.UniqueConstraint(
                        fields=("partner", "number"),
                        name="late_matches_are_numbered_for_each_partner",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LateNumbers",
            fields=[
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="people.partner",
                    ),
                ),
                ("given", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.RunSQL(GIVE, TAKE_AWAY),
    ]
