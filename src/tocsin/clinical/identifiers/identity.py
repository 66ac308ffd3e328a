"""Who a patient is, as the hospital knows it, and a place in a text that says so."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = ["NOBODY", "Found", "Identity", "Kind"]


class Kind(StrEnum):
    """What an identifier is."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    NUMBER = "number"
    TELEPHONE = "telephone"
    ADDRESS = "address"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What is known of one person. It stays at the hospital: nothing here is ever sent, logged or repeated in an error.

    names       each as a whole, in any writing: "Иванов Иван Иванович", "Ivan Ivanov", "王小明"; former ones too
    birth_date  None where it is not known
    numbers     of documents, insurance, records, with letters where they have some
    telephones  with or without the country's code
    addresses   each in one line: street and house, with or without the town
    emails      each whole
    """

    names: tuple[str, ...] = ()
    birth_date: date | None = None
    numbers: tuple[str, ...] = ()
    telephones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Nobody: a representation ends up in logs and in reports of errors."""
        return "Identity(withheld)"


NOBODY = Identity()


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """An identifier in a text: characters `start` to `end`, the last one left out."""

    start: int
    end: int
    kind: Kind
