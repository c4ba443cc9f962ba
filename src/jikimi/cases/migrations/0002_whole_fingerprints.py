"""A fingerprint of a picture has 32 bytes."""

from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import Exact


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="fingerprint",
            constraint=models.CheckConstraint(
                condition=Exact(Length("pdq"), 32), name="a_fingerprint_is_whole"
            ),
        ),
    ]
