"""What the overview of an event shows of its estimates: read as they are stored, computed by nobody here."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.estimates.building.estimating import YOUNG
from tocsin.node.estimates.pages.figures_part import FiguresPart, figures_part
from tocsin.node.estimates.pages.severity import SeverityShown, severity_shown
from tocsin.node.events.line_list.groups import age_name
from tocsin.node.events.models import Event, EventEstimate
from tocsin.node.events.pages.figures import named

__all__ = ["EstimatesShown", "estimates_shown"]


@dataclass(frozen=True, slots=True)
class EstimatesShown:
    """Given to events/estimates.html.

    estimate  None: it is being computed
    figures   nowcast, R and forecast; None: too few cases
    severity  None: no outcome is known
    export    address of the table as a file without its ending; "" where one may not be made
    is_older  the list has changed since
    """

    estimate: EventEstimate | None
    figures: FiguresPart | None
    severity: SeverityShown | None
    as_of: date | None
    by_onset: bool
    export: str
    is_older: bool


def estimates_shown(event: Event, person: Person) -> EstimatesShown | None:
    """None where there is no line list."""
    if not event.curve:
        return None
    found = EventEstimate.objects.visible_to(person).filter(event=event).first()
    if found is None:
        return EstimatesShown(None, None, None, None, by_onset=True, export="", is_older=False)
    found.event = event
    payload, severity = found.payload, found.severity
    title = _("%(event)s: deaths by age") % {"event": named(event)}
    return EstimatesShown(
        estimate=found,
        figures=_figures(event, payload),
        severity=None if severity is None else severity_shown(severity, age_name, title),
        as_of=found.as_of,
        by_onset=found.counted_by == "onset",
        export=reverse("event_estimate_export", args=[event.pk, "csv"])
        if payload and person.may(Ability.EXPORT)
        else "",
        is_older=found.is_older(),
    )


def _figures(event: Event, payload: dict[str, Any] | None) -> FiguresPart | None:
    if payload is None:
        return None
    part = figures_part(payload, "cases", named(event))
    if payload["nowcast"] is None or len(payload["dates"]) >= YOUNG:
        return part
    young = _(
        "The outbreak is young. At its beginning reporting mostly becomes faster, and the truth is outside such "
        "intervals more often than they say."
    )
    return replace(part, why=[young, *part.why])
