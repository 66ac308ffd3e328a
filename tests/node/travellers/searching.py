"""Where in a node's database a traveller's name still stands."""

import json
import re

from django.db import connection
from tests.node.travellers.scenes import NAMES

from tocsin.node.post.models import Entry
from tocsin.node.post.store.entries import read_entries

__all__ = ["in_any_table"]

WRITTEN = {form for name in NAMES for form in (name, json.dumps(name)[1:-1])}  # JSON may write letters as numbers


def in_any_table() -> list[str]:
    """Every place in the database that still holds one of the names, compressed texts of documents opened."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if re.fullmatch(r"search_shelf_\d+", table):
                continue  # of words alone, and cannot be read; what it holds lies in tables beside it
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                values = [bytes(one) if isinstance(one, memoryview) else one for one in row]
                text = " ".join(
                    one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in values
                )
                found += [f"{table}: {name}" for name in WRITTEN if name in text]
    for entry in read_entries(Entry.objects.all()):
        text = (entry.document or b"").decode()
        found += [f"a document: {name}" for name in NAMES if name in text]
    return found
