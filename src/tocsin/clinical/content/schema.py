"""The JSON Schema of clinical content, as the exchange's types embed it."""

import json
from functools import cache
from importlib import resources
from typing import Any

from jsonschema_rs import Draft202012Validator as Validator

__all__ = ["SCHEMA", "validator"]

SCHEMA: dict[str, Any] = json.loads(
    (resources.files("tocsin.clinical") / "data" / "content.schema.json").read_text(encoding="utf-8")
)


@cache
def validator() -> Validator:
    """The schema, compiled."""
    return Validator(SCHEMA, mask="this value")
