"""Time zones by their IANA names, as the standard extension gives them."""

import re
from collections.abc import Mapping
from typing import Any

from tocsin.fhir.canonical import TIME_ZONE
from tocsin.fhir.extensions import text_value

__all__ = ["zone_of"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
_LONGEST = 64


def zone_of(resource: Mapping[str, Any]) -> str | None:
    """What a resource says, if it is written as such a name. Whether there is such a zone is not asked here."""
    said = text_value(resource, TIME_ZONE) or ""
    return said if _NAME.fullmatch(said) and len(said) <= _LONGEST else None
