"""A Bundle as text: UTF-8 without escapes, and figures with the digits that they were measured with.

A figure of FHIR says by its zeros how exactly it was measured: 38.50 is not 38.5. Writers of JSON that take floats lose
that.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

__all__ = ["text_of"]


def text_of(bundle: Any) -> str:
    """`bundle` as JSON."""
    return "".join(_parts(bundle))


def _parts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield "{"
        for number, (name, inner) in enumerate(value.items()):
            yield f"{',' if number else ''}{json.dumps(name, ensure_ascii=False)}:"
            yield from _parts(inner)
        yield "}"
    elif isinstance(value, (list, tuple)):
        yield "["
        for number, inner in enumerate(value):
            yield "," if number else ""
            yield from _parts(inner)
        yield "]"
    elif isinstance(value, Decimal):
        yield format(value, "f")
    else:
        yield json.dumps(value, ensure_ascii=False)
