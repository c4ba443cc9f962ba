"""Where she lives, and how the picture came about, once she told a caseworker."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_one_index_of_places")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="origin",
            field=models.CharField(
                blank=True,
                choices=[("fake", "fake"), ("recording", "recording")],
                help_text="How the picture came about, once she told a caseworker.",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="country",
            field=models.CharField(
                blank=True,
                help_text="ISO 3166 of where she lives, once she told a caseworker.",
                max_length=2,
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"
                ),
                name="a_country_has_two_letters",
            ),
        ),
    ]
