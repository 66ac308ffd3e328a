"""Uploads: begun, gone on with, finished; by a script in ranges, or by a plain form whole."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.files import limits
from tocsin.node.files.actions import checking, uploading
from tocsin.node.files.models import Upload
from tocsin.node.files.pages import told, uploads_of
from tocsin.node.files.refusals import RangeRefused, UploadRefused
from tocsin.node.files.views.ranges import asked_range

__all__ = ["GIVES", "urlpatterns"]

GIVES = (Ability.CONSULT, Ability.COORDINATE, Ability.CORRESPOND)


@requires(*GIVES)
@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request: HttpRequest) -> HttpResponse:
    """One's own, and a plain form for whoever has no script."""
    if request.method != "POST":
        return _page(request)
    given = request.FILES.get("file")
    if given is None or given.size is None:
        return _page(request, error=_("Choose a file."), status=422)
    if given.size > limits.FORM_BYTES:
        said = _("Without a script a file may have %(size)d MB.") % {"size": limits.FORM_BYTES >> 20}
        return _page(request, error=said, status=413)
    try:
        upload = uploading.begin(name=given.name or "", size=given.size, by=request.user)
        first = 0
        for content in given.chunks(limits.PIECE_BYTES):
            uploading.put_range(upload.pk, first, content, total=given.size, by=request.user)
            first += len(content)
        checking.ask_to_check(uploading.finish(upload.pk, by=request.user))
    except UploadRefused as refused:
        return _page(request, error=str(refused), status=422)
    return redirect("given_files")


@require_POST
@requires(*GIVES)
def begin_upload(request: HttpRequest) -> HttpResponse:
    """JSON: name, size, digest and fingerprint if the browser can tell. Answers where to put the ranges."""
    try:
        asked: Any = json.loads(request.body)
        name, size = str(asked["name"]), int(asked["size"])
        digest, fingerprint = str(asked.get("digest") or ""), str(asked.get("fingerprint") or "")
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RequestDataTooBig):
        return JsonResponse({"error": _("Name and size of the file are missing."), "code": "bad-request"}, status=400)
    try:
        upload = uploading.begin(name=name, size=size, by=request.user, digest=digest, fingerprint=fingerprint)
    except UploadRefused as refused:
        return _refused(refused)
    return JsonResponse(_said(upload), status=201 if not upload.received else 200)


@requires(*GIVES)
@require_http_methods(["GET", "HEAD", "PUT"])
def upload_range(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET and HEAD tell how far it is, from whichever session; PUT adds a range."""
    if request.method != "PUT":
        return _answer(_the_upload(request, pk))
    _the_upload(request, pk)
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        return JsonResponse({"error": _("The range does not say how long it is."), "code": "length"}, status=411)
    if int(length) > limits.PIECE_BYTES:
        said = _("A range has 1 to %(n)d bytes.") % {"n": limits.PIECE_BYTES}
        return JsonResponse({"error": said, "code": "range-size"}, status=413)
    content = request.body
    asked = asked_range(request.headers.get("Content-Range", ""))
    if asked is None or asked.last - asked.first + 1 != len(content):
        said = _("The range is not of the form “bytes 0-1023/4096”, or was cut off on the way.")
        return JsonResponse({"error": said, "code": "bad-range"}, status=400)
    try:
        return _answer(uploading.put_range(pk, asked.first, content, total=asked.total, by=request.user))
    except RangeRefused as refused:
        return _refused(refused)


@require_POST
@requires(*GIVES)
def finish_upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    """JSON: the digest, if the browser can tell only now. What is missing is said."""
    _the_upload(request, pk)
    try:
        asked = json.loads(request.body or b"{}")
        digest = str(asked.get("digest") or "") if isinstance(asked, dict) else ""
    except ValueError:
        digest = ""
    try:
        return _answer(checking.ask_to_check(uploading.finish(pk, digest=digest, by=request.user)))
    except RangeRefused as refused:
        return _refused(refused)


@require_POST
@requires(*GIVES)
def accept_upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    _the_upload(request, pk)
    try:
        checking.accept(pk, by=request.user)
    except ActRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It may be sent."))
    return redirect("given_files")


@require_POST
@requires(*GIVES)
def destroy_original(request: HttpRequest, pk: UUID) -> HttpResponse:
    _the_upload(request, pk)
    try:
        checking.destroy_original(pk, by=request.user)
    except ActRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The original is destroyed. What was made of it stays."))
    return redirect("given_files")


@require_POST
@requires(*GIVES)
def discard_upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    _the_upload(request, pk)
    uploading.discard(pk, by=request.user)
    messages.success(request, _("The upload is given up."))
    return redirect("given_files")


def _page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    page = {"rows": uploads_of(request.user), "error": error, "megabytes": limits.FORM_BYTES >> 20}
    return render(request, "files/uploads.html", page, status=status)


def _the_upload(request: HttpRequest, pk: UUID) -> Upload:
    """Raises Http404 for what is not there, and for what is somebody else's."""
    found = Upload.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _said(upload: Upload) -> dict[str, Any]:
    return {
        "id": str(upload.pk), "url": reverse("upload_range", args=[upload.pk]),
        "finish": reverse("finish_upload", args=[upload.pk]), "offset": upload.received, "size": upload.size,
        "piece": limits.PIECE_BYTES, "state": upload.state, "sentence": told(upload),
    }  # fmt: skip


def _answer(upload: Upload) -> HttpResponse:
    response = JsonResponse(_said(upload))
    response["Upload-Offset"], response["Cache-Control"] = str(upload.received), "no-store"
    return response


def _refused(refused: UploadRefused) -> HttpResponse:
    said: dict[str, Any] = {"error": str(refused), "code": refused.code}
    if isinstance(refused, RangeRefused):
        said["offset"] = refused.offset
    return JsonResponse(said, status=refused.status)


urlpatterns = [
    path("files/", uploads, name="given_files"),
    path("files/begin/", begin_upload, name="begin_upload"),
    path("files/uploads/<uuid:pk>/", upload_range, name="upload_range"),
    path("files/uploads/<uuid:pk>/finish/", finish_upload, name="finish_upload"),
    path("files/uploads/<uuid:pk>/accept/", accept_upload, name="accept_upload"),
    path("files/uploads/<uuid:pk>/destroy-original/", destroy_original, name="destroy_original"),
    path("files/uploads/<uuid:pk>/discard/", discard_upload, name="discard_upload"),
]
