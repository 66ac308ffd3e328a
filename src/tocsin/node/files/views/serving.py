"""Handing files back: de-identified ones to whom the gate of their object lets in, originals to the hospital's own.

Always with their own type, without guessing, in a sandbox should a browser show one as a page; only pictures that were
made anew here, or by another node under the same rules, are shown inside a page. Each time is on record.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import requires, with_second_factor
from tocsin.node.exports.tables import attachment
from tocsin.node.files.actions.uploading import content_of
from tocsin.node.files.gates import may_see, may_see_original
from tocsin.node.files.models import Attached, CleanFile, Upload
from tocsin.node.files.reading import range_of
from tocsin.node.files.views.ranges import wanted_range
from tocsin.node.files.views.uploads import GIVES

__all__ = ["urlpatterns"]

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})
DOWNLOAD = "application/octet-stream"
TYPES = SHOWN | {
    "application/pdf", "text/csv", "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip


@require_safe
@requires(*GIVES)
def attached_file(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """A file of an object, or a range of it: a slow line goes on where it broke."""
    row = Attached.objects.exclude(kind="").select_related("clean").filter(pk=pk).first()
    if row is None or not may_see(row, request.user):
        raise Http404
    if row.state != Attached.State.WHOLE:
        return HttpResponse(status=410 if row.state == Attached.State.ERASED else 409)
    with transaction.atomic():
        audit.record("file.read", row, by=request.user, digest=row.digest, range=request.headers.get("Range", ""))
    return _served(request, row)


@require_safe
@requires(*GIVES)
def clean_upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What would be sent, for whoever gave it to look at."""
    upload = Upload.objects.visible_to(request.user).select_related("clean").filter(pk=pk).first()
    if upload is None or upload.clean is None:
        raise Http404
    response = StreamingHttpResponse(_clean(upload.clean), content_type=upload.clean.media_type)
    return _guarded(response, upload.clean.name, upload.clean.media_type)


@require_safe
@requires(*GIVES)
@with_second_factor
def original_upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The original, for this hospital alone."""
    upload = Upload.objects.filter(pk=pk).first()
    if upload is None or not may_see_original(upload, request.user) or upload.state == Upload.State.ARRIVING:
        raise Http404
    if upload.original_destroyed_at is not None:
        return HttpResponse(status=410)
    with transaction.atomic():
        audit.record("file.original-read", upload, by=request.user, digest=upload.digest)
    response = StreamingHttpResponse(content_of(upload), content_type=DOWNLOAD)
    return _guarded(response, upload.name, DOWNLOAD)


def _served(request: HttpRequest, row: Attached) -> HttpResponse:
    tag = f'"{row.digest}"'
    media_type = row.media_type if row.media_type in TYPES else DOWNLOAD
    start, end, status = 0, row.size, 200
    # A range of another file than the one that was begun would be glued to the wrong half.
    if request.headers.get("If-Range", tag) == tag:
        try:
            wanted = wanted_range(request.headers.get("Range", ""), row.size)
        except ValueError:
            response = HttpResponse(status=416)
            response["Content-Range"] = f"bytes */{row.size}"
            return response
        if wanted is not None:
            (start, end), status = wanted, 206
    response = StreamingHttpResponse(range_of(row, start, end), status=status, content_type=media_type)
    if status == 206:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{row.size}"
    response["Accept-Ranges"], response["ETag"], response["Content-Length"] = "bytes", tag, str(end - start)
    return _guarded(response, row.name, media_type)


def _guarded(response: HttpResponse, name: str, media_type: str) -> HttpResponse:
    response = attachment(response, name)
    if media_type in SHOWN:
        response["Content-Disposition"] = response["Content-Disposition"].replace("attachment", "inline", 1)
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _clean(file: CleanFile) -> Iterator[bytes]:
    for piece in file.pieces.order_by("number").iterator(chunk_size=1):
        yield bytes(piece.content)


urlpatterns = [
    path("files/uploads/<uuid:pk>/clean/", clean_upload, name="clean_upload"),
    path("files/uploads/<uuid:pk>/original/", original_upload, name="original_upload"),
    path("files/<uuid:pk>/<str:name>", attached_file, name="attached_file"),
]
