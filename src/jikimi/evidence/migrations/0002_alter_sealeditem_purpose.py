from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="sealeditem",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("statement", "statement in her own words"),
                    ("contact", "how and when it is safe to make contact"),
                    ("letter", "a notice as it was sent"),
                    ("reply", "a mail that came in"),
                ],
                max_length=16,
            ),
        )
    ]
