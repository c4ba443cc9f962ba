"""The trail's refusal also holds in sessions that play a replica, where triggers rest otherwise."""

from django.db import migrations

TABLES = ["trail_entry", "trail_entrycontent", "trail_consent"]

ALWAYS = "".join(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;\n" for table in TABLES)
AS_USUAL = "".join(f"ALTER TABLE {table} ENABLE TRIGGER append_only;\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_append_only")]
    operations = [migrations.RunSQL(ALWAYS, AS_USUAL)]
