"""Looking for patients in a letter: their data belong into a consultation, which is open to those of the case alone."""

from collections.abc import Mapping
from hashlib import sha256

from tocsin.clinical.identifiers.finding import found_in
from tocsin.node.correspondence.refusals import Identifying, PatientPlace

__all__ = ["looked_at", "patient_places", "require_a_look"]


def patient_places(said: Mapping[str, str]) -> list[PatientPlace]:
    """Where the texts of a letter, by field, seem to say who a patient is. By form alone: nobody is known here."""
    return [
        PatientPlace(field, text[one.start : one.end], one) for field, text in said.items() for one in found_in(text)
    ]


def looked_at(places: list[PatientPlace]) -> str:
    """What stands for places that a person has looked at: for these words, wherever they stand in the letter."""
    found = sorted({f"{one.found.kind}\n{one.words.casefold()}" for one in places})
    return sha256("\0".join(found).encode()).hexdigest()[:32]


def require_a_look(said: Mapping[str, str], looked: str) -> int:
    """Raises Identifying, unless nothing is found, or `looked` says that a person has looked. Returns how many."""
    places = patient_places(said)
    if places and looked != looked_at(places):
        raise Identifying(places, looked_at(places))
    return len(places)
