"""What is wrong with FHIR that somebody hands us.

FhirRefusal     nothing of it can be read: which resource, which field, which rule, what to do
NotUnderstood   a part that was left out, while all else was read
"""

from dataclasses import dataclass

__all__ = ["FhirRefusal", "NotUnderstood"]


class FhirRefusal(ValueError):
    """Nothing of a bundle can be read. `resource` is empty where the whole is meant."""

    def __init__(self, *, resource: str, field: str, rule: str, advice: str) -> None:
        self.resource, self.field, self.rule, self.advice = resource, field, rule, advice
        place = ", ".join(part for part in (resource or "the bundle", field) if part)
        super().__init__(f"{place}: {rule}; {advice}")


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A part of a bundle that was left out, or taken for something near it."""

    resource: str
    field: str
    why: str

    def __str__(self) -> str:
        return f"{self.resource}, {self.field}: {self.why}" if self.field else f"{self.resource}: {self.why}"
