"""Whom it kills, beside what a source counts: with a signal, and as a figure in a row of the situation."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tocsin.node.alliance.exercise_mark import marked
from tocsin.node.alliance.models import Person
from tocsin.node.estimates.models import Severity
from tocsin.node.estimates.pages.risks import Risk
from tocsin.node.estimates.pages.severity import SeverityShown, severity_shown
from tocsin.node.language import formats
from tocsin.node.surveillance.models import Series

__all__ = ["age_name", "beside_series", "nearest", "of_whole_states"]


def age_name(code: str) -> str:
    """Of an age group as `building/age_groups.py` writes it: under 1, 1–4, 65 and over, 6–11 months."""
    if code == "0":
        return _("under 1")
    if code.endswith("m"):
        first, _dash, last = code[:-1].partition("-")
        pattern = ngettext("%(months)s month", "%(months)s months", int(last or first))
        return pattern % {"months": "–".join(part for part in (first, last) if part)}
    if code.endswith("m+"):
        pattern = ngettext("%(months)s month and over", "%(months)s months and over", int(code[:-2]))
        return pattern % {"months": code[:-2]}
    if code.endswith("+"):
        return pgettext("age group", "%(years)s and over") % {"years": code[:-1]}
    return code.replace("-", "–")


def nearest(series: Series, person: Person) -> Severity | None:
    """Of the disease of a series, by its source with others: in its place, or else in the innermost one around it."""
    by_it = Q(source=series.source_id) | Q(deaths_source=series.source_id) | Q(severe_source=series.source_id)
    around = [series.place_id, *series.place.ancestor_ids]
    found = Severity.objects.visible_to(person).unmixed().filter(by_it, disease=series.disease_id, place__in=around)
    with_names = found.select_related("source", "deaths_source", "severe_source", "disease", "place")
    return with_names.order_by("-place__depth", "source__name", "pk").first()


def beside_series(series: Series, person: Person) -> SeverityShown | None:
    """Given to the template estimates/severity_part.html as `severity`. Of what nobody counts deaths there is none."""
    found = nearest(series, person)
    if found is None:
        return None
    payload = found.payload
    title = marked(formats.phrases((found.disease, found.place)), found.source)
    shown = severity_shown(payload, age_name, title)
    notes = [_when_and_where(found), *_weakened(found, series), *shown.notes]
    return replace(shown, notes=notes, method=[*shown.method, _of_what(found)])


def _when_and_where(found: Severity) -> str:
    since, as_of = found.payload["since"], found.payload["as_of"]
    values = {
        "place": found.place,
        "first": formats.long_date(date.fromisoformat(since or as_of)),
        "last": formats.long_date(date.fromisoformat(as_of)),
    }
    return _("Cases and deaths in %(place)s, from %(first)s to %(last)s.") % values


def _weakened(found: Severity, series: Series) -> list[str]:
    """What is known here of the sources, and not in the payload's own words."""
    said = []
    if "ages_differ" in found.payload["why"]:
        said.append(_("Cases and deaths are not counted by the same age groups, so all ages are taken together."))
    if "cases_not_by_onset" in found.payload["why"]:
        said.append(
            _(
                "Cases are not counted by their day of onset: the time from case to death is taken a little too long, "
                "and the risk may look a little higher than it is while cases rise."
            )
        )
    counted = ((found.source, found.generation), (found.deaths_source, found.deaths_generation))
    # Of the source of the series itself the whole section says so.
    if any(one.generation != generation for one, generation in counted if one.pk != series.source_id):
        said.append(_("Newer counts have come since this was estimated; it is done again after the next screening."))
    return said


def _of_what(found: Severity) -> str:
    values = {"cases": found.source, "deaths": found.deaths_source, "care": found.severe_source}
    if found.severe_source is None:
        return _("Cases: %(cases)s. Deaths: %(deaths)s.") % values
    return _("Cases: %(cases)s. Deaths: %(deaths)s. Intensive care: %(care)s.") % values


def of_whole_states(sources: Iterable[UUID], person: Person) -> dict[tuple[UUID, str], str]:
    """By source and disease: of 100 cases in the whole state so many die, with the interval. One query."""
    national = Severity.objects.visible_to(person).unmixed().filter(source__in=list(sources), is_national=True)
    rows = national.order_by().values_list("source", "disease", "payload")
    return {(source, disease): said for source, disease, payload in rows if (said := _of_100(payload))}


def _of_100(payload: dict[str, Any]) -> str:
    risk = Risk.of(payload["all"])
    if risk is None:
        return ""
    shown = [formats.decimal(100 * value, risk.digits) for value in (risk.estimate, risk.low, risk.high)]
    return _("%(middle)s (%(low)s to %(high)s)") % dict(zip(("middle", "low", "high"), shown, strict=True))
