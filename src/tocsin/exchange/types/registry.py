"""The types of documents that this node knows, and what it finds in a document by its type. docs/exchange-types.md."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any

from jsonschema_rs import Draft202012Validator as Validator
from jsonschema_rs import ValidationError

from tocsin.exchange.documents import NATIONAL, Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.acknowledgements import check_acknowledgement
from tocsin.exchange.types.assistance import check_assistance
from tocsin.exchange.types.capabilities import check_capabilities
from tocsin.exchange.types.clinical_notes import check_clinical_note
from tocsin.exchange.types.consultations import check_consultation
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.decisions import check_decision
from tocsin.exchange.types.drills import check_drill
from tocsin.exchange.types.erasures import check_erasure
from tocsin.exchange.types.file_parts import check_file_part
from tocsin.exchange.types.findings import Findings, Found
from tocsin.exchange.types.hospitals import check_hospital
from tocsin.exchange.types.indicators import check_indicators
from tocsin.exchange.types.letters import check_letter, check_letters_read
from tocsin.exchange.types.messages import check_message
from tocsin.exchange.types.notifications import check_notification
from tocsin.exchange.types.receipts import check_receipt
from tocsin.exchange.types.relevance import check_relevance
from tocsin.exchange.types.sessions import check_session
from tocsin.exchange.types.texts import check_text
from tocsin.exchange.types.transfers import check_transfer
from tocsin.exchange.types.translations import check_translation
from tocsin.exchange.types.traveller_answers import check_traveller_answer
from tocsin.exchange.types.travellers import check_traveller
from tocsin.exchange.types.verification_answers import check_verification_answer
from tocsin.exchange.types.verification_requests import check_verification_request

__all__ = ["TYPES", "DocumentType", "examine"]

UNREAD = "this value"  # stands for a value in a sentence that people read: what was refused is not repeated


@dataclass(frozen=True)
class DocumentType:
    """A type in one version: who it may be for, the schema of its body, and what of a body that follows it cannot be.

    `check` adds to what is found; it may rely on the schema, but for rows that are among the findings already.
    """

    name: str
    version: int
    classifications: frozenset[str]
    check: Callable[[Document, Context, Found], None]

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema (2020-12) of the body."""
        source = resources.files(__package__) / "schemas" / f"{self.name}-{self.version}.json"
        schema: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
        return schema

    @cached_property
    def validator(self) -> Validator:
        """The schema, compiled."""
        return Validator(self.schema)

    @cached_property
    def row_validator(self) -> Validator | None:
        """The schema of one of the body's `rows`, if it has any."""
        definitions = self.schema["$defs"]
        return Validator({"$ref": "#/$defs/row", "$defs": definitions}, mask=UNREAD) if "row" in definitions else None

    @cached_property
    def frame_validator(self) -> Validator:
        """The schema of all but the rows; of these, how many there may be."""
        properties = {name: dict(rule) for name, rule in self.schema["properties"].items()}
        properties.get("rows", {}).pop("items", None)
        return Validator(self.schema | {"properties": properties}, mask=UNREAD)


_ALL = frozenset({"PUBLIC", "FAMILY", "MEMBERS", "SELECTIVE"})
_NOT_PUBLIC = frozenset({"FAMILY", "MEMBERS", "SELECTIVE"})
_SELECTIVE = frozenset({"SELECTIVE"})
# Between two hospitals of one state such a document is made, examined and kept like any other, and never leaves.
_OF_PATIENTS = frozenset({"SELECTIVE", NATIONAL})
_KNOWN = (
    DocumentType("weekly-indicators", 1, _ALL, check_indicators),
    DocumentType("message", 1, frozenset({"MEMBERS", "SELECTIVE"}), check_message),
    DocumentType("receipt", 1, _SELECTIVE, check_receipt),
    DocumentType("erasure", 1, _ALL, check_erasure),
    DocumentType("notification", 1, _ALL, check_notification),
    DocumentType("acknowledgement", 1, _SELECTIVE, check_acknowledgement),
    DocumentType("relevance", 1, _SELECTIVE, check_relevance),
    DocumentType("verification-request", 1, _SELECTIVE, check_verification_request),
    DocumentType("verification-answer", 1, _SELECTIVE, check_verification_answer),
    DocumentType("translation", 1, _ALL, check_translation),
    DocumentType("traveller", 1, _SELECTIVE, check_traveller),
    DocumentType("traveller-answer", 1, _SELECTIVE, check_traveller_answer),
    DocumentType("drill", 1, frozenset({"MEMBERS", "SELECTIVE"}), check_drill),
    DocumentType("session", 1, _NOT_PUBLIC, check_session),
    DocumentType("decision", 1, _NOT_PUBLIC, check_decision),
    DocumentType("assistance", 1, _NOT_PUBLIC, check_assistance),
    DocumentType("capabilities", 1, _NOT_PUBLIC, check_capabilities),
    DocumentType("hospital", 1, _NOT_PUBLIC, check_hospital),
    DocumentType("consultation", 1, _OF_PATIENTS, check_consultation),
    DocumentType("transfer", 1, _OF_PATIENTS, check_transfer),
    DocumentType("clinical-note", 1, _OF_PATIENTS, check_clinical_note),
    DocumentType("letter", 1, _OF_PATIENTS, check_letter),
    DocumentType("letters-read", 1, _OF_PATIENTS, check_letters_read),
    DocumentType("file-part", 1, _SELECTIVE, check_file_part),
)
TYPES = {(one.name, one.version): one for one in _KNOWN}


def examine(document: Document, *, context: Context) -> Findings:
    """What of `document` is not to be taken, and why. A type or version not known here gives `type-unknown` alone."""
    found = Found()
    kind = TYPES.get((document.type, document.type_version))
    if kind is None:
        said = say("type-not-known", type=document.type, version=document.type_version)
        found.document("type-unknown", said, "/type")
        return found.findings()
    _check_head(document, kind, context, found)
    if _follows_schema(document, kind, found):
        kind.check(document, context, found)
    return found.findings()


def _check_head(document: Document, kind: DocumentType, context: Context, found: Found) -> None:
    if document.classification not in kind.classifications:
        allowed = ", ".join(sorted(kind.classifications))
        said = say("never-for", type=kind.name, classification=document.classification, allowed=allowed)
        found.document("classification", said, "/classification")
    if context.exercise is not None and document.exercise != context.exercise:
        said = say("is-an-exercise" if document.exercise else "is-no-exercise")
        found.document("head-mismatch", said, "/exercise")
    check_text(document.source, "/source", found)


def _follows_schema(document: Document, kind: DocumentType, found: Found) -> bool:
    """Whether the content can be read. What is wrong in one row alone is a reason against that row.

    Errors are asked for one at a time: a list of all would be as long as a hostile document makes it.
    """
    body = document.body if isinstance(document.body, dict) else dict(document.body)
    if kind.validator.is_valid(body):
        return True
    if error := _first_error(kind.frame_validator, body):
        found.document("schema", error.message, _pointer("body", *error.instance_path))
        return False
    assert kind.row_validator is not None
    for index, row in enumerate(body["rows"]):
        if error := _first_error(kind.row_validator, row):
            found.row(index, "schema", error.message, _pointer("body", "rows", index, *error.instance_path))
    return True


def _first_error(validator: Validator, value: Any) -> ValidationError | None:
    try:
        validator.validate(value)
    except ValidationError as error:
        return error
    return None


def _pointer(*path: str | int) -> str:
    return "".join(f"/{part}" for part in path)
