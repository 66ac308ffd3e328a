"""Who speaks of a patient: a hospital, and in it a clinician. docs/consultations.md.

A state has several hospitals, and its node speaks for all of them. So acts between hospitals say, besides whose node
signs, as whom: `{"hospital": {"origin", "id"}, "clinician": {"origin", "id"} | null}`. Without a clinician it is the
coordinator of the hospital who speaks, or its rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from tocsin.joint.acts import Applied
from tocsin.joint.refusing import NotAllowed

__all__ = ["PartyId", "Speaker", "parties", "speaker", "the_clinician"]


@dataclass(frozen=True, slots=True, order=True)
class PartyId:
    """A hospital or a clinician: the state whose directory has it, and its identifier there, the same for good."""

    origin: str
    id: str

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """As a document names it."""
        return cls(said["origin"], said["id"])

    def as_json(self) -> dict[str, str]:
        """As documents name it."""
        return {"origin": self.origin, "id": self.id}

    def __str__(self) -> str:
        return f"{self.origin} {self.id}"


@dataclass(frozen=True, slots=True)
class Speaker:
    """As whom an act is said. `clinician` is None for the coordinator of the hospital, and for its rules."""

    hospital: PartyId
    clinician: PartyId | None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """As the member `as` of an act says it."""
        clinician = said["clinician"]
        return cls(PartyId.of(said["hospital"]), None if clinician is None else PartyId.of(clinician))

    @property
    def is_of_one_state(self) -> bool:
        """Whether hospital and clinician are in the directory of one state."""
        return self.clinician is None or self.clinician.origin == self.hospital.origin


def parties(said: Iterable[Mapping[str, Any]]) -> tuple[PartyId, ...]:
    """A list of hospitals or clinicians, each once."""
    return tuple(dict.fromkeys(PartyId.of(one) for one in said))


def speaker(applied: Applied) -> Speaker:
    """As whom an act is said. Refuses a state that speaks as a hospital or a clinician of another."""
    found = Speaker.of(applied.act.said["as"])
    if not found.is_of_one_state:
        raise NotAllowed("not-of-one-state")
    if found.hospital.origin != applied.act.origin:
        raise NotAllowed("not-in-its-name", state=applied.act.origin, origin=found.hospital.origin)
    return found


def the_clinician(found: Speaker) -> PartyId:
    """The clinician who says it. Refuses a coordinator."""
    if found.clinician is None:
        raise NotAllowed("clinician-missing")
    return found.clinician
