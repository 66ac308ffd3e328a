"""What a case is made a Bundle of: who takes part, what was said in its order, and the words of it that are here.

There is no member for a name, a birth date or a number of the patient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["Agreed", "CaseGiven", "ClinicianGiven", "HospitalGiven", "NoteGiven", "Party", "Said"]


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """A hospital or a clinician, as documents name it."""

    origin: str
    id: str


@dataclass(frozen=True, slots=True)
class HospitalGiven:
    """names: in "en", "ru" and "zh"; each may be empty."""

    key: Party
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ClinicianGiven:
    """One who takes part, as the directory has them. role, specialties: codes of the clinical vocabulary."""

    key: Party
    hospital: Party
    names: Mapping[str, str]
    role: str = ""
    specialties: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NoteGiven:
    """A clinical note that an act names. `is_here` is false where its words are not here, or were destroyed.

    content       clinical content, or None
    files         as documents name them
    translations  (language, text) of each
    """

    origin: str
    id: str
    digest: str
    is_here: bool = True
    language: str = "en"
    text: str = ""
    content: Mapping[str, Any] | None = None
    files: Sequence[Mapping[str, Any]] = ()
    translations: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One act that counts. hospital is None for the machine, clinician for a coordinator and for a hospital's rules.

    said    the act's own members (docs/exchange-types.md)
    digest  of its signed document
    """

    kind: str
    id: str
    at: datetime
    digest: str
    hospital: Party | None = None
    clinician: Party | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    note: NoteGiven | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """Whether the patient agrees to one use, since which day, and by whom that was said."""

    kind: str
    given: bool
    on: str | None
    basis: str


@dataclass(frozen=True)
class CaseGiven:
    """A whole case. `may_be_told`: the patient agrees that others are told for their care. acts in their order."""

    origin: str
    id: str
    number: str
    status: str
    specialty: str
    urgency: str
    languages: Sequence[str]
    may_be_told: bool
    asking: Party
    asked: Sequence[Party]
    consents: Sequence[Agreed]
    acts: Sequence[Said]
    hospitals: Sequence[HospitalGiven]
    clinicians: Sequence[ClinicianGiven]
