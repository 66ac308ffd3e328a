"""What records of every app share: an identifier that sorts by time, and a way to write many at once."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import connection, models
from uuid_utils.compat import uuid7

__all__ = ["insert_all", "new_id"]

# Both databases take these as they are; all others are prepared as Django does it.
AS_THEY_ARE = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)


def new_id() -> uuid.UUID:
    """UUIDv7: unique across nodes, and in the order of making."""
    return uuid7()


def insert_all(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same attributes, and every one that the database has no default for.

    For thousands at a time: `bulk_create` spends most of its time on making objects of values, and values of objects.
    """
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    writing = [(name, fields[name], _written(fields[name])) for name in rows[0]]
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for _, field, _ in writing)
    places = ", ".join(["%s"] * len(writing))
    values = [[row[name] if write is None else write(row[name]) for name, _, write in writing] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({places})", values)


def _written(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    plain = field
    while isinstance(plain, models.ForeignKey):  # whose target may itself be one
        plain = plain.target_field
    if isinstance(plain, AS_THEY_ARE):
        return None
    return partial(field.get_db_prep_save, connection=connection)
