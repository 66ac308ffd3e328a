"""Tables: sent, previewed, answered, taken, undone; by the acts of the pages."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import Error, ErrorAnswer, Refusal, refusals
from tocsin.node.api.once import Answer, Key, kept, once, posting
from tocsin.node.api.paging import Limit, cursor, from_cursor, natural, newest_first
from tocsin.node.api.schemas import Asked, plain
from tocsin.node.api.tokens import may
from tocsin.node.surveillance.actions import previewing, taking, undoing, uploading
from tocsin.node.surveillance.api.sources import MAY_SEE
from tocsin.node.surveillance.intake.receiving import CountingHandler, body
from tocsin.node.surveillance.models import Disease, Place, Source, Upload

__all__ = ["MAY_SEND", "UploadSaid", "router", "said"]

router = Router(tags=["uploads"])
MAY_SEND = may(Ability.UPLOAD_COUNTS)
TABLES = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "text/plain": ".csv",
    "application/gzip": ".csv.gz",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.apache.parquet": ".parquet",
    "application/octet-stream": "",
}
BINARY = {"schema": {"type": "string", "format": "binary"}}
FORM = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
}
TABLE_BODY = {"required": True, "content": {"multipart/form-data": FORM, **dict.fromkeys(TABLES, BINARY)}}


class UploadSaid(Schema):
    """A table. `preview` stands once the status is `previewed`: what was found, what is asked, what would change."""

    id: UUID
    source: UUID
    via: str
    received_at: datetime
    file_name: str
    sha256: str
    size: int
    status: str
    preview: dict[str, Any]
    problem: dict[str, Any]
    progress: dict[str, Any]
    rows: int | None
    problems: int | None
    cells_changed: int | None
    whole: bool
    undoes: UUID | None
    generation: int | None
    taken_at: datetime | None
    is_repeat: bool = Field(False, description="These bytes had been sent before; nothing was added.")


class Uploads(Schema):
    items: list[UploadSaid]
    next: str | None


class Problem(Schema):
    row: str
    column: str
    value: str
    rule: str
    message: str
    taken: bool


class Problems(Schema):
    items: list[Problem]
    next: str | None


class Take(Asked):
    whole: bool = Field(True, description="Only if every row can be used.")


class Undo(Asked):
    text: Annotated[str, Field(min_length=1, max_length=2_000, description="Why.")]


class PlaceMatch(Asked):
    path: list[Annotated[str, Field(max_length=250)]] = Field(min_length=1, max_length=10)
    place: str = Field(max_length=60, description="Code of the place that is meant.")


class DiseaseMatch(Asked):
    name: str = Field(min_length=1, max_length=250)
    disease: str = Field(max_length=60, description="Code of the disease that is meant.")


class Matches(Asked):
    """Answers to `preview.unmatched`, kept for all later tables."""

    places: list[PlaceMatch] = Field([], max_length=500)
    diseases: list[DiseaseMatch] = Field([], max_length=500)


class Listed(Schema):
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")


def said(upload: Upload) -> UploadSaid:
    return UploadSaid(**plain(upload, UploadSaid), is_repeat=getattr(upload, "is_repeat", False))


def visible(request: HttpRequest, upload_id: UUID) -> Upload:
    return get_object_or_404(Upload.objects.visible_to(request.user), pk=upload_id)


@router.post(
    "/sources/{uuid:source_id}/uploads",
    auth=MAY_SEND,
    response={200: UploadSaid, 201: UploadSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="send_table",
    summary="Send a table: a form's file, or the table itself as the body",
    openapi_extra={"requestBody": TABLE_BODY},
)
def send_table(
    request: HttpRequest,
    source_id: UUID,
    file_name: Annotated[str, Query(max_length=250, description="Of a table that is the body.")] = "",
    idempotency_key: Key = None,
) -> Status:
    source = get_object_or_404(Source.objects.visible_to(request.user), pk=source_id)
    name, chunks = _table(request, file_name)
    digest = hashlib.sha256()
    try:
        upload = uploading.receive(
            source, file=_unless_kept(chunks, digest, request, idempotency_key), file_name=name,
            via=Upload.Via.API, by=request.user,
        )  # fmt: skip
    except _KeptError as found:
        return found.answer
    sent = (200 if upload.is_repeat else 201, said(upload))
    return once(request, idempotency_key, digest.digest(), lambda: sent)


class _KeptError(Exception):
    def __init__(self, answer: Status) -> None:
        self.answer = answer


def _unless_kept(chunks: Iterable[bytes], digest: Any, request: HttpRequest, key: str | None) -> Iterator[bytes]:
    """The chunks; at their end, an answer that the key has for these very bytes keeps them from a second receipt."""
    for chunk in chunks:
        digest.update(chunk)
        yield chunk
    if answer := kept(request, key, digest.digest()):
        raise _KeptError(answer)


def _table(request: HttpRequest, file_name: str) -> tuple[str, Iterable[bytes]]:
    """A table's name and bytes, of a form or of the body itself. Raises Refusal 415, 422."""
    if request.content_type == "multipart/form-data":
        request.upload_handlers = [CountingHandler(request)]
        file = request.FILES.get("file")
        if file is None:
            message = _("The form has no file in its field “file”.")
            raise Refusal(422, "invalid", message, [("body.file", message)])
        return file.name or file_name, file.chunks()
    if request.content_type not in TABLES:
        message = _("A table is sent as one of these types: %(types)s.") % {
            "types": ", ".join(["multipart/form-data", *TABLES])
        }
        raise Refusal(415, "wrong_type", message)
    return file_name or f"table{TABLES[request.content_type]}", body(request)


@router.get(
    "/sources/{uuid:source_id}/uploads",
    auth=MAY_SEE,
    response={200: Uploads, **refusals(404, 422)},
    operation_id="uploads",
    summary="Tables of a source, newest first",
)
def uploads(request: HttpRequest, source_id: UUID, asked: Query[Listed], limit: Limit = 100) -> dict[str, Any]:
    source = get_object_or_404(Source.objects.visible_to(request.user), pk=source_id)
    found = Upload.objects.visible_to(request.user).filter(source=source)
    rows, after = newest_first(found, asked.after, limit)
    return {"items": [said(row) for row in rows], "next": after}


@router.get(
    "/uploads/{uuid:upload_id}",
    auth=MAY_SEE,
    response={200: UploadSaid, **refusals(404, 422)},
    operation_id="upload",
    summary="One table, with its preview",
)
def upload(request: HttpRequest, upload_id: UUID) -> UploadSaid:
    return said(visible(request, upload_id))


@router.get(
    "/uploads/{uuid:upload_id}/problems",
    auth=MAY_SEE,
    response={200: Problems, **refusals(404, 422)},
    operation_id="problems",
    summary="Every row that has a problem",
)
def problems(request: HttpRequest, upload_id: UUID, asked: Query[Listed], limit: Limit = 100) -> dict[str, Any]:
    found = visible(request, upload_id)
    first = from_cursor(asked.after, natural)[0] if asked.after is not None else 0
    rows = list(islice(previewing.problem_rows(found), first, first + limit + 1))
    return {"items": rows[:limit], "next": cursor(first + limit) if len(rows) > limit else None}


@router.post(
    "/uploads/{uuid:upload_id}/take",
    auth=MAY_SEND,
    response={202: UploadSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="take",
    summary="Take what was previewed",
)
@posting
def take(request: HttpRequest, upload_id: UUID, asked: Take) -> Answer:
    found = visible(request, upload_id)
    try:
        return 202, said(taking.take(found, whole=asked.whole, by=request.user))
    except taking.PreviewOutdated as refused:
        # A new preview was asked for, which must not be undone by the refusal: so it is an answer, not an exception.
        return 409, ErrorAnswer(error=Error(code="preview_outdated", message=str(refused)))


@router.post(
    "/uploads/{uuid:upload_id}/matches",
    auth=MAY_SEND,
    response={200: UploadSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="answer_matches",
    summary="Say which places and diseases its names mean",
)
@posting
def answer_matches(request: HttpRequest, upload_id: UUID, asked: Matches) -> Answer:
    found = visible(request, upload_id)
    places = Place.objects.visible_to(request.user).in_bulk([one.place for one in asked.places], field_name="code")
    diseases = Disease.objects.in_bulk([one.disease for one in asked.diseases])
    _require_known(asked, places, diseases)
    for one in asked.places:
        previewing.match_place(found, one.path, place=places[one.place], by=request.user)
    for one in asked.diseases:
        previewing.match_disease(found, one.name, disease=diseases[one.disease], by=request.user)
    return 200, said(visible(request, upload_id))


def _require_known(asked: Matches, places: dict[str, Place], diseases: dict[str, Disease]) -> None:
    unknown = _("There is no such code.")
    where = [
        *((f"body.places.{n}.place", unknown) for n, one in enumerate(asked.places) if one.place not in places),
        *(
            (f"body.diseases.{n}.disease", unknown)
            for n, one in enumerate(asked.diseases)
            if one.disease not in diseases
        ),
    ]
    if where:
        raise Refusal(422, "invalid", _("Something in the request cannot be used; `where` says what."), where)


@router.post(
    "/uploads/{uuid:upload_id}/preview",
    auth=MAY_SEND,
    response={200: UploadSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="preview_again",
    summary="Look at it anew",
)
@posting
def preview_again(request: HttpRequest, upload_id: UUID) -> Answer:
    return 200, said(previewing.preview_again(visible(request, upload_id), by=request.user))


@router.post(
    "/uploads/{uuid:upload_id}/cancel",
    auth=MAY_SEND,
    response={200: UploadSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="cancel",
    summary="Leave it untaken",
)
@posting
def cancel(request: HttpRequest, upload_id: UUID) -> Answer:
    previewing.cancel(visible(request, upload_id), by=request.user)
    return 200, said(visible(request, upload_id))


@router.post(
    "/uploads/{uuid:upload_id}/undo",
    auth=MAY_SEND,
    response={202: UploadSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="undo",
    summary="Write back what stood before it; the answer is the undo, a table of its own",
)
@posting
def undo(request: HttpRequest, upload_id: UUID, asked: Undo) -> Answer:
    return 202, said(undoing.undo(visible(request, upload_id), by=request.user, text=asked.text))
