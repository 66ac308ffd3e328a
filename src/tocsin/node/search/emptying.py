"""Shelves without entries: Django's `flush` empties the tables that it knows, and a shelf is none of them."""

from typing import Any

from django.db import connections

from tocsin.node.search import shelves
from tocsin.node.search.models import Entry

__all__ = ["empty_shelves"]


def empty_shelves(*, using: str, **_: Any) -> None:
    """Have one empty shelf in a database that has no entry: after a migration, and after everything was emptied."""
    connection = connections[using]
    if connection.vendor != "sqlite" or Entry._meta.db_table not in connection.introspection.table_names():
        return
    if not Entry.objects.using(using).exists():
        shelves.drop_all(connection)
        shelves.make(connection)
