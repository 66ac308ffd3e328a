from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("transfers", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="transfer",
            name="may_be_told",
            field=models.BooleanField(default=True, help_text="Whether the patient still agrees."),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="status",
            field=models.CharField(
                choices=[
                    ("requested", "asked for"),
                    ("accepted", "accepted"),
                    ("departed", "on the way"),
                    ("arrived", "arrived"),
                    ("handed_over", "handed over"),
                    ("ended", "ended"),
                    ("declined", "declined"),
                    ("cancelled", "cancelled"),
                    ("lapsed", "lapsed"),
                    ("withdrawn", "withdrawn"),
                    ("void", "void"),
                ],
                max_length=16,
            ),
        ),
    ]
