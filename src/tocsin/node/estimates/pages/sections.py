"""What pages of surveillance show of estimates: a section of the signal's page, and one of the situation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.estimates.models import Estimate
from tocsin.node.estimates.pages.figures_part import FiguresPart, figures_part
from tocsin.node.estimates.pages.reading import GROWING, SHRINKING, UNCLEAR, Figures, figures
from tocsin.node.estimates.pages.saying import (
    interval,
    number,
    pace,
    span_text,
    way_word,
)
from tocsin.node.estimates.pages.severities import beside_series, of_whole_states
from tocsin.node.estimates.pages.severity import SeverityShown
from tocsin.node.surveillance.models import Source, Thread
from tocsin.node.surveillance.pages.beside import Section

__all__ = ["OfDisease", "Shown", "of_signal", "of_situation", "shown", "whole_state"]

AT_FIRST = 8
ORDER = {GROWING: 0, UNCLEAR: 1, SHRINKING: 2, "": 3}


@dataclass(frozen=True, slots=True)
class Shown:
    """One estimate on a page.

    figures    sentences, picture and table
    severity   whom it kills; None where nobody counts deaths beside it
    is_older   newer counts have come since
    export     address of the table as a file without its ending; "" where one may not be made
    """

    figures: FiguresPart
    severity: SeverityShown | None
    computed_at: datetime
    generation: int
    engine: str
    is_older: bool
    export: str


def of_signal(thread: Thread, person: Person) -> Section | None:
    """Of the headline's series. Nothing of what partners share, of months, and of what has no series."""
    first = thread.headline
    if first is None or first.series is None or thread.shared_by_id is not None or thread.every == "month":
        return None
    found = Estimate.objects.visible_to(person).filter(series=first.series_id).first()
    if found is None:
        waits = thread.is_open or thread.status == Thread.Status.WATCH
        return Section("estimates/signal_waits.html", None) if waits else None
    severity = beside_series(first.series, person)
    return Section("estimates/signal_section.html", shown(found, first.series.source, str(thread), person, severity))


def shown(
    estimate: Estimate, source: Source, name: str, person: Person, severity: SeverityShown | None = None
) -> Shown:
    """`name` is of what is counted where, for the picture's text alternative."""
    return Shown(
        figures=figures_part(estimate.payload, source.measure, name),
        severity=severity,
        computed_at=estimate.computed_at,
        generation=estimate.generation,
        engine=estimate.engine,
        is_older=estimate.generation != source.generation,
        export=reverse("estimate_export", args=[estimate.series_id, "csv"]) if person.may(Ability.EXPORT) else "",
    )


@dataclass(frozen=True, slots=True)
class OfDisease:
    """A row of the situation: what is really happening with one disease in one source.

    way   growing, shrinking, unclear or ""; `word` says it
    die   of 100 cases so many, with the interval; "" where it is not known
    """

    series: int
    name: str
    source: str
    href: str
    period: str
    now: str
    reported: str
    is_estimated: bool
    factor: str
    is_reproduction: bool
    way: str
    word: str
    soon: str
    soon_period: str
    die: str


@dataclass(frozen=True, slots=True)
class Situation:
    rows: list[OfDisease]
    more: list[OfDisease]
    computed_at: datetime
    tells_deaths: bool


def of_situation(sources: Sequence[Source], person: Person) -> Section | None:
    """Each disease of the whole state, growing ones first. Exercises are not among what happens."""
    told = whole_state(sources, person)
    if not told:
        return None
    several = len({source.pk for _, _, source in told}) > 1
    die = of_whole_states({source.pk for _, _, source in told}, person)
    rows = [
        _row(one, said, source, several, die.get((source.pk, one.series.disease_id), "")) for one, said, source in told
    ]
    newest = max(one.computed_at for one, _, _ in told)
    tells_deaths = any(row.die for row in rows)
    return Section(
        "estimates/situation_section.html", Situation(rows[:AT_FIRST], rows[AT_FIRST:], newest, tells_deaths)
    )


def whole_state(sources: Sequence[Source], person: Person) -> list[tuple[Estimate, Figures, Source]]:
    """What is told of each disease of the whole state: the growing first, of these the largest. One query."""
    by_key = {source.pk: source for source in sources if source.shared_by_id is None and not source.is_exercise}
    national = Estimate.objects.visible_to(person).filter(source__in=list(by_key), is_national=True)
    found = [(one, figures(one.payload), by_key[one.source_id]) for one in national.select_related("series__disease")]
    told = [(one, said, source) for one, said, source in found if _is_worth_a_row(said)]
    return sorted(told, key=lambda each: (ORDER[each[1].way], -_size(each[1]), each[0].series_id))


def _is_worth_a_row(said: Figures) -> bool:
    """Of what nobody has, and what nobody knows the way of, there is nothing to tell."""
    return said.period is not None and said.reported is not None and (_size(said) > 0 or bool(said.way))


def _size(said: Figures) -> float:
    return said.nowcast.middle if said.nowcast is not None else said.reported or 0.0


def _row(one: Estimate, said: Figures, source: Source, several: bool, die: str) -> OfDisease:
    return OfDisease(
        series=one.series_id,
        name=str(one.series.disease),
        source=str(source) if several else "",
        href=reverse("one_series", args=[one.series_id]),
        period=span_text(said.period, said) if said.period else "",
        now=interval(said.nowcast) if said.nowcast is not None and said.fills_up else number(said.reported),
        reported=number(said.reported) if said.fills_up else "",
        is_estimated=said.fills_up,
        factor=pace(said),
        is_reproduction=said.reproduction is not None,
        way=said.way,
        word=way_word(said.way),
        soon=interval(said.soon[1]) if said.soon else "",
        soon_period=span_text(said.soon[0], said) if said.soon else "",
        die=die,
    )
