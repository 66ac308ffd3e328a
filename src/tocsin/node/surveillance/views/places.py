"""Places: the tree from country to district, found by a name in any script; their numbers and other names."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.tables import respond
from tocsin.node.language.formats import whole
from tocsin.node.language.keys import words
from tocsin.node.look import drafts
from tocsin.node.surveillance.actions import places as acts
from tocsin.node.surveillance.forms.places import (
    HEADINGS,
    AliasForm,
    FilterForm,
    ListForm,
    NewPlaceForm,
    PlaceForm,
    read_list,
)
from tocsin.node.surveillance.forms.sending import fields_of, files_of
from tocsin.node.surveillance.forms.sources import sort_field
from tocsin.node.surveillance.models import Place, PlaceAlias
from tocsin.node.surveillance.pages.exporting import audited, frame

A_PAGE = 100
PROBLEMS_SHOWN = 100
COLUMNS = tuple(
    Column(name, heading, kind)
    for name, heading, kind in (
        ("code", gettext_lazy("code"), "text"),
        ("parent", gettext_lazy("inside"), "text"),
        ("kind", gettext_lazy("kind"), "text"),
        ("name_en", gettext_lazy("name in English"), "text"),
        ("name_ru", gettext_lazy("name in Russian"), "text"),
        ("name_zh", gettext_lazy("name in Chinese"), "text"),
        ("population", gettext_lazy("population"), "whole"),
        ("tile_row", gettext_lazy("row in the tile map"), "whole"),
        ("tile_column", gettext_lazy("column in the tile map"), "whole"),
    )
)


@requires(Ability.READ_SURVEILLANCE)
def places(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    inside = Place.objects.filter(code=request.GET.get("inside", "")[:60]).first()
    found = _filtered(request, form, inside).annotate(inner=Count("children")).select_related("parent")
    page = {
        "form": form,
        "inside": inside,
        "chain": Place.objects.filter(pk__in=inside.ancestor_ids).order_by("depth") if inside else (),
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "all": Place.objects.count(),
        "searched": _is_searched(form),
        "may": {
            "read": True,
            "manage": request.user.may(Ability.MANAGE_SOURCES),
            "export": request.user.may(Ability.EXPORT),
        },
    }
    return render(request, "surveillance/places.html", page)


def _is_searched(form: FilterForm) -> bool:
    return form.is_valid() and bool(form.cleaned_data["q"] or form.cleaned_data["kind"])


def _filtered(request: HttpRequest, form: FilterForm, inside: Place | None) -> QuerySet[Place]:
    """Without a search, one level of the tree; with one, everything below it that fits."""
    found = Place.objects.visible_to(request.user).order_by(sort_field(get_language() or "en"), "pk")
    if not _is_searched(form):
        return found.filter(parent=inside)
    if inside:
        found = found.within(inside).exclude(pk=inside.pk)
    for word in words(form.cleaned_data["q"]):
        found = found.filter(search_key__contains=word)
    return found.filter(kind=form.cleaned_data["kind"]) if form.cleaned_data["kind"] else found


@requires(Ability.EXPORT)
def places_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Everything below the place that is looked at, in the columns that an import takes."""
    form = FilterForm(request.GET)
    inside = Place.objects.filter(code=request.GET.get("inside", "")[:60]).first()
    found = Place.objects.visible_to(request.user)
    if _is_searched(form):
        found = _filtered(request, form, inside)
    elif inside:
        found = found.within(inside)
    table = Table(title=_("Places"), columns=COLUMNS, rows=_exported(found), filename=_("places"), **frame())
    return audited(request, "places.exported", respond(request, table, kind))


def _exported(found: QuerySet[Place]) -> Iterator[tuple[object, ...]]:
    # By path, so that an import of the same list meets each parent first.
    rows = found.order_by("depth", "code").values_list("code", "parent__code", "kind", *HEADINGS[3:9])
    yield from rows.iterator(chunk_size=2_000)


def _visible(request: HttpRequest, pk: int) -> Place:
    return get_object_or_404(Place.objects.visible_to(request.user).select_related("parent", "state"), pk=pk)


@requires(Ability.READ_SURVEILLANCE)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _visible(request, pk), AliasForm())


def _show(request: HttpRequest, one: Place, form: AliasForm, status: int = 200) -> HttpResponse:
    order = sort_field(get_language() or "en")
    page = {
        "place": one,
        "chain": Place.objects.filter(pk__in=one.ancestor_ids).order_by("depth"),
        "inner": one.children.order_by(order)[:A_PAGE],
        "inner_count": one.children.count(),
        "neighbours": one.neighbours.order_by(order),
        "aliases": one.aliases.select_related("within").order_by("name"),
        "sources": one.sources.visible_to(request.user),
        "form": form,
        "may": {"manage": request.user.may(Ability.MANAGE_SOURCES)},
    }
    return render(request, "surveillance/place.html", page, status=status)


@requires(Ability.MANAGE_SOURCES)
def new_place(request: HttpRequest) -> HttpResponse:
    inside = Place.objects.filter(code=request.GET.get("inside", "")[:60]).first()
    form = NewPlaceForm(fields_of(request), initial={"parent": inside} if inside else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = acts.add_place(
            code=given["code"], kind=given["kind"], parent=given["parent"],
            names=(given["name_en"], given["name_ru"], given["name_zh"]), population=given["population"],
            tile=_tile(given), neighbours=given["neighbours_text"], by=request.user,
        )  # fmt: skip
        drafts.saved(request, "place-new", _("The place is added."))
        return redirect("place", pk=made.pk)
    page = {"form": form, "draft": "place-new"}
    return render(request, "surveillance/place_form.html", page, status=422 if form.errors else 200)


def _tile(given: dict[str, Any]) -> tuple[int, int] | None:
    row, column = given["tile_row"], given["tile_column"]
    return None if row is None or column is None else (row, column)


@requires(Ability.MANAGE_SOURCES)
def edit_place(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible(request, pk)
    form = PlaceForm(fields_of(request), instance=one)
    if request.method == "POST" and form.is_valid():
        neighbours = form.cleaned_data["neighbours_text"]
        changed = acts.change_place(one, form.record_fields(), neighbours=neighbours, by=request.user)
        drafts.saved(request, f"place-{pk}", _("Saved.") if changed else _("Nothing was changed."))
        return redirect("place", pk=pk)
    page = {"form": form, "draft": f"place-{pk}", "place": Place.objects.get(pk=pk)}
    return render(request, "surveillance/place_form.html", page, status=422 if form.errors else 200)


@require_POST
@requires(Ability.MANAGE_SOURCES)
def add_place_alias(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible(request, pk)
    form = AliasForm(request.POST)
    if form.is_valid():
        try:
            acts.add_alias(one, form.cleaned_data["name"], by=request.user)
        except acts.NameTaken as refusal:
            values = {"name": refusal.name, "place": refusal.place, "code": refusal.place.code}
            form.add_error("name", _("“%(name)s” means %(place)s (%(code)s) already.") % values)
        else:
            messages.success(request, _("Tables may call it so from now on."))
            return redirect("place", pk=pk)
    return _show(request, one, form, status=422)


@require_POST
@requires(Ability.MANAGE_SOURCES)
def remove_place_alias(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    one = _visible(request, pk)
    acts.remove_alias(get_object_or_404(PlaceAlias, place=one, pk=number), by=request.user)
    messages.success(request, _("Tables that call it so are asked about again; counts that are in stay."))
    return redirect("place", pk=pk)


@requires(Ability.MANAGE_SOURCES)
def import_places(request: HttpRequest) -> HttpResponse:
    """A list is shown before it is taken; what is confirmed is read once more from the text that was shown."""
    form = ListForm(fields_of(request), files_of(request))
    text = request.POST.get("list", "")
    if request.method == "POST" and not text and form.is_valid():
        text = form.cleaned_data["file"]
    if not text:
        page = {"form": form, "headings": HEADINGS}
        return render(request, "surveillance/place_import.html", page, status=422 if form.errors else 200)
    rows, problems = read_list(text)
    if request.POST.get("confirmed") == "1" and rows and not problems:
        added, changed = acts.import_places(rows, by=request.user)
        values = {"added": whole(added), "changed": whole(changed)}
        messages.success(request, _("Places added: %(added)s; changed: %(changed)s.") % values)
        return redirect("places")
    known = set(Place.objects.values_list("code", flat=True))
    page = {
        "text": text,
        "rows": rows[:PROBLEMS_SHOWN],
        "problems": problems[:PROBLEMS_SHOWN],
        "problem_count": len(problems),
        "row_count": len(rows),
        "new": sum(row.code not in known for row in rows),
        "title": _title(len(rows), len(problems)),
    }
    return render(request, "surveillance/place_list.html", page, status=422 if problems else 200)


def _title(rows: int, problems: int) -> str:
    if problems:
        said = ngettext("%(n)s problem: none of it was taken", "%(n)s problems: none of it was taken", problems)
        return said % {"n": whole(problems)}
    if not rows:
        return _("The list holds no place")
    return ngettext("%(n)s place, ready to be taken", "%(n)s places, ready to be taken", rows) % {"n": whole(rows)}


urlpatterns = [
    path("places/", places, name="places"),
    path("places/export.<str:kind>", places_export, name="places_export"),
    path("places/new/", new_place, name="new_place"),
    path("places/import/", import_places, name="import_places"),
    path("places/<int:pk>/", place, name="place"),
    path("places/<int:pk>/edit/", edit_place, name="edit_place"),
    path("places/<int:pk>/names/", add_place_alias, name="add_place_alias"),
    path("places/<int:pk>/names/<int:number>/remove/", remove_place_alias, name="remove_place_alias"),
]
