"""Entries are written without a place in the tree; places and tree heads are tables of their own.

An entry's old position becomes its id, so that it is given the same place again.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ["trail_place", "trail_treehead"]
REFUSE = "".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION trail_refuses();\n"
    f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;\n"
    for table in TABLES
)
# The next entry's id follows the last one's.
GO_ON = """
SELECT setval(pg_get_serial_sequence('trail_entry', 'id'), max(id) + 1, false)
FROM trail_entry HAVING max(id) IS NOT NULL
"""
ALLOW = "".join(f"DROP TRIGGER append_only ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_append_only")]

    operations = [
        migrations.RenameField("entry", "position", "id"),
        migrations.AlterField(
            "entry",
            "id",
            models.BigAutoField(
                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
            ),
        ),
        migrations.RunSQL(GO_ON, migrations.RunSQL.noop),
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
        migrations.RunSQL(REFUSE, ALLOW),
    ]
