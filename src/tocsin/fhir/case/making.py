"""What all resources of a case are made with: identifiers that stay the same, references, concepts, texts, moments."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from tocsin.clinical import vocabulary
from tocsin.clinical.decimals import number_of
from tocsin.fhir.canonical import BASE, LANGUAGE, TRANSLATION
from tocsin.fhir.case.given import CaseGiven, NoteGiven, Party, Said
from tocsin.fhir.extensions import extended
from tocsin.fhir.tags import as_fhir

__all__ = ["LOINC", "UCUM", "Json", "Making", "concept", "loinc", "moment", "period", "quantity", "system", "worded"]

Json = dict[str, Any]

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
_NAMESPACE = UUID("5b0c6f0e-4f2e-5d6b-8a44-6f4f6f0d2c71")


class Making:
    """Of one case: the same part of it has the same identifier in every Bundle, and in no Bundle of another case."""

    def __init__(self, given: CaseGiven) -> None:
        self.given = given
        self.space = uuid5(_NAMESPACE, f"{given.origin}/{given.id}")
        self.known = {one.key for one in given.clinicians}
        self.acts = list(given.acts)

    def id(self, *of: object) -> str:
        """Of a part of the case."""
        return str(uuid5(self.space, " ".join(map(str, of))))

    def reference(self, *of: object) -> Json:
        """To that part."""
        return {"reference": f"urn:uuid:{self.id(*of)}"}

    @property
    def patient(self) -> Json:
        """Whom the case is about."""
        return self.reference("patient")

    @property
    def request(self) -> Json:
        """What is asked."""
        return self.reference("request")

    def party(self, hospital: Party, clinician: Party | None) -> Json:
        """Who speaks: somebody in their role, or the hospital where its coordinator or its rules speak."""
        if clinician is not None and clinician in self.known:
            return self.reference("role", clinician.origin, clinician.id)
        return self.reference("hospital", hospital.origin, hospital.id)

    def speaker(self, act: Said) -> Json | None:
        """Whoever said an act; None for the machine."""
        return None if act.hospital is None else self.party(act.hospital, act.clinician)

    def of_kind(self, *kinds: str) -> Iterator[Said]:
        """Acts of these kinds, in their order."""
        return (act for act in self.acts if act.kind in kinds)


def system(kind: str) -> str:
    """The address of our codes of a kind."""
    return BASE + kind.replace("_", "-")


def concept(kind: str, code: str, **more: Any) -> Json:
    """One of our codes, with its English word where the vocabulary has it."""
    is_known = kind in vocabulary.kinds() and code in vocabulary.codes(kind)
    known = {"display": vocabulary.word(kind, code, "en")} if is_known else {}
    return {"coding": [{"system": system(kind), "code": code, **known}], **more}


def loinc(code: str, text: str) -> Json:
    """What is observed, by its code; the text says it in English."""
    return {"coding": [{"system": LOINC, "code": code}], "text": text}


def quantity(text: str, unit: str, comparator: str = "") -> Json | None:
    """A decimal text as it was measured; None for what is no number."""
    if number_of(text) is None:
        return None
    found: Json = {"value": Decimal(text)}
    if comparator:
        found["comparator"] = comparator
    return {**found, **({"unit": unit, "system": UCUM, "code": unit} if unit else {})}


def moment(at: datetime | str) -> str:
    """As FHIR has it, with seconds; a day stays a day."""
    if isinstance(at, datetime):
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{at[:-1]}:00Z" if len(at) == 17 else at


def period(said: Mapping[str, Any]) -> Json:
    """From which day until which, as far as that is said."""
    return {name: said[of] for name, of in (("start", "from"), ("end", "until")) if said[of]}


def worded(name: str, note: NoteGiven) -> Json:
    """The words of a note as a field of this name, with their language and their translations; nothing without words.

    A text is written as it was signed, letter by letter.
    """
    if not note.text.strip():
        return {}
    return {name: note.text, f"_{name}": {"extension": _languages(note.language, note.translations)}}


def _languages(language: str, translations: Sequence[tuple[str, str]]) -> list[Json]:
    said = [extended(LANGUAGE, "Code", as_fhir(language))] if language else []
    for tag, text in translations:
        if text.strip():
            within = [extended("lang", "Code", as_fhir(tag)), extended("content", "String", text)]
            said.append({"url": TRANSLATION, "extension": within})
    return said
