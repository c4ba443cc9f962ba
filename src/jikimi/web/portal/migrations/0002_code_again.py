from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_sent_form"),
    ]

    operations = [
        migrations.AddField(
            model_name="sentform",
            name="drawn",
            field=models.PositiveSmallIntegerField(
                help_text="Which of its seed's codes the report has; null: it was left unsent.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="sentform",
            name="seed",
            field=models.BinaryField(
                help_text="What tells its seed again, for some minutes; null: its code is not "
                "shown again.",
                max_length=32,
                null=True,
            ),
        ),
    ]
