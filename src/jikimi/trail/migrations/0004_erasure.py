"""The content of an entry may go, for a case alone whose erasure is recorded. Nothing else may.

A statement that would remove anything else, or that removes nothing, is refused as before.
"""

from django.db import migrations, models

CASE_OF = {
    "trail_entrycontent": "SELECT e.case_ref FROM gone JOIN trail_entry e ON e.id = gone.entry_id",
    "trail_consent": "SELECT case_ref FROM gone",
}
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
DROP TRIGGER append_only ON {table};
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION trail_refuses();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER only_what_is_erased AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_keeps_what_is_not_erased();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER only_what_is_erased;
"""
NOTHING = """
DROP TRIGGER only_what_is_erased ON {table};
DROP FUNCTION {table}_keeps_what_is_not_erased();
DROP TRIGGER append_only ON {table};
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION trail_refuses();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
"""
ERASURES = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_erasure
    FOR EACH STATEMENT EXECUTE FUNCTION trail_refuses();
ALTER TABLE trail_erasure ENABLE ALWAYS TRIGGER append_only;
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0003_places")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("case_ref", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(ERASURES, "DROP TRIGGER append_only ON trail_erasure;"),
        migrations.RunSQL(
            "".join(ONLY_ERASED.format(table=table, cases=of) for table, of in CASE_OF.items()),
            "".join(NOTHING.format(table=table) for table in CASE_OF),
        ),
    ]
