from django.db import migrations

from tocsin.node.search import shelves, vectors


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        vectors.make(schema_editor.connection)
    else:
        shelves.make(schema_editor.connection)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        vectors.remove(schema_editor.connection)
    else:
        shelves.drop_all(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(make, remove)]
