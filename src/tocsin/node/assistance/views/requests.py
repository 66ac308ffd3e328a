"""One request, its files, and its report."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.attaching import attach, hand_back, remove
from tocsin.node.assistance.forms.acting import FileForm
from tocsin.node.assistance.models.requests import VOID
from tocsin.node.assistance.pages.report import report
from tocsin.node.assistance.pages.request_page import request_page
from tocsin.node.assistance.pages.said import titled
from tocsin.node.assistance.refusals import ActRefused
from tocsin.node.assistance.views.finding import the_attachment, the_request, the_row
from tocsin.node.assistance.views.taking_along import may_take_along, takes_along
from tocsin.node.events.files.kinds import KINDS
from tocsin.node.events.files.refusals import RefusedContent
from tocsin.node.exports.papers import FORMATS, download
from tocsin.node.exports.tables import ExportRefused, attachment, refusal
from tocsin.node.look import drafts

__all__ = ["urlpatterns"]

READ, KEEP = Ability.READ_ASSISTANCE, Ability.KEEP_ASSISTANCE


@requires(READ)
def assistance_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All of it."""
    row = the_row(request, pk)
    of = row.of
    if row.status == VOID:
        void = {"row": row, "owner": names([of.origin])[of.origin], "exercise": of.is_exercise}
        return render(request, "assistance/request_void.html", void)
    shown = {
        "page": request_page(of, request.user, now=timezone.now()), "exercise": of.is_exercise,
        "report_languages": settings.LANGUAGES if may_take_along(request.user) else (),
    }  # fmt: skip
    return render(request, "assistance/request.html", shown)


@takes_along
def assistance_report(request: HttpRequest, pk: UUID, language: str, format: str) -> HttpResponse:
    """What was asked, came and was learnt, on paper."""
    of = the_request(request, pk)
    if language not in dict(settings.LANGUAGES) or format not in FORMATS:
        raise Http404
    with translation.override(language):
        paper = report(of, request.user, now=timezone.localtime())
        name = f"assistance-{of.origin}-{timezone.localtime():%Y-%m-%d}-{language}"
        try:
            response = download(paper, format, language=language, name=name)
        except ExportRefused as refused:
            return refusal(str(refused))
    with transaction.atomic():
        audit.record("assistance.exported", of, by=request.user, language=language, format=format)
    return response


@requires(KEEP)
def assistance_attach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a file with it; what it is, its bytes say."""
    of = the_request(request, pk)
    form = FileForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data["file"]
            try:
                attach(of, given.read(), name=given.name, note=form.cleaned_data["note"], by=request.user)
            except (ActRefused, RefusedContent) as refused:
                form.add_error("file", str(refused))
            else:
                drafts.saved(request, f"assistance-file-{pk}", _("The file is kept. It stays in this state."))
                return redirect("assistance_request", pk=pk)
    shown = {"of": of, "form": form, "title": titled(of.assistance_request.title), "exercise": of.is_exercise}
    return render(request, "assistance/attach.html", shown, status=status)


@requires(READ)
def assistance_file(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    """The file as it was given; downloaded, never shown, and put on record."""
    found = the_attachment(request, pk, file)
    try:
        content = hand_back(found, by=request.user)
    except ActRefused as refused:
        messages.warning(request, str(refused))
        return redirect("assistance_request", pk=pk)
    kind = KINDS.get(found.kind)
    made = HttpResponse(content, content_type=kind.content_type if kind else "application/octet-stream")
    return attachment(made, found.name)


@require_POST
@requires(KEEP)
def assistance_remove_file(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    try:
        remove(the_attachment(request, pk, file), by=request.user)
    except ActRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Removed. The record says who did."))
    return redirect("assistance_request", pk=pk)


urlpatterns = [
    path("assistance/requests/<uuid:pk>/", assistance_request, name="assistance_request"),
    path(
        "assistance/requests/<uuid:pk>/report/<slug:language>/<slug:format>/", assistance_report,
        name="assistance_report",
    ),
    path("assistance/requests/<uuid:pk>/files/new/", assistance_attach, name="assistance_attach"),
    path("assistance/requests/<uuid:pk>/files/<uuid:file>/", assistance_file, name="assistance_file"),
    path(
        "assistance/requests/<uuid:pk>/files/<uuid:file>/remove/", assistance_remove_file,
        name="assistance_remove_file",
    ),
]  # fmt: skip
