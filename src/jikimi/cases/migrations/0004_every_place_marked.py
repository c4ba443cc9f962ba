"""Marks places that were reported before places had marks, and asks for the mark from now on."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jikimi.cases.rules import page_mark


def mark_places(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    sightings = apps.get_model("cases", "Sighting").objects
    for sighting in sightings.filter(page="").iterator():
        sightings.filter(pk=sighting.pk).update(page=page_mark(sighting.address))


class Migration(migrations.Migration):
    # PostgreSQL alters no table that has changed rows waiting in the same transaction.
    atomic = False

    dependencies = [("cases", "0003_page_mark")]

    operations = [
        migrations.RunPython(mark_places, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="sighting",
            name="page",
            field=models.CharField(
                help_text="Mark of where it leads, however it is written.", max_length=64
            ),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.CheckConstraint(
                condition=~models.Q(page=""), name="every_place_is_marked"
            ),
        ),
    ]
