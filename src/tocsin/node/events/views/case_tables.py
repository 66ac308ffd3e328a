"""A table into the line list: pasted or sent, looked at, read otherwise, taken or left."""

from collections.abc import Iterator
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions import cases as acts
from tocsin.node.events.forms.cases import TableForm, reading_of
from tocsin.node.events.line_list.refusals import TableChanged
from tocsin.node.events.line_list.sentences import sentence
from tocsin.node.events.line_list.tables import MOST_BYTES, Cells, open_file, open_text
from tocsin.node.events.models import LineListTable
from tocsin.node.events.pages.case_tables import preview, title
from tocsin.node.events.pages.head import head
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.views.finding import the_event
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.tables import respond
from tocsin.node.look import drafts
from tocsin.node.surveillance.forms.sending import fields_of, files_of
from tocsin.node.surveillance.intake.receiving import shown_name
from tocsin.node.surveillance.pages.exporting import audited, frame

PROBLEMS = (
    Column("row", gettext_lazy("row"), "whole"),
    Column("column", gettext_lazy("column"), "text"),
    Column("value", gettext_lazy("value"), "text"),
    Column("rule", gettext_lazy("rule"), "text"),
    Column("sentence", gettext_lazy("what is wrong"), "text"),
    Column("used", gettext_lazy("used all the same"), "text"),
)


def _writes_cases(request: HttpRequest) -> None:
    if not request.user.may(Ability.WRITE_EVENTS):
        raise PermissionDenied


@requires(Ability.READ_CASES)
def add_case_table(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Paste a table, or send a file. Nothing is taken before it has been looked at."""
    _writes_cases(request)
    event = the_event(request, pk)
    form = TableForm(fields_of(request), files_of(request))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            cells = _opened(form)
            made = acts.receive_table(event, cells, name=shown_name(file.name) if file else "", by=request.user)
        except ActRefused as refusal:
            form.add_error("file" if file else "text", str(refusal))
        else:
            return redirect("case_table", pk=event.pk, table=made.pk)
    page = {"head": head(event, request.user, "line_list"), "form": form}
    return render(request, "events/add_case_table.html", page, status=422 if form.errors else 200)


def _opened(form: TableForm) -> Cells:
    file = form.cleaned_data["file"]
    if file:
        return open_file(file.read(MOST_BYTES + 1), shown_name(file.name))
    return open_text(form.cleaned_data["text"])


def _table(request: HttpRequest, pk: UUID, table: UUID) -> LineListTable:
    event = the_event(request, pk)
    found = LineListTable.objects.visible_to(request.user).select_related("by").defer("draft")
    one = get_object_or_404(found, pk=table, event=event)
    one.event = event
    return one


@requires(Ability.READ_CASES)
def case_table(request: HttpRequest, pk: UUID, table: UUID) -> HttpResponse:
    return _show(request, _table(request, pk, table))


def _show(request: HttpRequest, table: LineListTable, refused: str = "") -> HttpResponse:
    is_waiting = table.status == LineListTable.Status.PREVIEWED
    may_take = is_waiting and request.user.may(Ability.WRITE_EVENTS)
    page = {
        "head": head(table.event, request.user, "line_list"),
        "table": table,
        "title": title(table),
        "good": table.rows - table.left_out,
        "found": preview(table),
        "is_waiting": is_waiting,
        "may_take": may_take,
        "may_export": request.user.may(Ability.EXPORT),
        "refused": refused,
    }
    return render(request, "events/case_table.html", page, status=409 if refused else 200)


@require_POST
@requires(Ability.READ_CASES)
def read_case_table(request: HttpRequest, pk: UUID, table: UUID) -> HttpResponse:
    """Look at it again, with what a person says of its columns and dates."""
    _writes_cases(request)
    one = _table(request, pk, table)
    columns, order = reading_of(request.POST)
    try:
        acts.read_anew(one, columns=columns, order=order, by=request.user)
    except ActRefused as refusal:
        return _show(request, _table(request, pk, table), str(refusal))
    return redirect("case_table", pk=pk, table=table)


@require_POST
@requires(Ability.READ_CASES)
def take_case_table(request: HttpRequest, pk: UUID, table: UUID) -> HttpResponse:
    _writes_cases(request)
    one = _table(request, pk, table)
    try:
        taken = acts.take_table(one, by=request.user)
    except TableChanged as refusal:
        asked = {int(at): name for at, name in one.asked.get("columns", {}).items()}
        acts.read_anew(one, columns=asked, order=one.asked.get("order", ""), by=request.user)
        return _show(request, _table(request, pk, table), str(refusal))
    except ActRefused as refusal:
        return _show(request, _table(request, pk, table), str(refusal))
    drafts.saved(request, f"event-{pk}-table", title(taken))
    return redirect(
        "case_table" if taken.left_out else "line_list",
        **({"pk": pk, "table": table} if taken.left_out else {"pk": pk}),
    )


@require_POST
@requires(Ability.READ_CASES)
def cancel_case_table(request: HttpRequest, pk: UUID, table: UUID) -> HttpResponse:
    _writes_cases(request)
    try:
        acts.cancel_table(_table(request, pk, table), by=request.user)
    except ActRefused as refusal:
        return _show(request, _table(request, pk, table), str(refusal))
    drafts.saved(request, f"event-{pk}-table", _("Nothing was taken; what the table held is forgotten."))
    return redirect("line_list", pk=pk)


@requires(Ability.READ_CASES)
@requires(Ability.EXPORT)
def case_table_problems(request: HttpRequest, pk: UUID, table: UUID, kind: str) -> HttpResponse:
    one = _table(request, pk, table)
    made = Table(
        title=_("Rows of the table that need a look"),
        columns=PROBLEMS,
        rows=_problems(one),
        filename=_("problems of the table"),
        **frame(),
    )
    return audited(request, "line-list.problems_exported", respond(request, made, kind), one.event, kind=kind)


def _problems(table: LineListTable) -> Iterator[tuple[object, ...]]:
    for row, heading, value, rule, taken in table.problems:
        yield row, heading, value, rule, sentence(rule), _("yes") if taken else _("no")


urlpatterns = [
    path("events/<uuid:pk>/cases/table/", add_case_table, name="add_case_table"),
    path("events/<uuid:pk>/cases/tables/<uuid:table>/", case_table, name="case_table"),
    path("events/<uuid:pk>/cases/tables/<uuid:table>/reading/", read_case_table, name="read_case_table"),
    path("events/<uuid:pk>/cases/tables/<uuid:table>/take/", take_case_table, name="take_case_table"),
    path("events/<uuid:pk>/cases/tables/<uuid:table>/cancel/", cancel_case_table, name="cancel_case_table"),
    path(
        "events/<uuid:pk>/cases/tables/<uuid:table>/problems.<str:kind>",
        case_table_problems,
        name="case_table_problems",
    ),
]
