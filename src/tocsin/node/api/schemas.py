"""What bodies of requests and answers have in common."""

from typing import Any

from django.db.models import Model
from ninja import Schema
from pydantic import ConfigDict

__all__ = ["Asked", "plain"]


class Asked(Schema):
    """A body. A field that it has not is refused, so that a misspelled one is not passed over in silence."""

    model_config = ConfigDict(extra="forbid")


def plain(record: Model, schema: type[Schema]) -> dict[str, Any]:
    """The record's own columns that the schema tells of, keys for what they point at: nothing else is fetched."""
    return {
        column.name: getattr(record, column.attname)
        for column in record._meta.concrete_fields
        if column.name in schema.model_fields
    }
