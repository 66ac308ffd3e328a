"""What stands against a draft, each with the field of the form that it is of."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.node.assistance.refusals import Problem

__all__ = ["ProblemShown", "problems_shown"]

# Fields of drafts, as their forms call them.
FIELDS = {
    "title": "title_en", "place.names": "place_en", "place.latitude": "place_latitude",
    "place.longitude": "place_longitude", "consignee.name": "consignee_name", "import_permits.text": "permits_text",
    "from_place.names": "from_en", "from_place.latitude": "from_latitude", "from_place.longitude": "from_longitude",
}  # fmt: skip
ROWS = ("items", "lines")
MEMBERS = {"called": "called_en", "basis": "item", "id": "item"}


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """target: the id of the field on the page of the form; empty for what is of no single field."""

    message: str
    target: str


def problems_shown(problems: Sequence[Problem]) -> list[ProblemShown]:
    """In their order."""
    return [ProblemShown(one.message, _target(one.field)) for one in problems]


def _target(field: str) -> str:
    first, *rest = field.split(".")
    if first in ROWS and len(rest) > 1 and rest[0].isdecimal():
        return f"id_{first}-{rest[0]}-{MEMBERS.get(rest[1], rest[1])}"
    if first in ROWS:
        return "items" if first == "items" else "lines"
    return f"id_{FIELDS.get(field, field)}" if field else ""
