"""What the pages of series show: which are found, what one counts, and how its counts changed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import numpy as np
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext
from numpy.typing import NDArray

from tocsin.counts.packing import unpack_rows
from tocsin.node.alliance.models import Person
from tocsin.node.language import formats
from tocsin.node.language.keys import words
from tocsin.node.surveillance.models import Disease, KnownCause, Series, SeriesCounts, Signal, Source, Upload, Withheld
from tocsin.node.surveillance.pages.inbox_rows import places_inside, sort_language
from tocsin.node.surveillance.pages.measures import counted, measured
from tocsin.node.surveillance.pages.series_figures import Stretch, shaded
from tocsin.node.surveillance.pages.signal_figures import period_text
from tocsin.node.surveillance.pages.strata import group_text
from tocsin.node.surveillance.panels import number_of, period_starts

__all__ = [
    "CountRow", "Found", "Revision", "count_rows", "expanded", "found_series", "known_causes", "newest", "one_answer",
    "revisions", "signals_of", "with_withheld", "withheld_days",
]  # fmt: skip

MOST = 1_000
SPARK = 26
LAST_REVISIONS = 20
A_CHUNK = 500  # packed series held at a time while a file is written
SORTS: Mapping[str, tuple[str, ...]] = {
    "disease": ("disease__sort_{language}",),
    "place": ("place__sort_{language}",),
    "stratum": ("stratum",),
    "source": ("source__name",),
}


def found_series(person: Person, chosen: Mapping[str, str]) -> QuerySet[Series]:
    """Series that filters leave, in no order yet."""
    found = Series.objects.visible_to(person)
    if asked := words(chosen["disease"]):
        named = Disease.objects.filter(*(Q(search_key__contains=word) for word in asked)).values("pk")
        found = found.filter(Q(disease__in=named) | Q(disease=chosen["disease"]))
    if chosen["place"]:
        found = found.filter(place__in=places_inside(chosen["place"]))
    if chosen["stratum"]:
        found = found.filter(stratum__icontains=chosen["stratum"])
    if chosen["source"]:
        found = found.filter(source=chosen["source"])
    return found


def in_order(found: QuerySet[Series], sort: str, *, is_filtered: bool) -> QuerySet[Series]:
    """By the names of the reader's language; all series of a node at once go by their keys, which an index holds."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        if not is_filtered:
            return found.order_by("disease", "place", "pk")
        name, sort = "disease", "disease"
    columns = [F(key.format(language=sort_language())) for key in SORTS[name]]
    ordered = [column.desc() if sort.startswith("-") else column.asc() for column in columns]
    return found.order_by(
        *ordered, f"disease__sort_{sort_language()}", f"place__sort_{sort_language()}", "stratum", "pk"
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A row of the list of series."""

    series: Series
    last: str
    last_period: str
    sparkline: list[float | None]


def newest(series: list[Series]) -> list[Found]:
    """Each series with its last counts, by one query for all."""
    rows = SeriesCounts.objects.filter(
        series__in=[one.pk for one in series],
        from_generation__lte=F("source__generation"),
        until_generation__gt=F("source__generation"),
    ).order_by()
    packed = {row[0]: row[1:] for row in rows.values_list("series_id", "first_period", "periods", "packed")}
    return [_found(one, packed.get(one.pk)) for one in series]


def _found(series: Series, stored: tuple[date, int, bytes] | None) -> Found:
    if stored is None:
        return Found(series, formats.NO_VALUE, "", [])
    dates, counts = _unpacked(*stored, series.source.every)
    shown = [None if np.isnan(value) else float(value) for value in counts[-SPARK:]]
    known = np.flatnonzero(~np.isnan(counts))
    if not known.size:
        return Found(series, formats.NO_VALUE, "", shown)
    last = int(known[-1])
    return Found(series, formats.whole(counts[last]), period_text(dates[last].item(), series.source.every), shown)


def _unpacked(
    first_period: date, periods: int, packed: bytes, every: str
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    counts = unpack_rows([packed], np.zeros(1, dtype=np.int64), periods)[0]
    phase = int(np.datetime64(first_period, "D").astype(np.int64)) % 7 if every == "week" else 0
    return period_starts(int(number_of([first_period], every)[0]), periods, every, phase), counts


def one_answer(series: Series, dates: NDArray[np.datetime64], counts: NDArray[np.float64]) -> str:
    """The title: "Cholera in Karsu: 14 cases, week of 9 March 2026"."""
    where = gettext("%(place)s, %(stratum)s") if series.stratum else "%(place)s"
    values = {
        "disease": series.disease,
        "place": where % {"place": series.place, "stratum": group_text(series.stratum)},
    }
    known = np.flatnonzero(~np.isnan(counts))
    if not known.size:
        return gettext("%(disease)s in %(place)s: no counts yet") % values
    last = int(known[-1])
    values |= {
        "counted": counted(series.source.measure, float(counts[last])),
        "period": period_text(dates[last].item(), series.source.every),
    }
    return gettext("%(disease)s in %(place)s: %(counted)s, %(period)s") % values


def signals_of(series: Series, person: Person) -> list[Signal]:
    """Signals of a series, newest first, with their threads."""
    found = Signal.objects.visible_to(person).filter(series=series).select_related("thread")
    return list(found.order_by("-period", "-exceptionality")[:MOST])


@dataclass(frozen=True, slots=True)
class CountRow:
    """One period of a series.

    `state` is "count", "zero" (reported as none), "missing" (nothing was reported), or "withheld" (its owner has a
    count and does not give it).
    """

    period: str
    day: date
    state: str
    count: str
    is_incomplete: bool
    signal: Signal | None
    left_out: str


def count_rows(
    series: Series,
    dates: NDArray[np.datetime64],
    counts: NDArray[np.float64],
    *,
    signals: list[Signal],
    excluded: list[Stretch],
    incomplete: int,
    positions: Iterable[int] | None = None,
    withheld: Collection[date] = (),
) -> list[CountRow]:
    """Periods as rows: those at `positions`, or all, newest first."""
    at_day = {signal.period: signal for signal in reversed(signals)}
    why: dict[int, str] = {}
    for first, last, reason in shaded(dates, series.source.every, excluded):
        why |= dict.fromkeys(range(first, last + 1), reason)
    rows = []
    for at in range(len(dates) - 1, -1, -1) if positions is None else positions:
        day, value = dates[at].item(), counts[at]
        state = "zero" if value == 0 else "count"
        if np.isnan(value):
            state = "withheld" if day in withheld else "missing"
        rows.append(
            CountRow(
                period_text(day, series.source.every), day, state, formats.whole(value), at >= len(dates) - incomplete,
                at_day.get(day), why.get(at, ""),
            )
        )  # fmt: skip
    return rows


@dataclass(frozen=True, slots=True)
class Revision:
    """What one upload changed in the counts of a series."""

    taken_at: datetime | None
    upload: Upload | None
    added: int
    changed: int
    difference: str


def revisions(series: Series) -> list[Revision]:
    """How the counts came to be what they are, newest first: one query for the counts, one for the uploads."""
    rows = SeriesCounts.objects.filter(series=series, from_generation__lte=series.source.generation)
    kept = list(
        rows.order_by("-from_generation").values_list("from_generation", "first_period", "periods", "packed")[
            : LAST_REVISIONS + 1
        ]
    )
    uploads = Upload.objects.filter(source=series.source_id, generation__in=[row[0] for row in kept])
    by_generation = {upload.generation: upload for upload in uploads.select_related("by")}
    stood = [
        (row[0], dict(zip(*(a.tolist() for a in _unpacked(*row[1:], series.source.every)), strict=True)))
        for row in kept
    ]
    changes = [(new[0], *_changes(new[1], old[1])) for new, old in pairwise(stood)]
    if stood and len(stood) <= LAST_REVISIONS:
        changes.append((stood[-1][0], *_changes(stood[-1][1], {})))
    return [_revision(by_generation.get(generation), *numbers) for generation, *numbers in changes]


def _changes(new: Mapping[date, float], old: Mapping[date, float]) -> tuple[int, int, float]:
    """(periods that were not known before, periods that were and changed, how much more or less in the latter)."""
    known = {day: value for day, value in new.items() if not np.isnan(value)}
    before = {day: value for day, value in old.items() if not np.isnan(value)}
    changed = [day for day, value in before.items() if known.get(day) != value]
    difference = sum(known.get(day, 0.0) - before[day] for day in changed)
    return len(known.keys() - before.keys()), len(changed), difference


def _revision(upload: Upload | None, added: int, changed: int, difference: float) -> Revision:
    sign = "+" if difference > 0 else ""
    return Revision(
        upload.taken_at if upload else None, upload, added, changed, sign + formats.whole(difference) if changed else ""
    )


def withheld_days(series: Series) -> frozenset[date]:
    """First days of the periods that its owner withholds; none of a series of one's own, without asking."""
    if series.source.shared_by_id is None:
        return frozenset()
    found = Withheld.objects.filter(series=series).values_list("periods", flat=True).first()
    return frozenset(map(date.fromisoformat, found or ()))


def with_withheld(
    dates: NDArray[np.datetime64], counts: NDArray[np.float64], withheld: Collection[date], every: str
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """The same over withheld periods at its ends too, where packed series end with their last count."""
    if not withheld or not len(dates):
        return dates, counts
    first, last = (int(number_of([day], every)[0]) for day in (dates[0].item(), dates[-1].item()))
    numbers = number_of(sorted(withheld), every)
    before, after = max(0, first - int(numbers.min())), max(0, int(numbers.max()) - last)
    phase = int(dates[0].astype(np.int64)) % 7 if every == "week" else 0
    longer = period_starts(first - before, before + len(dates) + after, every, phase)
    return longer, np.concatenate([np.full(before, np.nan), counts, np.full(after, np.nan)])


def known_causes(series: Series) -> list[KnownCause]:
    """Those of its disease in its place and around it, those that were withdrawn last."""
    place = series.place
    causes = KnownCause.objects.filter(disease=series.disease_id, place__in=[*place.ancestor_ids, place.pk])
    return list(
        causes.select_related("place", "by", "thread").order_by(
            F("withdrawn_at").asc(nulls_first=True), "-first_period"
        )
    )


def expanded(found: QuerySet[Series], *, is_marked: bool = False) -> Iterator[tuple[Any, ...]]:
    """Every count of these series, a row each: source, disease, place, group, period, count, what. A chunk at a time.

    What partners shared with chosen states alone, or not to be passed on, stays out. `is_marked`: each row says who
    shared it, and as what.
    """
    found = found.exclude(source__classification="SELECTIVE").exclude(source__no_onward_sharing=True)
    rows = SeriesCounts.objects.filter(
        series__in=found.order_by().values("pk"),
        from_generation__lte=F("source__generation"),
        until_generation__gt=F("source__generation"),
    )
    fields = ("source_id", "source__every", "series__disease_id", "series__place__code", "series__stratum")
    said = ("name", "titles", "measure", "shared_by", "classification")
    sources = {one.pk: one for one in Source.objects.only(*said)}
    stored = rows.order_by().values_list(*fields, "first_period", "periods", "packed").iterator(chunk_size=A_CHUNK)
    for source, every, disease, place, stratum, first_period, periods, packed in stored:
        dates, counts = _unpacked(first_period, periods, packed, every)
        for day, count in zip(dates.tolist(), counts.tolist(), strict=True):
            # A period that nobody reported is a row without a count: zero and missing are told apart in the file too.
            of = sources[source]
            row = (str(of), disease, place, stratum, day, count, measured(of.measure))
            yield (*row, of.shared_by_id or "", of.classification) if is_marked else row
