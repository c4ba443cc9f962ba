"""The trail: entries, their places in the tree, its heads, consents, and what was erased.

It refuses UPDATE, DELETE and TRUNCATE, whoever asks. Only the content of entries and consents may
go, and for a case alone whose erasure is recorded: a statement that would remove anything else, or
that removes nothing, is refused as well.

ALWAYS: also in sessions that play a replica, where triggers rest otherwise.
"""

import django.db.models.deletion
from django.db import migrations, models

NEVER_CHANGE = ["trail_entry", "trail_place", "trail_treehead", "trail_erasure"]
CASE_OF = {
    "trail_entrycontent": "SELECT e.case_ref FROM gone JOIN trail_entry e ON e.id = gone.entry_id",
    "trail_consent": "SELECT case_ref FROM gone",
}
REFUSE = """
CREATE FUNCTION trail_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The trail is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
NOTHING = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION trail_refuses();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
"""
ONLY_ERASED = """
CREATE FUNCTION {table}_keeps_what_is_not_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM gone) OR EXISTS (
        SELECT FROM ({cases}) AS of_case WHERE NOT EXISTS (
            SELECT FROM trail_erasure WHERE trail_erasure.case_ref = of_case.case_ref))
    THEN
        RAISE EXCEPTION 'The trail is append-only: DELETE on {table} is refused.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION trail_refuses();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER only_what_is_erased AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_keeps_what_is_not_erased();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER only_what_is_erased;
"""
GUARD = "".join(
    [
        REFUSE,
        *(NOTHING.format(table=table) for table in NEVER_CHANGE),
        *(ONLY_ERASED.format(table=table, cases=cases) for table, cases in CASE_OF.items()),
    ]
)
# With a function go the triggers that call it.
UNGUARD = "DROP FUNCTION trail_refuses CASCADE;" + "".join(
    f"DROP FUNCTION {table}_keeps_what_is_not_erased CASCADE;" for table in CASE_OF
)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("case_ref", models.UUIDField(db_index=True, null=True)),
                ("leaf", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="EntryContent",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="content",
                        serialize=False,
                        to="trail.entry",
                    ),
                ),
                ("salt", models.BinaryField(max_length=16)),
                ("payload", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("case_ref", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "position",
                    models.BigIntegerField(
                        help_text="From 0, without holes.", primary_key=True, serialize=False
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="place",
                        to="trail.entry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TreeHead",
            fields=[
                (
                    "last",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="head",
                        serialize=False,
                        to="trail.place",
                    ),
                ),
                (
                    "peaks",
                    models.BinaryField(
                        help_text="Roots of the full trees, largest first, 32 bytes each."
                    ),
                ),
                (
                    "settled",
                    models.BigIntegerField(help_text="No entry up to this id can still appear."),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case_ref", models.UUIDField()),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("centre", "the centre"),
                            ("block_list", "fingerprints to platforms, to stop the next upload"),
                            ("platforms", "notices to platforms, hosts and search engines"),
                            ("police", "police"),
                            ("contact", "contact by the centre, in the way she wrote down"),
                        ],
                        max_length=16,
                    ),
                ),
                ("granted", models.BooleanField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case_ref", "scope", "-id"], name="consent_latest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "scope__in",
                                ["centre", "block_list", "platforms", "police", "contact"],
                            )
                        ),
                        name="consent_scope_known",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
