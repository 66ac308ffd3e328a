"""What stands against the texts of a case while it is written: told when they are kept, asked when it is sent.

A text that cannot be sent is kept all the same: nobody types it twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tocsin.clinical.content import Problem as OfContent
from tocsin.node.clinical.wording import worded
from tocsin.node.consultations.refusals import Problem
from tocsin.node.events.texts import said_against

__all__ = ["LONGEST_NOTE", "path_of", "text_problems"]

LONGEST_NOTE = 20_000


def text_problems(text: str, content: Mapping[str, Any], found: Iterable[OfContent]) -> Iterator[Problem]:
    """Texts that are too long, and what no text may hold.

    found   what `problems_of` says of the content: it knows how long its texts may be
    """
    if why := said_against(text, longest=LONGEST_NOTE):
        yield Problem("text", why)
    for one in found:
        if one.code == "shape" and one.values["rule"] == "maxLength":
            yield Problem(path_of(one), worded(one))
    for path, words in _texts(content, "content"):
        if why := said_against(words, longest=len(words)):
            yield Problem(path, why)


def path_of(one: OfContent) -> str:
    """Where it stands, as drafts name their members: "content.vitals.0.value"."""
    return f"content.{one.field.strip('/').replace('/', '.')}"


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text of the structured part, with its place."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, f"{path}.{index}")
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _texts(one, f"{path}.{name}")
