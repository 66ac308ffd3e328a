"""What a row of the shift log is about, as a link: each app says it for its own records."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

__all__ = ["About", "linked", "linked_by"]


class About(NamedTuple):
    """How a record is called, in the reader's language, and where one sees it."""

    name: str
    url: str


Linking = Callable[[Sequence[str]], Mapping[str, About]]
_linking: dict[str, Linking] = {}


def linked_by(about_type: str, linking: Linking) -> None:
    """Have `linking(ids)` name records of this type, all of a page at once; those it does not know it leaves out."""
    _linking[about_type] = linking


def linked(wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], About]:
    """(type, id) -> what it is called and where it is; nothing for what no app knows."""
    found: dict[tuple[str, str], About] = {}
    for about_type, linking in _linking.items():
        if ids := [key for kind, key in dict.fromkeys(wanted) if kind == about_type]:
            found |= {(about_type, key): about for key, about in linking(ids).items()}
    return found
