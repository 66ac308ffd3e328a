"""A table on its way in: sent, read, previewed, answered, taken or left, and undone."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.tables import respond
from tocsin.node.language.formats import long_moment, whole
from tocsin.node.look.progress import Progress
from tocsin.node.surveillance.actions import previewing, taking, undoing, uploading
from tocsin.node.surveillance.actions.doors import Refused
from tocsin.node.surveillance.forms.sending import fields_of, files_of
from tocsin.node.surveillance.forms.sources import sort_field
from tocsin.node.surveillance.forms.uploads import (
    BadAnswer,
    FileForm,
    ReadingForm,
    UndoForm,
    asked_of,
    disease_answers,
    place_answers,
)
from tocsin.node.surveillance.intake import reading_words, receiving
from tocsin.node.surveillance.models import Disease, Place, Source, Upload
from tocsin.node.surveillance.pages.choices import by_state_and_source
from tocsin.node.surveillance.pages.exporting import audited, frame
from tocsin.node.surveillance.pages.measures import counted, heading
from tocsin.node.surveillance.pages.strata import group_text

A_PAGE = 50
PROBLEMS_SHOWN = 100
PROBLEMS_LOOKED_AT = 20_000
ASKED_AT_ONCE = 50
UNDER_WAY = (Upload.Status.RECEIVED, Upload.Status.READING, Upload.Status.TAKING)
TITLES = {
    Upload.Status.RECEIVED: gettext_lazy("Being read: %(file)s"),
    Upload.Status.READING: gettext_lazy("Being read: %(file)s"),
    Upload.Status.TAKING: gettext_lazy("Being taken: %(file)s"),
    Upload.Status.UNREADABLE: gettext_lazy("%(file)s cannot be read"),
    Upload.Status.CANCELLED: gettext_lazy("%(file)s was not taken"),
}
COLUMNS = (
    Column("received_at", gettext_lazy("received"), "moment"),
    Column("source", gettext_lazy("source"), "text"),
    Column("file", gettext_lazy("file"), "text"),
    Column("by", gettext_lazy("who"), "text"),
    Column("via", gettext_lazy("by way of"), "text"),
    Column("status", gettext_lazy("state"), "text"),
    Column("rows", gettext_lazy("rows"), "whole"),
    Column("problems", gettext_lazy("rows that cannot be used"), "whole"),
    Column("changed", gettext_lazy("counts changed"), "whole"),
    Column("taken_at", gettext_lazy("taken"), "moment"),
    Column("sha256", gettext_lazy("checksum"), "text"),
)
PROBLEM_COLUMNS = (
    Column("row", gettext_lazy("row"), "whole"),
    Column("column", gettext_lazy("column"), "text"),
    Column("value", gettext_lazy("value"), "text"),
    Column("rule", gettext_lazy("rule"), "text"),
    Column("sentence", gettext_lazy("what is wrong"), "text"),
    Column("used", gettext_lazy("used all the same"), "text"),
)


@requires(Ability.READ_SURVEILLANCE, Ability.UPLOAD_COUNTS)
def uploads(request: HttpRequest) -> HttpResponse:
    found = _filtered(request)
    waiting = Upload.objects.visible_to(request.user).filter(status=Upload.Status.PREVIEWED).count()
    page = {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "waiting": waiting,
        "statuses": Upload.Status.choices,
        "sources": Source.objects.visible_to(request.user).only("name", "titles"),
        "chosen": request.GET,
        "may": {"read": request.user.may(Ability.READ_SURVEILLANCE), "export": request.user.may(Ability.EXPORT)},
    }
    return render(request, "surveillance/uploads.html", page)


def _filtered(request: HttpRequest) -> QuerySet[Upload]:
    found = Upload.objects.visible_to(request.user).select_related("source", "by", "undone_by", "undoes")
    return by_state_and_source(found, request, Upload.Status)


@requires(Ability.EXPORT)
def uploads_export(request: HttpRequest, kind: str) -> HttpResponse:
    table = Table(
        title=_("Tables"), columns=COLUMNS, rows=_exported(_filtered(request)), filename=_("tables"), **frame()
    )
    return audited(request, "uploads.exported", respond(request, table, kind))


def _exported(found: QuerySet[Upload]) -> Iterator[tuple[object, ...]]:
    for one in found.iterator(chunk_size=2_000):
        yield (
            one.received_at, str(one.source), one.file_name, one.by.name if one.by else _("the machine"),
            one.get_via_display(), one.get_status_display(), one.rows, one.problems, one.cells_changed, one.taken_at,
            one.sha256,
        )  # fmt: skip


@requires(Ability.UPLOAD_COUNTS)
def upload_table(request: HttpRequest, pk: str) -> HttpResponse:
    """Choose a file for a source. A script sends it with its progress shown; without one it is an ordinary form."""
    source = get_object_or_404(Source.objects.visible_to(request.user).select_related("place", "organisation"), pk=pk)
    form = FileForm(fields_of(request), files_of(request))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = uploading.receive(
                source, file=file.chunks(), file_name=file.name, via=Upload.Via.PAGE, by=request.user
            )
        except (receiving.RefusedFile, Refused) as refusal:
            form.add_error("file", str(refusal))
        else:
            return _received(request, made)
    if form.errors and request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return JsonResponse({"error": " ".join(form.errors.get("file", ()))}, status=422)
    page = {"source": source, "form": form, "largest": whole(receiving.settings.LARGEST_UPLOAD >> 20)}
    return render(request, "surveillance/upload_table.html", page, status=422 if form.errors else 200)


def _received(request: HttpRequest, made: Upload) -> HttpResponse:
    if made.is_repeat:
        sent = {"name": made.file_name, "moment": long_moment(made.received_at), "status": made.get_status_display()}
        text = _("This very file was sent before: “%(name)s” on %(moment)s. Its state: %(status)s.") % sent
        if not Upload.objects.visible_to(request.user).filter(pk=made.pk).exists():
            messages.info(request, _("This very file was sent before by another organisation; nothing was changed."))
            return redirect("source", pk=made.source_id)
        messages.info(request, text)
    return redirect("upload", pk=made.pk)


def _visible(request: HttpRequest, pk: str) -> Upload:
    found = Upload.objects.visible_to(request.user)
    return get_object_or_404(
        found.select_related("source__place", "source__organisation", "by", "taken_by", "undoes", "undone_by"), pk=pk
    )


@requires(Ability.READ_SURVEILLANCE, Ability.UPLOAD_COUNTS)
def upload(request: HttpRequest, pk: str) -> HttpResponse:
    one = _visible(request, pk)
    return _show(request, one, ReadingForm(upload=one))


def _show(request: HttpRequest, one: Upload, form: ReadingForm, status: int = 200) -> HttpResponse:
    page: dict[str, Any] = {
        "upload": one,
        "title": _title(one),
        "may": {
            "upload": request.user.may(Ability.UPLOAD_COUNTS),
            "manage": request.user.may(Ability.MANAGE_SOURCES),
            "read": request.user.may(Ability.READ_SURVEILLANCE),
        },
    }
    if one.status in UNDER_WAY:
        page["progress"] = _progress(one)
        return render(request, "surveillance/upload_under_way.html", page)
    if one.problem:
        page["refused"] = reading_words.unreadable(one.problem.get("code", ""))
    if one.status == Upload.Status.UNREADABLE:
        return render(request, "surveillance/upload_unreadable.html", {**page, "form": form}, status=status)
    if one.status == Upload.Status.PREVIEWED:
        page |= _preview(one, form)
        return render(request, "surveillance/upload_preview.html", page, status=status)
    page |= {"changes": one.preview.get("changes"), "taken": one.preview.get("taken"), "rows_taken": _usable(one)}
    if page["may"]["read"] and one.taken_at:
        page["screening"] = one.source.screenings.filter(asked_at__gte=one.taken_at).order_by("asked_at").first()
    return render(request, "surveillance/upload_done.html", page)


def _usable(one: Upload) -> int:
    return max(0, (one.rows or 0) - (one.problems or 0))


def _title(one: Upload) -> str:
    good = _usable(one)
    values = {"file": one.file_name, "n": whole(one.rows), "good": whole(good), "bad": whole(one.problems)}
    values["changed"] = whole(one.cells_changed)
    unsettled = _unsettled(one)
    values["names"] = whole(unsettled)
    if one.status == Upload.Status.PREVIEWED and unsettled:
        said = ngettext(
            "%(n)s rows read: %(names)s name is to be settled before they can be taken",
            "%(n)s rows read: %(names)s names are to be settled before they can be taken",
            unsettled,
        )
    elif one.status == Upload.Status.PREVIEWED and one.problems:
        said = ngettext(
            "%(n)s row read: %(good)s can be taken, %(bad)s cannot",
            "%(n)s rows read: %(good)s can be taken, %(bad)s cannot",
            one.rows or 0,
        )
    elif one.status == Upload.Status.PREVIEWED:
        said = ngettext("%(n)s row read: it can be taken", "%(n)s rows read: all can be taken", one.rows or 0)
    elif one.status == Upload.Status.TAKEN and not one.undoes_id:
        said = ngettext(
            "Taken: %(good)s row; %(changed)s counts changed", "Taken: %(good)s rows; %(changed)s counts changed", good
        )
    else:
        said = _undo_title(one) if one.undoes_id else str(TITLES[one.status])
    return said % values


def _unsettled(one: Upload) -> int:
    unmatched = one.preview.get("unmatched", {})
    return len(unmatched.get("places", ())) + len(unmatched.get("diseases", ()))


def _undo_title(one: Upload) -> str:
    if one.status == Upload.Status.TAKEN:
        return _("Undone: %(file)s; %(changed)s counts stand as they did before")
    if one.status == Upload.Status.TAKING:
        return _("Undoing: %(file)s")
    return _("%(file)s was not undone")


def _progress(one: Upload) -> Progress:
    told = one.progress or {}
    what = reading_words.WORK.get(told.get("what", ""), reading_words.WORK[""])
    started = one.received_at
    return Progress(
        what=what,
        done=told.get("done", 0),
        total=told.get("of", 0),
        url=reverse("upload_progress", args=[one.pk]),
        seconds=(timezone.now() - started).total_seconds(),
        finished=one.status not in UNDER_WAY,
        next_url=reverse("upload", args=[one.pk]),
        next_label=_("Show what was found"),
    )


@requires(Ability.READ_SURVEILLANCE, Ability.UPLOAD_COUNTS)
def upload_progress(request: HttpRequest, pk: str) -> HttpResponse:
    """The part of the page that says how far it is; when it is done, the browser goes on to what was found."""
    one = _visible(request, pk)
    answer = render(request, "look/progress.html", {"progress": _progress(one)})
    if one.status not in UNDER_WAY and request.headers.get("HX-Request"):
        answer["HX-Redirect"] = reverse("upload", args=[one.pk])
    return answer


def _preview(one: Upload, form: ReadingForm) -> dict[str, Any]:
    found = one.preview
    places, diseases = asked_of(one)
    names = _names_of(found)
    changes = found["changes"]
    return {
        "form": form,
        "found": found,
        "good": _usable(one),
        "total": _("%(counted)s in all") % {"counted": counted(one.source.measure, round(found["cells"]["total"]))},
        "measure": heading(one.source.measure),
        "notes": [_note(note, form) for note in found["notes"]],
        "by_rule": [{**row, "sentence": reading_words.rule(row["rule"])} for row in found["problems"]["by_rule"]],
        "problems": _first_problems(one),
        "places": places[:ASKED_AT_ONCE],
        "diseases": diseases[:ASKED_AT_ONCE],
        "all_diseases": Disease.objects.order_by(sort_field(get_language() or "en")) if diseases else (),
        "unsettled": _unsettled(one),
        "largest": [{**change, **_named(change, names)} for change in changes["largest"]],
        "warnings": [
            reading_words.warning(one["code"], {**one["values"], **_named(one["values"], names)})
            for one in found["warnings"]
        ],
        "first": parse_date(found["periods"]["first"]),
        "last": parse_date(found["periods"]["last"]),
        "nothing_changes": not any(changes[kind] for kind in ("new", "up", "down", "withdrawn")),
    }


def _note(note: dict[str, Any], form: ReadingForm) -> dict[str, Any]:
    """A note's sentence, and the field that would correct it, here or at the source."""
    field = reading_words.CORRECTED_BY.get(note["code"], "")
    return {
        "kind": note["kind"],
        "sentence": reading_words.note(note["code"], note["values"]),
        "field": form[field] if field in form.fields else None,
        "at_source": field and field not in form.fields,
    }


def _names_of(found: dict[str, Any]) -> tuple[dict[str, Disease], dict[int, Place]]:
    told = [*found["changes"]["largest"], *(one["values"] for one in found["warnings"] if "place" in one["values"])]
    return (
        Disease.objects.in_bulk({one["disease"] for one in told}),
        Place.objects.in_bulk({one["place"] for one in told}),
    )


def _named(told: dict[str, Any], names: tuple[dict[str, Disease], dict[int, Place]]) -> dict[str, Any]:
    if "place" not in told:
        return {}
    diseases, places = names
    place = str(places.get(told["place"], told["place"]))
    return {
        "disease": str(diseases.get(told["disease"], told["disease"])),
        "place": f"{place} · {group_text(told['stratum'])}" if told["stratum"] else place,
        "day": date.fromisoformat(told["period"]),
    }


def _first_problems(one: Upload) -> list[dict[str, Any]]:
    """Rows that cannot be used first, then those that were used all the same."""
    rows = list(islice(previewing.problem_rows(one), PROBLEMS_LOOKED_AT))
    rows.sort(key=lambda row: row["taken"] == "true")
    return [
        {**row, "sentence": reading_words.rule(row["rule"]), "used": row["taken"] == "true"}
        for row in rows[:PROBLEMS_SHOWN]
    ]


@requires(Ability.UPLOAD_COUNTS, Ability.EXPORT)
def upload_problems(request: HttpRequest, pk: str, kind: str) -> HttpResponse:
    one = _visible(request, pk)
    table = Table(
        title=_("Problems of %(file)s") % {"file": one.file_name}, columns=PROBLEM_COLUMNS, rows=_problem_rows(one),
        filename=_("problems of %(file)s") % {"file": one.file_name.rpartition(".")[0] or one.file_name}, **frame(),
    )  # fmt: skip
    return audited(request, "upload.problems_exported", respond(request, table, kind), one)


def _problem_rows(one: Upload) -> Iterator[tuple[object, ...]]:
    for row in previewing.problem_rows(one):
        used = _("yes") if row["taken"] == "true" else _("no")
        yield int(row["row"]), row["column"], row["value"], row["rule"], reading_words.rule(row["rule"]), used


@require_POST
@requires(Ability.UPLOAD_COUNTS)
def upload_reading(request: HttpRequest, pk: str) -> HttpResponse:
    one = _visible(request, pk)
    form = ReadingForm(request.POST, upload=one)
    if not form.is_valid():
        return _show(request, one, form, status=422)
    return _done(request, one, lambda: previewing.set_options(one, form.options(), by=request.user))


@require_POST
@requires(Ability.UPLOAD_COUNTS)
def upload_answers(request: HttpRequest, pk: str) -> HttpResponse:
    """What names of the table mean. Each answer is kept by itself, so that a wrong one loses none of the others."""
    one = _visible(request, pk)
    settled = 0
    try:
        for answer in disease_answers(request.POST, one):
            previewing.match_disease(one, answer.name, disease=answer.means, by=request.user)
            settled += 1
        for answer in place_answers(request.POST, one):
            previewing.match_place(one, answer.name, place=answer.means, by=request.user)
            settled += 1
    except (Refused, BadAnswer) as refusal:
        messages.warning(request, str(refusal))
    if settled:
        said = ngettext("%(n)s name is settled for good.", "%(n)s names are settled for good.", settled)
        messages.success(request, said % {"n": whole(settled)})
    return redirect("upload", pk=one.pk)


@require_POST
@requires(Ability.UPLOAD_COUNTS)
def upload_take(request: HttpRequest, pk: str) -> HttpResponse:
    one = _visible(request, pk)
    whole_table = request.POST.get("whole") == "1"
    return _done(request, one, lambda: taking.take(one, whole=whole_table, by=request.user))


@require_POST
@requires(Ability.UPLOAD_COUNTS)
def upload_again(request: HttpRequest, pk: str) -> HttpResponse:
    one = _visible(request, pk)
    return _done(request, one, lambda: previewing.preview_again(one, by=request.user))


@require_POST
@requires(Ability.UPLOAD_COUNTS)
def upload_cancel(request: HttpRequest, pk: str) -> HttpResponse:
    one = _visible(request, pk)
    return _done(
        request, one, lambda: previewing.cancel(one, by=request.user),
        said=_("The table was left; nothing was changed. The same file may be sent again."),
    )  # fmt: skip


def _done(request: HttpRequest, one: Upload, act: Any, said: str = "") -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        if said:
            messages.success(request, said)
    return redirect("upload", pk=one.pk)


@requires(Ability.UPLOAD_COUNTS)
def upload_undo(request: HttpRequest, pk: str) -> HttpResponse:
    """What undoing would do, asked before it is done."""
    one = _visible(request, pk)
    form = UndoForm(fields_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = undoing.undo(one, by=request.user, text=form.cleaned_data["text"])
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect("upload", pk=one.pk)
        return redirect("upload", pk=made.pk)
    later = Upload.objects.filter(source=one.source_id, status=Upload.Status.TAKEN, generation__gt=one.generation or 0)
    page = {"upload": one, "form": form, "later": later.count()}
    return render(request, "surveillance/upload_undo.html", page, status=422 if form.errors else 200)


urlpatterns = [
    path("uploads/", uploads, name="uploads"),
    path("uploads/export.<str:kind>", uploads_export, name="uploads_export"),
    path("sources/<uuid:pk>/upload/", upload_table, name="upload_table"),
    path("uploads/<uuid:pk>/", upload, name="upload"),
    path("uploads/<uuid:pk>/progress/", upload_progress, name="upload_progress"),
    path("uploads/<uuid:pk>/problems.<str:kind>", upload_problems, name="upload_problems"),
    path("uploads/<uuid:pk>/reading/", upload_reading, name="upload_reading"),
    path("uploads/<uuid:pk>/answers/", upload_answers, name="upload_answers"),
    path("uploads/<uuid:pk>/again/", upload_again, name="upload_again"),
    path("uploads/<uuid:pk>/take/", upload_take, name="upload_take"),
    path("uploads/<uuid:pk>/cancel/", upload_cancel, name="upload_cancel"),
    path("uploads/<uuid:pk>/undo/", upload_undo, name="upload_undo"),
]
