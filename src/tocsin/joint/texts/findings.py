"""What is wrong with a text: refused where it cannot be taken, found where a person has yet to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Finding", "TextError"]


class TextError(ValueError):
    """A text, or a change of one, that cannot be taken.

    `code` is for machines and for the catalogue that words it in the reader's language; `values` say which paragraph,
    which language, which number. The message of the exception is for the log.
    """

    def __init__(self, code: str, **values: Any) -> None:
        said = ", ".join(f"{name} {value!r:.80}" for name, value in values.items())
        super().__init__(f"{code}: {said}" if said else code)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, and where: which paragraph, which language; None where it concerns them all."""

    code: str
    paragraph: str | None = None
    language: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
