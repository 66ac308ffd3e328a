"""Looking for who the patient is in whatever would leave the hospital: texts, and texts within structured content."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tocsin.clinical.identifiers.finding import found_in
from tocsin.clinical.identifiers.identity import NOBODY, Identity
from tocsin.node.consultations.models import Case, PatientIdentity
from tocsin.node.consultations.refusals import Identifying, Place

__all__ = ["identity_of", "identity_of_case", "places_in", "require_nobody"]


def identity_of(row: PatientIdentity | None) -> Identity:
    """What is kept of a patient, as it is looked for."""
    if row is None:
        return NOBODY
    return Identity(
        names=tuple(row.names), birth_date=row.birth_date, numbers=tuple(row.numbers),
        telephones=tuple(row.telephones), addresses=tuple(row.addresses),
    )  # fmt: skip


def identity_of_case(case: Case) -> Identity:
    """Whom a case of ours is about; of others' nobody here knows."""
    return identity_of(PatientIdentity.objects.filter(case=case).first())


def places_in(said: Mapping[str, Any], identity: Identity, *, but: Collection[str] = ()) -> list[Place]:
    """Where any text of `said` seems to say who it is, by the way to it: "text", "content.questions.0".

    but  words that a person has looked at, and that are no identifier
    """
    allowed = {one.casefold() for one in but}
    found = []
    for field, text in _texts(said, ""):
        for one in found_in(text, identity):
            words = text[one.start : one.end]
            if words.casefold() not in allowed:
                found.append(Place(field, words, one))
    return found


def require_nobody(said: Mapping[str, Any], identity: Identity, *, but: Collection[str] = ()) -> None:
    """Raises Identifying where any text seems to say who it is."""
    if places := places_in(said, identity, but=but):
        raise Identifying(places)


def _texts(value: Any, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _texts(one, f"{field}.{name}" if field else str(name))
    elif isinstance(value, (list, tuple)):
        for index, one in enumerate(value):
            yield from _texts(one, f"{field}.{index}")
