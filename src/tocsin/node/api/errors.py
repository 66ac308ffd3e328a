"""Answers that refuse: one shape for all of them, in the reader's language, and never a traceback.

    {"error": {"code": "invalid", "message": "…", "where": [{"field": "body.rows.3.count", "message": "…"}]}}

`code` is stable and for programs, `message` is a sentence for people. Unexpected failures carry an `id` that stands
beside the traceback in the node's log; a verdict that came too late carries `details` of the one before it.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.api.sentences import sentence
from tocsin.node.records import new_id
from tocsin.node.surveillance.actions.doors import Refused
from tocsin.node.surveillance.intake.receiving import RefusedFile, TooLarge
from tocsin.node.surveillance.threads.refusals import AlreadyDecided

__all__ = ["ErrorAnswer", "Refusal", "handle_all", "refusals", "refuse"]

log = logging.getLogger("tocsin.node.api")

MOST_PLACES = 100
BODY = "asked"  # how endpoints call their body


class Where(Schema):
    """What of the request is wrong: "query", "path", "header" or "body", then the names down to it."""

    field: str
    message: str


class Error(Schema):
    code: str
    message: str
    where: list[Where] = []
    details: dict[str, Any] | None = None
    id: UUID | None = None


class ErrorAnswer(Schema):
    """Every refusal of the API."""

    error: Error


@dataclass
class Refusal(Exception):
    """An answer other than success. `where` pairs a field with what is wrong with it."""

    status: int
    code: str
    message: str
    where: Iterable[tuple[str, str]] = ()
    details: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def refusals(*statuses: int) -> dict[int, type[ErrorAnswer]]:
    """For the table of an endpoint's answers: those that each has, and `statuses`."""
    return dict.fromkeys((400, 401, 403, 429, 500, 503, *statuses), ErrorAnswer)


def refuse(refusal: Refusal, id: UUID | None = None) -> HttpResponse:
    """The refusal as an answer."""
    where = [{"field": name, "message": str(message)} for name, message in refusal.where]
    said: dict[str, Any] = {"code": refusal.code, "message": refusal.message, "where": where[:MOST_PLACES]}
    if refusal.details is not None:
        said["details"] = refusal.details
    if id is not None:
        said["id"] = id
    return JsonResponse({"error": said}, status=refusal.status, headers=dict(refusal.headers))


def handle_all(api: NinjaAPI) -> None:
    """Let the API turn whatever is raised into an answer."""
    for kind, told in TOLD.items():
        api.add_exception_handler(kind, lambda request, error, told=told: refuse(told(error)))
    api.add_exception_handler(Exception, _unexpected)


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    key = new_id()
    log.error("%s %s failed, %s", request.method, request.path, key, exc_info=error)
    message = _("Something failed on the node. Its administrator finds it in the log under the id of this answer.")
    return refuse(Refusal(500, "unexpected", message), id=key)


def _invalid(error: ValidationError) -> Refusal:
    where = [(_path(each["loc"]), sentence(each)) for each in error.errors]
    return Refusal(422, "invalid", _("Something in the request cannot be used; `where` says what."), where)


def _path(names: Iterable[str | int]) -> str:
    """Where it stands in the request, without the name that the endpoint gives to its whole body."""
    source, *inner = map(str, names)
    return ".".join([source, *(inner[1:] if inner[:1] == [BODY] else inner)])


def _http(error: HttpError) -> Refusal:
    # Whatever reading a body raises comes as a 400 with its cause.
    if isinstance(error.__cause__, Refusal):
        return error.__cause__
    if error.status_code == 400:
        return Refusal(400, "unreadable", _("The body cannot be read as JSON in UTF-8."))
    return Refusal(error.status_code, "refused", str(error))


def _unauthenticated(error: AuthenticationError) -> Refusal:
    message = _("Give an open token: “Authorization: Bearer tocsin_…”. People make tokens on their page of tokens.")
    return Refusal(401, "no_token", message, headers={"WWW-Authenticate": 'Bearer realm="tocsin"'})


def _throttled(error: Throttled) -> Refusal:
    message = _("Too many calls with this token; wait as many seconds as Retry-After says.")
    return Refusal(429, "too_many_calls", message, headers={"Retry-After": str(error.wait or 1)})


def _decided(error: AlreadyDecided) -> Refusal:
    threads = [
        {
            "thread": thread.pk,
            "version": thread.version,
            "status": thread.status,
            "merged_into": thread.merged_into_id,
            "act": verdict.act if verdict else None,
            "by": verdict.by.name if verdict and verdict.by else None,
            "at": verdict.at if verdict else None,
        }
        for thread, verdict in error.conflicts
    ]
    return Refusal(409, "already_decided", str(error), details={"threads": threads})


def _busy(error: OperationalError) -> Refusal:
    log.warning("the database did not answer in time: %s", error)
    message = _("The node is busy. Nothing was done; try again in a moment.")
    return Refusal(503, "busy", message, headers={"Retry-After": "5"})


def _too_large(error: Exception) -> Refusal:
    message = str(error) if isinstance(error, TooLarge) else _("The body of the request is larger than is read.")
    return Refusal(413, "too_large", message)


TOLD = {
    Refusal: lambda error: error,
    ValidationError: _invalid,
    HttpError: _http,
    AuthenticationError: _unauthenticated,
    Throttled: _throttled,
    AlreadyDecided: _decided,
    ActRefused: lambda error: Refusal(409, "refused", str(error)),
    Refused: lambda error: Refusal(409, "refused", str(error)),
    RefusedFile: lambda error: Refusal(422, "file_refused", str(error)),
    TooLarge: _too_large,
    RequestDataTooBig: _too_large,
    TooManyFilesSent: lambda error: Refusal(400, "unreadable", _("The form holds too many files.")),
    MultiPartParserError: lambda error: Refusal(400, "unreadable", _("The body cannot be read as a form.")),
    UnreadablePostError: lambda error: Refusal(400, "unreadable", _("The body ended before it was complete.")),
    PermissionDenied: lambda error: Refusal(403, "not_allowed", _("You may not do this.")),
    Http404: lambda error: Refusal(404, "not_found", _("There is nothing here, or it is not yours to see.")),
    OperationalError: _busy,
}
