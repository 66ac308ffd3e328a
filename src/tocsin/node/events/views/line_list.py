"""The line list of an event: its figures for whoever may read events, its rows for whoever may read cases."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.cases import report_from_line_list
from tocsin.node.events.forms.cases import CountsDayForm
from tocsin.node.events.line_list.figures import counts_of
from tocsin.node.events.line_list.sentences import FIELD_WORDS
from tocsin.node.events.models import Event, EventCase, LineListTable
from tocsin.node.events.pages import curve
from tocsin.node.events.pages.case_tables import case_cells, value_word
from tocsin.node.events.pages.figures import named
from tocsin.node.events.pages.head import Tab, head, tab_by
from tocsin.node.events.pages.line_list import Asked, answer, fatality, filtered, piece, places_of
from tocsin.node.events.refusals import ActRefused, Changed
from tocsin.node.events.serials import serial
from tocsin.node.events.views.finding import the_event
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.tables import respond
from tocsin.node.language.formats import whole
from tocsin.node.look import drafts
from tocsin.node.surveillance.pages.exporting import audited, frame

EXPORTED = (
    Column("local_id", FIELD_WORDS["local_id"], "text"),
    Column("classification", FIELD_WORDS["classification"], "text"),
    Column("onset", FIELD_WORDS["onset"], "date"),
    Column("reported", FIELD_WORDS["reported"], "date"),
    Column("admitted", FIELD_WORDS["admitted"], "date"),
    Column("outcome", FIELD_WORDS["outcome"], "text"),
    Column("outcome_on", FIELD_WORDS["outcome_on"], "date"),
    Column("place", FIELD_WORDS["place"], "text"),
    Column("region", FIELD_WORDS["region"], "text"),
    Column("age", FIELD_WORDS["age"], "decimal"),
    Column("sex", FIELD_WORDS["sex"], "text"),
    Column("health_worker", FIELD_WORDS["health_worker"], "text"),
    Column("intensive_care", FIELD_WORDS["intensive_care"], "text"),
    Column("exposure", FIELD_WORDS["exposure"], "text"),
    Column("infected_by", FIELD_WORDS["infected_by"], "text"),
)
TABLES_SHOWN = 10

tab_by(Tab("line_list", gettext_lazy("Line list"), Ability.READ_EVENTS, 10))


@requires(Ability.READ_EVENTS)
def line_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, the_event(request, pk))


def _page(request: HttpRequest, event: Event, *, status: int = 200, form: CountsDayForm | None = None) -> HttpResponse:
    person, by = request.user, request.GET.get("by", "")
    may_read = person.may(Ability.READ_CASES)
    page: dict[str, Any] = {
        "head": head(event, person, "line_list"),
        "answer": _("%(event)s: %(answer)s") % {"event": named(event), "answer": answer(event)},
        "curve": curve.curve_chart(event, by),
        "by": curve.periods_of(event.curve, by)[0],
        "classes": curve.class_chart(event, by),
        "ages": curve.age_chart(event),
        "places": curve.place_chart(event),
        "fatality": fatality(event),
        "may_read": may_read,
        "may_export": may_read and person.may(Ability.EXPORT),
        "counts": _counts(event) if event.curve else [],
        "counts_form": form or CountsDayForm(initial={"version": event.version}, auto_id="from_list_%s"),
    }
    if may_read:
        page |= _rows(event, person, Asked.of(request.GET))
    return render(request, "events/line_list.html", page, status=status)


def _rows(event: Event, person: Person, asked: Asked) -> dict[str, Any]:
    listed = piece(event, person, asked)
    tables = LineListTable.objects.visible_to(person).filter(event=event).select_related("by")
    return {
        "asked": asked,
        "list": listed,
        "rows": [(case, case_cells(case)) for case in listed.rows],
        "choices": {
            "classification": EventCase.Classification.choices,
            "outcome": EventCase.Outcome.choices,
            "sex": EventCase.Sex.choices,
            "place": places_of(event),
        },
        "tables": tables.defer("draft", "problems", "preview")[:TABLES_SHOWN],
    }


def _counts(event: Event) -> list[tuple[str, str]]:
    labels = {
        "suspected": _("Suspected"), "probable": _("Probable"), "confirmed": _("Confirmed"), "deaths": _("Deaths"),
        "hospitalised": _("In hospital"), "intensive_care": _("In intensive care"),
        "health_workers": _("Health workers"),
    }  # fmt: skip
    counted = counts_of(event.curve)
    return [(label, whole(counted[name])) for name, label in labels.items()]


@require_POST
@requires(Ability.WRITE_EVENTS)
def count_line_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Report the list's counts as those of a day."""
    event = the_event(request, pk)
    form = CountsDayForm(request.POST, auto_id="from_list_%s")
    status = 422
    if form.is_valid():
        said = form.cleaned_data
        try:
            report_from_line_list(event, as_of=said["as_of"], version=said["version"], by=request.user)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Changed) else 422
        else:
            drafts.saved(request, f"event-{event.pk}-from-list", _("The event’s counts are those of the line list."))
            return redirect("line_list", pk=event.pk)
    return _page(request, the_event(request, pk), status=status, form=form)


@requires(Ability.READ_CASES)
@requires(Ability.EXPORT)
def line_list_export(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """What the filters leave, as a file that can be taken again."""
    event = the_event(request, pk)
    found = (
        filtered(event, request.user, Asked.of(request.GET))
        .select_related("place__parent")
        .order_by("onset", "local_id")
    )
    table = Table(
        title=answer(event),
        columns=EXPORTED,
        rows=_exported(found),
        filename=f"{_('line list')} {serial(event)}",
        **frame(),
    )
    return audited(request, "line-list.exported", respond(request, table, kind), event, kind=kind)


def _exported(found: QuerySet[EventCase]) -> Iterator[tuple[object, ...]]:
    for one in found.iterator(chunk_size=2_000):
        place = one.place
        words = {name: value_word(name, getattr(one, name)) for name in ("classification", "outcome", "sex")}
        known = {
            name: "" if getattr(one, name) is None else value_word(name, getattr(one, name))
            for name in ("health_worker", "intensive_care")
        }
        yield (
            one.local_id, words["classification"], one.onset, one.reported, one.admitted, words["outcome"],
            one.outcome_on, str(place) if place else "", str(place.parent) if place and place.parent else "", one.age,
            words["sex"], known["health_worker"], known["intensive_care"], one.exposure, one.infected_by,
        )  # fmt: skip


urlpatterns = [
    path("events/<uuid:pk>/cases/", line_list, name="line_list"),
    path("events/<uuid:pk>/cases/counts/", count_line_list, name="count_line_list"),
    path("events/<uuid:pk>/cases/export.<str:kind>", line_list_export, name="line_list_export"),
]
