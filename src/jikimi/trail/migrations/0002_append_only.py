"""The trail refuses UPDATE, DELETE and TRUNCATE, whoever asks.

ALWAYS: also in sessions that play a replica, where triggers rest otherwise.
"""

from django.db import migrations

TABLES = ["trail_entry", "trail_entrycontent", "trail_consent"]

REFUSE = """
CREATE FUNCTION trail_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The trail is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
""" + "".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION trail_refuses();\n"
    f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;\n"
    for table in TABLES
)
ALLOW = "".join(f"DROP TRIGGER append_only ON {table};\n" for table in TABLES) + (
    "DROP FUNCTION trail_refuses();"
)


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
