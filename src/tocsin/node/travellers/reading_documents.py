"""What is kept of each document: rows of models from documents, ours and theirs alike."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tocsin.exchange.documents import Document
from tocsin.node.travellers.limits import LONGEST, due
from tocsin.node.travellers.models import TravellerMessage

__all__ = ["answer_of", "expires", "message_of"]

APART = UUID("0197c2aa-7a11-7c3e-8f0d-5b1e9c2d4a77")
Fields = dict[str, Any]
JOURNEY = ("kind", "number", "from_place", "to_place", "departed", "arrived", "border_point")


def message_of(document: Document, *, is_ours: bool, is_taken: bool = False, now: datetime | None = None) -> Fields:
    """Of `TravellerMessage`, but for the tracing. What has run out when it comes is kept without the person.

    is_taken  whether another document's row has its identifier
    """
    now, body = now or timezone.now(), document.body
    ends = due(expires(body), now)
    lives = ends > now
    return {
        **_head(document, is_ours=is_ours, is_taken=is_taken), "version": document.version,
        "supersedes": UUID(document.supersedes) if document.supersedes else None, "came_at": now,
        "expires_at": expires(body), "due_at": ends, "disease_code": body["disease"] or "",
        "classification": body["classification"], "asked": list(body["asked"]),
        "legal_basis": list(body["legal_basis"]), "outcome": list(body["outcome"]),
        "contacts": len(body["contacts"]),
        "journeys": [{name: leg[name] for name in JOURNEY} for leg in body["conveyances"]] if lives else [],
        "content": {name: body[name] for name in TravellerMessage.CONTENT} if lives else {},
    }  # fmt: skip


def answer_of(document: Document, *, is_ours: bool, is_taken: bool = False, now: datetime | None = None) -> Fields:
    """Of `TravellerAnswer`, but for the tracing."""
    now, body = now or timezone.now(), document.body
    return {
        **_head(document, is_ours=is_ours, is_taken=is_taken), "of_document": UUID(body["of"]["id"]),
        "of_origin": body["of"]["origin"], "came_at": now, "due_at": now + LONGEST, "found": body["found"],
        "contacts_found": body["contacts_found"], "outcome": list(body["outcome"]), "text": body["text"],
    }  # fmt: skip


def expires(body: Mapping[str, Any]) -> datetime:
    """When it ends, as it says. Raises ValueError where it says nothing of the kind."""
    said = body.get("expires_at")
    at = parse_datetime(said) if isinstance(said, str) else None
    if at is None or at.utcoffset() is None:
        raise ValueError("expires_at is no moment")
    return at


def _head(document: Document, *, is_ours: bool, is_taken: bool) -> Fields:
    own = UUID(document.id)
    return {
        "id": uuid5(APART, f"{document.origin} {document.id}") if is_taken else own, "document_id": own,
        "origin": document.origin, "addressee": document.addressees[0], "is_ours": is_ours,
        "is_exercise": document.exercise, "language": document.language, "recorded_at": document.recorded_at,
    }  # fmt: skip
