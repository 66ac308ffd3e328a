from django.db import migrations

from tocsin.node.alliance import append_only


def guard(apps, schema_editor):
    append_only.guard(schema_editor.connection)


def unguard(apps, schema_editor):
    append_only.unguard(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("alliance", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
