"""Where counts come from: which tables are late, how each source is read and screened, and what it was sent."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.tables import respond
from tocsin.node.language.formats import listing, long_date, whole
from tocsin.node.look import drafts
from tocsin.node.surveillance.actions import sources as acts
from tocsin.node.surveillance.forms.reading import FIELDS, initial
from tocsin.node.surveillance.forms.sending import fields_of
from tocsin.node.surveillance.forms.sources import BreakForm, SourceForm
from tocsin.node.surveillance.intake.lateness import lateness
from tocsin.node.surveillance.models import Place, Screening, Source, SourceBreak, Upload
from tocsin.node.surveillance.pages.exporting import audited, frame
from tocsin.node.surveillance.pages.shared_words import shared_words
from tocsin.node.surveillance.pages.unused_rows import unused_rows
from tocsin.node.surveillance.runs import methods

A_PAGE = 100
HISTORY = 20
COLUMNS = (
    Column("name", gettext_lazy("source"), "text"),
    Column("disease", gettext_lazy("disease"), "text"),
    Column("organisation", gettext_lazy("organisation"), "text"),
    Column("place", gettext_lazy("place"), "text"),
    Column("last_table", gettext_lazy("last table"), "moment"),
    Column("due", gettext_lazy("due"), "moment"),
    Column("state", gettext_lazy("state"), "text"),
    Column("last_period", gettext_lazy("last period"), "date"),
    Column("screening", gettext_lazy("screening"), "text"),
    Column("exercise", gettext_lazy("exercise"), "text"),
    Column("provenance", gettext_lazy("provenance"), "text"),
)
STATES = {
    "on_time": gettext_lazy("on time"),
    "late": gettext_lazy("late"),
    "overdue": gettext_lazy("overdue"),
    "off": gettext_lazy("not in use"),
}
SORTS = {
    "name": lambda row: str(row["source"]).casefold(),
    "due": lambda row: row["late"].due,
    "last": lambda row: (row["source"].last_taken_at is not None, row["source"].last_taken_at),
}


@requires(Ability.READ_SURVEILLANCE, Ability.UPLOAD_COUNTS)
def sources(request: HttpRequest) -> HttpResponse:
    rows = _rows(request)
    own = [row for row in rows if not row["source"].shared_by_id]
    in_use = [row for row in own if row["source"].is_on]
    page = {
        "title": _title(len(in_use), _late(own), partners=len(_late_partners(rows))),
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "may": _may(request.user),
    }
    return render(request, "surveillance/sources.html", page)


@requires(Ability.EXPORT)
def sources_export(request: HttpRequest, kind: str) -> HttpResponse:
    table = Table(
        title=_("Sources"), columns=COLUMNS, rows=_exported(_rows(request)), filename=_("sources"), **frame()
    )  # fmt: skip
    return audited(request, "sources.exported", respond(request, table, kind))


def _exported(rows: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        one = row["source"]
        screening = Screening.Status(one.screened).label if one.screened else ""
        yield (
            str(one), str(one.disease or ""), str(one.organisation), str(one.place), one.last_taken_at,
            row["late"].due if one.is_on else None, str(STATES[row["state"]]), one.last_period, str(screening),
            _("exercise") if one.is_exercise else "", one.provenance,
        )  # fmt: skip


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    """Every source that the person sees, the latest first unless the address sorts otherwise; off ones at the end."""
    found = _with_screening(Source.objects.visible_to(request.user))
    now = timezone.now()
    rows = []
    for one in found.select_related("organisation", "disease", "place"):
        late = lateness(one, now)
        rows.append({"source": one, "late": late, "state": late.state if one.is_on else "off"})
    key = request.GET.get("sort", "")
    if key.removeprefix("-") in SORTS:
        return sorted(rows, key=SORTS[key.removeprefix("-")], reverse=key.startswith("-"))
    return sorted(rows, key=lambda row: (not row["source"].is_on, -row["late"].late_by, str(row["source"]).casefold()))


def _with_screening(found: QuerySet[Source]) -> QuerySet[Source]:
    last = Screening.objects.filter(source=OuterRef("pk")).order_by("-asked_at").values("status")[:1]
    return found.annotate(screened=Subquery(last))


def _late(rows: list[dict[str, Any]]) -> int:
    return sum(row["state"] in ("late", "overdue") for row in rows)


def _late_partners(rows: list[dict[str, Any]]) -> set[str]:
    return {row["source"].shared_by_id for row in rows if row["source"].shared_by_id and _late([row])}


def _title(in_use: int, late: int, *, partners: int) -> str:
    """How one's own sources stand; what partners owe is said apart."""
    own = _own_title(in_use, late)
    if not partners:
        return own
    told = ngettext("counts of %(n)s partner late", "counts of %(n)s partners late", partners) % {"n": whole(partners)}
    return _("%(said)s · %(partners)s") % {"said": own, "partners": told}


def _own_title(in_use: int, late: int) -> str:
    values = {"n": whole(in_use), "late": whole(late)}
    if not in_use:
        return _("No source sends counts yet")
    if not late:
        return ngettext("%(n)s source, on time", "%(n)s sources, all on time", in_use) % values
    return ngettext("%(late)s of %(n)s source is late", "%(late)s of %(n)s sources are late", in_use) % values


def _may(person: Person) -> dict[str, bool]:
    """What to offer; each act asks again for itself."""
    return {
        "manage": person.may(Ability.MANAGE_SOURCES),
        "upload": person.may(Ability.UPLOAD_COUNTS),
        "screen": person.may(Ability.SCREEN),
        "export": person.may(Ability.EXPORT),
        "read": person.may(Ability.READ_SURVEILLANCE),
    }


def _visible(request: HttpRequest, pk: str) -> Source:
    found = Source.objects.visible_to(request.user).select_related("organisation", "disease", "place")
    return get_object_or_404(found, pk=pk)


@requires(Ability.READ_SURVEILLANCE, Ability.UPLOAD_COUNTS)
def source(request: HttpRequest, pk: str) -> HttpResponse:
    return _show(request, _visible(request, pk), BreakForm())


def _show(request: HttpRequest, one: Source, form: BreakForm, status: int = 200) -> HttpResponse:
    uploads = Upload.objects.visible_to(request.user).filter(source=one).select_related("by", "undone_by", "undoes")
    may = _may(request.user)
    page = {
        "source": one,
        "late": lateness(one),
        "title": _answer(one),
        "uploads": Paginator(uploads, HISTORY).get_page(request.GET.get("page")),
        "screenings": one.screenings.select_related("by")[:HISTORY] if may["read"] else (),
        "breaks": one.breaks.all(),
        "break_form": form,
        "reading": list(_reading(one)),
        "method": methods.METHODS.get(one.method),
        "may": may,
        "shared": shared_words(one) if one.shared_by_id else None,
        "may_write": request.user.may(Ability.WRITE_MESSAGES),
        "unused": unused_rows(one, request.user) if may["read"] else None,
    }
    return render(request, "surveillance/source.html", page, status=status)


def _answer(one: Source) -> str:
    late = lateness(one)
    values = {"source": str(one), "due": long_date(late.due)}
    if not one.is_on:
        return _("%(source)s: not in use") % values
    if one.last_taken_at is None:
        return _("%(source)s: no table yet, the first is due on %(due)s") % values
    if late.is_late:
        return _("%(source)s: late, a table was due on %(due)s") % values
    return _("%(source)s: on time, the next table is due on %(due)s") % values


def _reading(one: Source) -> Iterator[tuple[str, str]]:
    """What the source says of its tables' layout, in the words of the form; what it leaves open is not listed."""
    shown = initial(one.layout, one.columns)
    form = SourceForm(instance=one)
    for name in FIELDS:
        value = shown.get(name)
        if not value:
            continue
        choices = dict(getattr(form.fields[name], "choices", ()))
        if name in ("negative", "totals") and name not in one.layout:
            continue
        if isinstance(value, list):
            value = listing(value)
        yield str(form.fields[name].label), str(choices.get(value, _("yes") if value is True else value))


@requires(Ability.MANAGE_SOURCES)
def new_source(request: HttpRequest) -> HttpResponse:
    # Most sources are of the service that sets them up, and cover its whole state.
    usual = {"organisation": request.user.organisation_id, "place": Place.objects.filter(code=here().code).first()}
    form = SourceForm(fields_of(request), language=get_language() or "en", initial=usual)
    if request.method == "POST" and form.is_valid():
        made = acts.add_source(Source(**form.record_fields()), by=request.user)
        drafts.saved(request, "source-new", _("The source is set up. Upload its first table."))
        return redirect("source", pk=made.pk)
    page = {"form": form, "draft": "source-new"}
    return render(request, "surveillance/source_form.html", page, status=422 if form.errors else 200)


@requires(Ability.MANAGE_SOURCES)
def edit_source(request: HttpRequest, pk: str) -> HttpResponse:
    one = _visible(request, pk)
    form = SourceForm(fields_of(request), instance=one, language=get_language() or "en")
    draft = f"source-{one.pk}"
    if request.method == "POST" and form.is_valid():
        changed = acts.change_source(one, form.record_fields(), by=request.user)
        drafts.saved(request, draft, _("Saved.") if changed else _("Nothing was changed."))
        return redirect("source", pk=one.pk)
    # A form that was refused has put what was typed into the record; its name on the page is still the old one.
    page = {"form": form, "draft": draft, "source": Source.objects.get(pk=one.pk)}
    return render(request, "surveillance/source_form.html", page, status=422 if form.errors else 200)


@requires(Ability.MANAGE_SOURCES)
def method_options(request: HttpRequest) -> HttpResponse:
    """The options of a method with their defaults: a part of the form, fetched when it is asked for."""
    method = request.GET.get("method", "")
    if method not in methods.METHODS:
        raise Http404
    options = methods.as_text({name: value for name, value in methods.defaults(method).items() if value is not None})
    return render(request, "surveillance/source_method.html", {"method": methods.METHODS[method], "options": options})


@require_POST
@requires(Ability.MANAGE_SOURCES)
def switch_source(request: HttpRequest, pk: str) -> HttpResponse:
    one = _visible(request, pk)
    acts.switch_source(one, on=request.POST.get("on") == "1", by=request.user)
    messages.success(
        request,
        _("The source is in use.") if request.POST.get("on") == "1" else
        _("The source is neither expected nor screened any more; its counts stay."),
    )  # fmt: skip
    return redirect("source", pk=one.pk)


@require_POST
@requires(Ability.MANAGE_SOURCES)
def add_break(request: HttpRequest, pk: str) -> HttpResponse:
    one = _visible(request, pk)
    form = BreakForm(request.POST)
    if form.is_valid():
        try:
            acts.add_break(one, by=request.user, **form.cleaned_data)
        except acts.AlreadyBroken as refusal:
            values = {"day": long_date(refusal.earlier.starts_on), "what": refusal.earlier.what}
            form.add_error("starts_on", _("There is a break on %(day)s already: %(what)s.") % values)
        else:
            drafts.saved(request, f"break-{one.pk}", _("Baselines begin anew on that day from the next screening on."))
            return redirect("source", pk=one.pk)
    return _show(request, one, form, status=422)


@require_POST
@requires(Ability.MANAGE_SOURCES)
def remove_break(request: HttpRequest, pk: str, number: int) -> HttpResponse:
    one = _visible(request, pk)
    acts.remove_break(get_object_or_404(SourceBreak, source=one, pk=number), by=request.user)
    messages.success(request, _("The break is removed; earlier counts enter the baseline again."))
    return redirect("source", pk=one.pk)


urlpatterns = [
    path("sources/", sources, name="sources"),
    path("sources/export.<str:kind>", sources_export, name="sources_export"),
    path("sources/new/", new_source, name="new_source"),
    path("sources/method/", method_options, name="method_options"),
    path("sources/<uuid:pk>/", source, name="source"),
    path("sources/<uuid:pk>/edit/", edit_source, name="edit_source"),
    path("sources/<uuid:pk>/switch/", switch_source, name="switch_source"),
    path("sources/<uuid:pk>/breaks/", add_break, name="add_break"),
    path("sources/<uuid:pk>/breaks/<int:number>/remove/", remove_break, name="remove_break"),
]
