"""When each hospital that was asked gave the case to an expert and answered; those that declined are kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="caseclinician",
            name="part",
            field=models.CharField(
                choices=[
                    ("asking", "asks"),
                    ("expert", "expert"),
                    ("member", "member of the panel"),
                    ("asked", "is asked"),
                    ("declined", "cannot answer"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="casehospital",
            name="part",
            field=models.CharField(choices=[("asking", ""), ("asked", ""), ("declined", "")], max_length=8),
        ),
        migrations.AddField(
            model_name="casehospital",
            name="allocated_at",
            field=models.DateTimeField(help_text="When it first gave the case of this round to an expert.", null=True),
        ),
        migrations.AddField(
            model_name="casehospital",
            name="first_answer_at",
            field=models.DateTimeField(help_text="When an expert of it first signed in this round.", null=True),
        ),
    ]
