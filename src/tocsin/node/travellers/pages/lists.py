"""The list of travellers: states, disease, conveyance and day, who works on it; never who it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import State
from tocsin.node.events.vocabulary.reading import word
from tocsin.node.travellers.models import Tracing, TravellerMessage

__all__ = ["Leg", "Row", "legs", "rows", "what"]


@dataclass(frozen=True)
class Leg:
    """One conveyance as lists name it: without a seat."""

    said: str
    way: str
    departed: date | None
    arrived: date | None
    border_point: str = ""

    @property
    def day(self) -> date | None:
        return self.arrived or self.departed


@dataclass(frozen=True)
class Row:
    """One person who is looked for."""

    tracing: Tracing
    other: str
    what: str
    legs: list[Leg] = field(default_factory=list)


def rows(tracings: Iterable[Tracing]) -> list[Row]:
    """With words; the same few queries however many there are."""
    found = list(tracings)
    names = State.objects.in_bulk([one.other for one in found])
    versions = TravellerMessage.objects.filter(of__in=[one.pk for one in found], destroyed_at=None)
    latest: dict[Any, list[Any]] = {}
    for of, journeys in versions.order_by("version", "recorded_at", "id").values_list("of", "journeys"):
        latest[of] = journeys
    return [Row(one, str(names.get(one.other, one.other)), what(one), legs(latest.get(one.pk, []))) for one in found]


def what(tracing: Tracing) -> str:
    """“measles, confirmed case”."""
    disease = str(tracing.disease or tracing.disease_code or _("disease not known yet"))
    return _("%(disease)s, %(case)s") % {"disease": disease, "case": word("case_class", tracing.classification)}


def legs(journeys: Iterable[dict[str, Any]]) -> list[Leg]:
    """Conveyances in the order in which they were written."""
    return [_leg(one) for one in journeys]


def _leg(one: dict[str, Any]) -> Leg:
    said = " ".join(filter(None, (word("conveyance", one["kind"]), one["number"])))
    way = " → ".join(filter(None, (one["from_place"], one["to_place"])))
    return Leg(said, way, _day(one["departed"]), _day(one["arrived"]), one["border_point"])


def _day(said: str | None) -> date | None:
    return parse_date(said[:10]) if said else None
