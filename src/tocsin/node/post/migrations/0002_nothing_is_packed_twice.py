from django.db import migrations

# Sealed items, their keys and compressed texts grow no smaller: PostgreSQL would try all the same, for most of the
# time of appending a batch. SQLite never does.
PACKED = (
    ("post_items", "packed"),
    ("post_batch", "manifest"),
    ("post_batch", "parcels"),
    ("post_entry", "document"),
    ("post_tile", "hashes"),
)


def as_they_are(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, column in PACKED:
            schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    dependencies = [("post", "0001_initial")]

    operations = [migrations.RunPython(as_they_are, migrations.RunPython.noop)]
