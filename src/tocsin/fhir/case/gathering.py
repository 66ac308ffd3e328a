"""What is kept of a Bundle while it is read, what is left out, and the identity that nothing kept may hold."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tocsin.clinical.identifiers.finding import found_in
from tocsin.clinical.identifiers.identity import Identity
from tocsin.fhir.bundles import Resource
from tocsin.fhir.case.making import Json, system
from tocsin.fhir.days import day_of
from tocsin.fhir.refusals import NotUnderstood

__all__ = ["Gathering", "codings", "figure", "identity_of", "moment_of", "our_code"]


class Gathering:
    """Parts of the content, and remarks. No remark repeats a value: it may be what must not be kept."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.content: Json = {}
        self.left_out: list[NotUnderstood] = []

    def leave(self, resource: Resource, field: str, why: str) -> None:
        """Say that a part is left out."""
        self.left_out.append(NotUnderstood(resource.name, field, why))

    def add(self, part: str, row: Json, most: int, resource: Resource) -> None:
        """Another row, while there is room."""
        rows = self.content.setdefault(part, [])
        if len(rows) < most:
            rows.append(row)
        else:
            self.leave(resource, "", f"there is room for {most} of these")

    def text(self, resource: Resource, field: str, said: object, longest: int) -> str:
        """A text that may be kept, else "": not one that is too long, or seems to say who the patient is."""
        text = said.strip() if isinstance(said, str) else ""
        if len(text) > longest:
            self.leave(resource, field, f"has {len(text)} characters, and {longest} are the most")
            return ""
        if text and found_in(text, self.identity):
            self.leave(resource, field, "seems to say who the patient is")
            return ""
        return text


def identity_of(patients: list[Resource]) -> Identity:
    """Who the patient is, by all that the Bundle says of them: to be looked for, and forgotten."""
    said = [one.said for one in patients]
    names = [name for one in said for human in one.get("name", []) for name in _names(human)]
    telecom = [(one.get("system"), one.get("value", "")) for each in said for one in each.get("telecom", [])]
    return Identity(
        names=tuple(dict.fromkeys(names)),
        birth_date=next((found for one in said if (found := _day(one.get("birthDate"))) is not None), None),
        numbers=tuple(one["value"] for each in said for one in each.get("identifier", []) if one.get("value")),
        telephones=tuple(value for kind, value in telecom if kind != "email" and value),
        addresses=tuple(text for each in said for one in each.get("address", []) for text in _address(one)),
        emails=tuple(value for kind, value in telecom if kind == "email" and value),
    )


def codings(concept: Mapping[str, Any] | None, of: str) -> Iterator[str]:
    """The codes of a concept in one system."""
    for one in (concept or {}).get("coding", []):
        if one.get("system") == of and isinstance(one.get("code"), str):
            yield one["code"]


def our_code(concept: Mapping[str, Any] | None, kind: str, known: tuple[str, ...]) -> str | None:
    """One of our codes that a concept has."""
    return next((code for code in codings(concept, system(kind)) if code in known), None)


def figure(value: object) -> str:
    """A number as a decimal text, with the zeros that it was written with."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return ""
    return format(Decimal(value), "f")


def moment_of(said: Mapping[str, Any]) -> str | None:
    """When something was observed, in UTC; a day where no more is said, None where not even that."""
    text = said.get("effectiveDateTime") or said.get("effectiveInstant") or said.get("effectivePeriod", {}).get("start")
    if not isinstance(text, str):
        return None
    if len(text) <= 10:
        return day_of(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at.tzinfo is not None else None


def _names(human: Mapping[str, Any]) -> Iterator[str]:
    """A name as it is written, and as its parts make it, in both orders."""
    family, given = human.get("family") or "", " ".join(one for one in human.get("given", []) if one)
    yield from (one for one in (human.get("text"), f"{family} {given}".strip(), f"{given} {family}".strip()) if one)
    if family and given:
        yield f"{family}{given}"  # as Chinese names are written


def _address(said: Mapping[str, Any]) -> Iterator[str]:
    yield from (one for one in (said.get("text"), *said.get("line", [])) if one)


def _day(text: object) -> date | None:
    found = day_of(text) if isinstance(text, str) and len(text) == 10 else None
    return date.fromisoformat(found) if found else None
