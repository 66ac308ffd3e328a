"""What pages of surveillance show of estimates: a section of the signal's page, and one of the situation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.estimates.models import Estimate
from tocsin.node.estimates.pages.drawing import NARROW, WIDE, Words, drawn
from tocsin.node.estimates.pages.reading import GROWING, SHRINKING, UNCLEAR, Figures, figures
from tocsin.node.estimates.pages.saying import (
    doubling,
    interval,
    number,
    of_reproduction,
    sentences,
    times,
    way_word,
    why_not,
)
from tocsin.node.estimates.pages.tables import Line, lines
from tocsin.node.language import formats
from tocsin.node.surveillance.models import Source, Thread
from tocsin.node.surveillance.pages.beside import Section
from tocsin.node.surveillance.pages.measures import heading
from tocsin.node.surveillance.pages.signal_figures import period_text

__all__ = ["OfDisease", "Shown", "of_signal", "of_situation", "shown"]

AT_FIRST = 8
ORDER = {GROWING: 0, UNCLEAR: 1, SHRINKING: 2, "": 3}


@dataclass(frozen=True, slots=True)
class Shown:
    """One estimate on a page.

    sentences      plain ones, the first the answer
    picture        twice: as wide as a desk, and as a telephone
    lines          the same as a table
    why            what could not be estimated, and why
    serial         (mean, sd, source) of the serial interval; None where there is none
    is_older       newer counts have come since
    export         address of the table as a file without its ending; "" where one may not be made
    """

    every: str
    sentences: list[str]
    pictures: list[SafeString]
    caption: str
    lines: list[Line]
    has_reproduction: bool
    why: list[str]
    serial: tuple[str, str, str] | None
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
    return Section("estimates/signal_section.html", shown(found, first.series.source, str(thread), person))


def shown(estimate: Estimate, source: Source, name: str, person: Person) -> Shown:
    """`name` is of what is counted where, for the picture's text alternative."""
    said = figures(estimate.payload)
    told = sentences(said, source.measure)
    if pace := doubling(said):
        told.insert(2, pace)
    serial = (estimate.payload["reproduction"] or {}).get("serial_interval")
    return Shown(
        every=said.every,
        sentences=told,
        pictures=[drawn(estimate.payload, _words(name, told, source), shape) for shape in (WIDE, NARROW)],
        caption=_caption(said),
        lines=lines(estimate.payload),
        has_reproduction=said.reproduction is not None,
        why=why_not(said),
        serial=serial and (formats.decimal(serial["mean"]), formats.decimal(serial["sd"]), serial["source"]),
        computed_at=estimate.computed_at,
        generation=estimate.generation,
        engine=estimate.engine,
        is_older=estimate.generation != source.generation,
        export=reverse("estimate_export", args=[estimate.series_id, "csv"]) if person.may(Ability.EXPORT) else "",
    )


def _words(name: str, told: Sequence[str], source: Source) -> Words:
    return Words(
        title=formats.sentences([f"{name}.", *told]) if told else name,
        counts=heading(source.measure),
        ahead=_("to come"),
        reproduction=_("R: how many others one case infects"),
        whole=formats.whole,
        decimal=lambda value: formats.decimal(value, 1),
        day=formats.day_and_month,
    )


def _caption(said: Figures) -> str:
    parts = [_("Bars: what is reported.")]
    if said.nowcast is not None:
        parts.append(
            _(
                "Open circles: what will have been reported in the end, "
                "with intervals of 50 (thick) and 95 per cent (thin)."
            )
        )
    else:
        parts.append(_("Hollow bars: incomplete, and left out."))
    if said.later is not None:
        parts.append(_("Dashed, with bands of 50 and 95 per cent: what is to come, if it goes on as it does."))
    if said.reproduction is not None:
        parts.append(_("Below: R with its bands; above 1 it grows, below 1 it falls."))
    return formats.sentences(parts)


@dataclass(frozen=True, slots=True)
class OfDisease:
    """A row of the situation: what is really happening with one disease in one source.

    way   growing, shrinking, unclear or ""; `word` says it
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


@dataclass(frozen=True, slots=True)
class Situation:
    rows: list[OfDisease]
    more: list[OfDisease]
    computed_at: datetime


def of_situation(sources: Sequence[Source], person: Person) -> Section | None:
    """Each disease of the whole state, growing ones first. Exercises are not among what happens."""
    by_key = {source.pk: source for source in sources if source.shared_by_id is None and not source.is_exercise}
    national = Estimate.objects.visible_to(person).filter(source__in=list(by_key), is_national=True)
    found = list(national.select_related("series__disease"))
    said = [(one, figures(one.payload)) for one in found]
    told = [(one, each) for one, each in said if _is_worth_a_row(each)]
    if not told:
        return None
    several = len({one.source_id for one, _ in told}) > 1
    told.sort(key=lambda pair: (ORDER[pair[1].way], -_size(pair[1]), pair[0].series_id))
    rows = [_row(one, each, by_key[one.source_id], several) for one, each in told]
    newest = max(one.computed_at for one in found)
    return Section("estimates/situation_section.html", Situation(rows[:AT_FIRST], rows[AT_FIRST:], newest))


def _is_worth_a_row(said: Figures) -> bool:
    """Of what nobody has, and what nobody knows the way of, there is nothing to tell."""
    return said.period is not None and said.reported is not None and (_size(said) > 0 or bool(said.way))


def _size(said: Figures) -> float:
    return said.nowcast.middle if said.nowcast is not None else said.reported or 0.0


def _row(one: Estimate, said: Figures, source: Source, several: bool) -> OfDisease:
    is_estimated = said.nowcast is not None and round(said.nowcast.high) > round(said.reported or 0)
    return OfDisease(
        series=one.series_id,
        name=str(one.series.disease),
        source=str(source) if several else "",
        href=reverse("one_series", args=[one.series_id]),
        period=period_text(said.period, said.every) if said.period else "",
        now=interval(said.nowcast) if said.nowcast is not None and is_estimated else number(said.reported),
        reported=number(said.reported) if is_estimated else "",
        is_estimated=is_estimated,
        factor=_factor(said),
        is_reproduction=said.reproduction is not None,
        way=said.way,
        word=way_word(said.way),
        soon=interval(said.soon[1]) if said.soon else "",
        soon_period=period_text(said.soon[0], said.every) if said.soon else "",
    )


def _factor(said: Figures) -> str:
    if said.reproduction is not None:
        return of_reproduction(said.reproduction)
    return interval(said.growth, times) if said.growth is not None else ""
