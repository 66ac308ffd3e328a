"""The list of events: filters in the address, newest news first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import F, Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.events.clocks import timeliness_kept
from tocsin.node.events.models import Event
from tocsin.node.events.pages.clock_lines import Line, lines
from tocsin.node.events.pages.figures import named
from tocsin.node.events.pages.head import Chip, chips
from tocsin.node.events.serials import serial
from tocsin.node.language.formats import whole
from tocsin.node.language.keys import words

__all__ = ["EventFilters", "Row", "events_page", "rows_of", "title"]

A_PAGE = 50
SERIAL = re.compile("(?:[A-Za-z]+-)?([0-9]{4})-([0-9]{1,6})")
OPEN = ~Q(response=Event.Response.CLOSED)
SORTS = {
    "event": ("year", "number"),
    "disease": ("disease__sort_{language}", "place__sort_{language}"),
    "cases": ("cases",),
    "deaths": ("deaths",),
    "changed": ("changed_at",),
    "opened": ("opened_at",),
}


class EventFilters(forms.Form):
    q = forms.CharField(required=False, max_length=100)
    show = forms.ChoiceField(
        label=_("Show"), required=False,
        choices=(("", _("open")), ("closed", _("closed")), ("merged", _("merged into others")),
                 ("exercises", _("of exercises")), ("all", _("all"))),
    )  # fmt: skip
    verification = forms.ChoiceField(
        label=_("Verification"), required=False, choices=[("", _("any")), *Event.Verification.choices]
    )
    assessment = forms.ChoiceField(
        label=_("Assessment"), required=False, choices=[("", _("any")), *Event.Assessment.choices]
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def chosen(self) -> dict[str, str]:
        """What was asked for; anything else is as if it had not been said."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


@dataclass(frozen=True, slots=True)
class Row:
    event: Event
    serial: str
    name: str
    chips: list[Chip]
    clocks: list[Line]


def events_page(person: Person, asked: Mapping[str, str], number: str | None) -> Page:
    """A page of the events that somebody may see and asked for.

    Put in order by keys alone: the rows are long, and a late page would read all those before it.
    """
    found = _filtered(Event.objects.visible_to(person), asked)
    keys = found.order_by(*_order(asked.get("sort", ""))).values_list("pk", flat=True)
    page = Paginator(keys, A_PAGE).get_page(number)
    shown = list(page.object_list)
    rows = Event.objects.defer("facts", "texts", "curve").select_related("disease", "place", "lead").in_bulk(shown)
    page.object_list = [rows[key] for key in shown if key in rows]
    return page


def rows_of(events: Any) -> list[Row]:
    return [
        Row(event, serial(event), named(event), chips(event), lines(timeliness_kept(event.clocks))) for event in events
    ]


def title(page: Page, asked: Mapping[str, str]) -> str:
    """As in "12 open events", "3 events found"."""
    n = page.paginator.count
    if any(asked.get(name) for name in ("q", "show", "verification", "assessment")):
        said = ngettext("%(n)s event found", "%(n)s events found", n)
    else:
        said = ngettext("%(n)s open event", "%(n)s open events", n)
    return said % {"n": whole(n)}


def _filtered(found: Any, asked: Mapping[str, str]) -> Any:
    show = asked.get("show", "")
    if show == "merged":
        found = found.exclude(merged_into=None)
    elif show == "exercises":
        found = found.standing().filter(is_exercise=True)
    elif show != "all":
        found = found.of_this_alliance().standing().filter(~OPEN if show == "closed" else OPEN)
    for axis in ("verification", "assessment"):
        if asked.get(axis):
            found = found.filter(**{axis: asked[axis]})
    asked_for = asked.get("q", "")
    if number := SERIAL.fullmatch(asked_for.strip()):
        return found.filter(year=int(number[1]), number=int(number[2]))
    for word in words(asked_for):
        found = found.filter(search_key__contains=word)
    return found


def _order(sort: str) -> list[Any]:
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name not in SORTS:
        return ["-changed_at", "-pk"]
    language = {"ru": "ru", "zh-hans": "zh"}.get(get_language() or "en", "en")
    columns = [F(column.format(language=language)) for column in SORTS[name]]
    return [*(column.desc(nulls_last=True) if down else column.asc(nulls_last=True) for column in columns), "pk"]
