"""A Bundle as somebody sent it: its resources by type, each checked against R4B, and what had to be left out."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from fhir.resources.R4B.healthcareservice import HealthcareService
from fhir.resources.R4B.location import Location
from fhir.resources.R4B.organization import Organization
from fhir.resources.R4B.practitioner import Practitioner
from fhir.resources.R4B.practitionerrole import PractitionerRole
from pydantic import ValidationError

from tocsin.fhir import canonical
from tocsin.fhir.refusals import FhirRefusal, NotUnderstood

__all__ = ["DIRECTORY", "MOST_BYTES", "MOST_RESOURCES", "Bundle", "Resource", "opened"]

MOST_BYTES = 4 * 1024 * 1024
MOST_RESOURCES = 5_000
SMALLER = "divide it into bundles of one hospital each"

Types = Mapping[str, Any]
DIRECTORY: Types = {
    "Organization": Organization,
    "Location": Location,
    "HealthcareService": HealthcareService,
    "Practitioner": Practitioner,
    "PractitionerRole": PractitionerRole,
}
# Whoever has no identifier of our kind gets one by this namespace, the same each time.
_NAMESPACE = UUID("0f6f7a0e-31d3-5a6a-9f52-7d0f3c2a9b11")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that R4B allows, under the name that people know it by: Organization/12."""

    name: str
    full_url: str
    said: Mapping[str, Any]

    @property
    def identity(self) -> UUID:
        """Its own UUID where it has one, else one made of the first identifier it has."""
        said = [one.get("value", "") for one in self.said.get("identifier", []) if one.get("system") == canonical.URI]
        for text in (*said, self.said.get("id", ""), self.full_url):
            if (found := _uuid(text)) is not None:
                return found
        named = [f"{one['system']}|{one['value']}" for one in self.said.get("identifier", []) if _is_whole(one)]
        return uuid5(_NAMESPACE, (named or [self.full_url or self.name])[0])


@dataclass(frozen=True)
class Bundle:
    """All resources that can be read, in their order, and what of the others was left out."""

    of_type: Mapping[str, list[Resource]]
    by_reference: Mapping[str, Resource] = field(repr=False)
    left_out: tuple[NotUnderstood, ...] = ()

    def referred(self, reference: Mapping[str, Any] | None) -> Resource | None:
        """What a reference leads to within the bundle: by its full address, or by type and id."""
        text = (reference or {}).get("reference", "")
        return self.by_reference.get(text) or self.by_reference.get("/".join(text.split("/")[-2:]))


def opened(raw: bytes | str, types: Types = DIRECTORY, *, of_patient: bool = False) -> Bundle:
    """Read the resources of these types.

    of_patient   call each by where it stands, since a hospital's identifiers may tell who the patient is; and leave
                 figures as they are written (Decimal), since their zeros say how exactly they were measured

    Raises FhirRefusal for what is no Bundle, or a larger one than MOST_BYTES or MOST_RESOURCES.
    """
    bundle = _parsed(raw, Decimal if of_patient else float)
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or len(entries) > MOST_RESOURCES:
        rule = f"it must be a list of at most {MOST_RESOURCES} resources"
        raise FhirRefusal(resource="", field="entry", rule=rule, advice=SMALLER)
    of_type: dict[str, list[Resource]] = defaultdict(list)
    by_reference: dict[str, Resource] = {}
    left_out: list[NotUnderstood] = []
    for number, entry in enumerate(entries, 1):
        resource = _resource(entry, number, left_out, types, of_patient)
        if resource is not None:
            of_type[resource.said["resourceType"]].append(resource)
            by_reference.setdefault(f"{resource.said['resourceType']}/{resource.said.get('id')}", resource)
            if resource.full_url:
                by_reference.setdefault(resource.full_url, resource)
    return Bundle(of_type, by_reference, tuple(left_out))


def _parsed(raw: bytes | str, figure: Callable[[str], Any]) -> Json:
    data = raw.encode() if isinstance(raw, str) else raw
    if len(data) > MOST_BYTES:
        rule = f"it has {len(data):,} bytes, and {MOST_BYTES:,} are the most"
        raise FhirRefusal(resource="", field="", rule=rule, advice=SMALLER)
    try:
        found = json.loads(data, parse_constant=_no_number, parse_float=figure)
    except (ValueError, RecursionError) as problem:
        rule = f"it is no JSON ({str(problem).partition(':')[0].lower()})"
        raise FhirRefusal(resource="", field="", rule=rule, advice="export it again, as JSON in UTF-8") from None
    if not isinstance(found, dict) or found.get("resourceType") != "Bundle":
        rule = "its resourceType must be Bundle"
        raise FhirRefusal(resource="", field="resourceType", rule=rule, advice="put all resources into one Bundle")
    return found


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _resource(
    entry: object, number: int, left_out: list[NotUnderstood], types: Types, of_patient: bool
) -> Resource | None:
    """One entry's resource without the fields that R4B does not allow; None where nothing is left."""
    said = entry.get("resource") if isinstance(entry, dict) else None
    kind = said.get("resourceType") if isinstance(said, dict) else None
    if not isinstance(entry, dict) or not isinstance(said, dict) or not isinstance(kind, str):
        left_out.append(NotUnderstood(f"entry {number}", "resource", "has no resource with a resourceType"))
        return None
    own = said.get("id")
    name = f"{kind}/{own}" if isinstance(own, str) and not of_patient else f"{kind} in entry {number}"
    if kind not in types:
        left_out.append(NotUnderstood(name, "", "resources of this type are not read"))
        return None
    if said.get("modifierExtension"):
        left_out.append(NotUnderstood(name, "modifierExtension", "may turn round what the resource says; left out"))
        return None
    allowed = _allowed(name, said, left_out, types[kind], as_written=of_patient)
    full_url = entry.get("fullUrl")
    if allowed is None:
        return None
    return Resource(name, full_url if isinstance(full_url, str) else "", allowed)


def _allowed(name: str, said: Json, left_out: list[NotUnderstood], type_of: Any, *, as_written: bool) -> Json | None:
    """The resource as R4B writes it, without each field in which something is not as R4B has it."""
    rest = dict(said)
    for _ in range(3):
        wrong = list(_wrong(rest, type_of))
        if not wrong:
            if as_written:
                return rest
            found: Json = json.loads(type_of.model_validate(rest).model_dump_json())
            return found
        for path, why in wrong:
            left_out.append(NotUnderstood(name, path, why))
            rest.pop(path.partition(".")[0], None)
    left_out.append(NotUnderstood(name, "", "cannot be read at all"))
    return None


def _wrong(said: Json, type_of: Any) -> Iterator[tuple[str, str]]:
    """Which fields of a resource break which rule; the values stay unsaid."""
    try:
        type_of.model_validate(said)
    except ValidationError as problem:
        for error in problem.errors(include_input=False, include_url=False):
            yield ".".join(str(part) for part in error["loc"]), error["msg"].removeprefix("Value error, ")
    except Exception:  # what its checks take for granted, they stumble over where it is not so
        fields = [field for field in said if field != "resourceType"]
        if len(fields) == 1:
            yield fields[0], "is not built as R4B has it"
        else:
            for field in fields:
                yield from _wrong({"resourceType": said["resourceType"], field: said[field]}, type_of)


def _is_whole(identifier: Mapping[str, Any]) -> bool:
    return bool(identifier.get("system") and identifier.get("value"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.removeprefix("urn:uuid:"))
    except ValueError:
        return None
