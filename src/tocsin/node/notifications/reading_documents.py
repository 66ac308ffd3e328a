"""What is kept of each document: rows of models from documents, ours and theirs alike."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from tocsin.exchange.documents import Document
from tocsin.node.notifications.models import NotifiedEvent, VerificationRequest
from tocsin.node.post.models.documents import row_id

__all__ = ["answer_of", "notification_of", "relevance_of", "request_of"]

Fields = dict[str, Any]


def _id(said: str | None) -> UUID | None:
    return UUID(said) if said is not None else None


def _head(document: Document, *, is_ours: bool) -> Fields:
    return {
        "id": row_id(document), "document_id": UUID(document.id), "origin": document.origin, "is_ours": is_ours,
        "language": document.language,
        "is_exercise": document.exercise, "recorded_at": document.recorded_at,
    }  # fmt: skip


def notification_of(document: Document, of: NotifiedEvent, *, is_ours: bool, left_out: Collection[int] = ()) -> Fields:
    """Of `Notification`. left_out: numbers of the rows that are kept apart; nothing is kept of these."""
    rows = [row for at, row in enumerate(document.body["rows"]) if at not in set(left_out)]
    body = {**document.body, "rows": rows}
    withheld = [row[:4] for row in rows if is_ours and row[4:] == [None, "suppressed"]]
    return {
        **_head(document, is_ours=is_ours), "of": of, "version": document.version,
        "supersedes": _id(document.supersedes), "status": body["status"], "reason": body["reason"] or "",
        "classification": document.classification, "addressees": list(document.addressees),
        "no_onward_sharing": document.no_onward_sharing, "source": document.source, "body": body,
        "rows_left_out": sorted(left_out), "withheld": withheld,
    }  # fmt: skip


def relevance_of(document: Document, of: NotifiedEvent | None, *, is_ours: bool) -> Fields:
    """Of `Relevance`."""
    body = document.body
    return {
        **_head(document, is_ours=is_ours), "of": of, "notification": _id(body["of"]["id"]),
        "notified_by": body["of"]["origin"], "origin_event": _id(body["event"]), "version": document.version,
        "supersedes": _id(document.supersedes), "verdict": body["verdict"], "reasons": list(body["reasons"]),
        "text": body["text"],
    }  # fmt: skip


def request_of(document: Document, about: NotifiedEvent | None, known: Collection[str], *, is_ours: bool) -> Fields:
    """Of `VerificationRequest`. known: codes of diseases that this node knows."""
    body = document.body
    asked: Mapping[str, Any] = body["about"] or {}
    return {
        **_head(document, is_ours=is_ours), "addressees": list(document.addressees), "about": about,
        "about_notification": _id(asked.get("id")), "about_origin": asked.get("origin", ""),
        "origin_event": _id(body["event"]),
        "disease_code": body["disease"] or "", "disease_id": body["disease"] if body["disease"] in known else None,
        "places": list(body["places"]), "what_is_heard": body["what_is_heard"], "heard_from": list(body["heard_from"]),
        "questions": list(body["questions"]), "answer_by": parse_datetime(body["answer_by"]),
        "no_onward_sharing": document.no_onward_sharing,
    }  # fmt: skip


def answer_of(document: Document, request: VerificationRequest | None, *, is_ours: bool) -> Fields:
    """Of `VerificationAnswer`."""
    body = document.body
    said: Mapping[str, Any] = body["notification"] or {}
    return {
        **_head(document, is_ours=is_ours), "request": request, "of_id": _id(body["of"]["id"]),
        "of_origin": body["of"]["origin"], "standing": body["standing"], "origin_event": _id(body["event"]),
        "answered_with": _id(said.get("id")), "answered_with_origin": said.get("origin", ""), "text": body["text"],
    }  # fmt: skip
