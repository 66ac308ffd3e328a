"""What of a resource is not kept: fields that nobody here reads, and extensions that nobody here knows."""

from collections.abc import Iterator, Mapping

from tocsin.fhir import canonical
from tocsin.fhir.bundles import Resource
from tocsin.fhir.refusals import NotUnderstood

__all__ = ["not_kept"]

_KNOWN = {getattr(canonical, name) for name in canonical.__all__} | {"lang", "content", "status", "since"}
_OF_EACH = {"resourceType", "id", "meta", "text", "language", "extension", "identifier"}
_READ = {
    "Organization": {"active", "name", "_name", "telecom"},
    "Location": {"name", "_name", "address", "position", "managingOrganization"},
    "HealthcareService": {
        "active", "providedBy", "specialty", "location", "communication", "availabilityExceptions",
    },
    "Practitioner": {"active", "name", "communication"},
    "PractitionerRole": {
        "active", "practitioner", "organization", "code", "specialty", "location", "availableTime", "notAvailable",
    },
}  # fmt: skip


def not_kept(resource: Resource) -> Iterator[NotUnderstood]:
    """Each field and each extension that is left behind."""
    read = _OF_EACH | _READ[resource.said["resourceType"]]
    for name in resource.said:
        if name not in read:
            yield NotUnderstood(resource.name, name, "this field is not kept")
    for path, url in _extensions(resource.said, ""):
        if url not in _KNOWN:
            yield NotUnderstood(resource.name, path, f"the extension {url} is not known here")


def _extensions(element: object, path: str) -> Iterator[tuple[str, str]]:
    """Every extension within an element, with where it stands."""
    if isinstance(element, Mapping):
        for name, within in element.items():
            here = f"{path}.{name}" if path else name
            if name == "extension":
                yield from ((here, str(one.get("url"))) for one in within)
            yield from _extensions(within, here)
    elif isinstance(element, list):
        for within in element:
            yield from _extensions(within, path)
