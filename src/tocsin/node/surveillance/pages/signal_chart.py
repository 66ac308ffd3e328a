"""The picture of a thread's headline: at once with what its signals know, and soon after with what the method computes.

Computing one series anew takes the engine part of a second, too long for a page. The page therefore stands with the
counts and with the figures that were stored with the signals; the whole picture is asked for by a second request, and
kept for as long as the counts, the known causes and the source's options are the same.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.core.cache import caches
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language, gettext
from numpy.typing import NDArray

from tocsin.node.language import formats
from tocsin.node.surveillance.models import Series, Signal, Source, Thread, Upload
from tocsin.node.surveillance.pages.series_figures import Stretch, series_figure
from tocsin.node.surveillance.pages.signal_figures import A_LOT, Family, family
from tocsin.node.surveillance.pages.strata import group_text
from tocsin.node.surveillance.panels import series_counts
from tocsin.node.surveillance.runs.baselines import LeftOut, left_out
from tocsin.node.surveillance.runs.maturity import incomplete_periods
from tocsin.node.surveillance.runs.methods import METHODS

__all__ = ["Chart", "asked_chart", "drawn", "excluded", "generation_on"]

PICTURES = "pictures"
KEPT = 3_600  # seconds


@dataclass(frozen=True, slots=True)
class Chart:
    """What signal_chart.html shows.

    options    (key, label) of series that may be chosen
    known_on   the day as of which counts are shown; None: today
    fragment   address of the whole picture, where this is not it
    sentences  what the method did, in plain words
    computed   pairs (label, value) of how it was computed; `steps` of the screening
    refused    why there is no picture
    """

    series: Series | None = None
    options: list[tuple[int, str]] = field(default_factory=list)
    known_on: date | None = None
    figure: dict[str, Any] | None = None
    fragment: str = ""
    sentences: list[str] = field(default_factory=list)
    computed: list[tuple[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    refused: str = ""


def asked_chart(thread: Thread, asked: QueryDict, of: Family | None) -> Chart:
    """What the page shows at once: the whole picture if it is kept, else what the signals of the thread know."""
    if of is None:
        return Chart(computed=_told_by(thread), sentences=_reasons(thread))
    series, known_on = _chosen(asked, of), _day(asked)
    out = left_out([series.disease_id])
    kept = caches[PICTURES].get(_key(thread, series, known_on, out))
    if kept is None and asked.get("whole") == "1":
        kept = _kept_anew(thread, series, of, known_on, out)
    if kept is None:
        kept = _quick(thread, series, of, known_on, out)
    return Chart(series=series, options=_options(of), known_on=known_on, **_stored(thread), **kept)


def drawn(thread: Thread, asked: QueryDict) -> Chart:
    """The whole picture, computed anew unless it is kept."""
    first = thread.headline
    if first is None or first.series is None:
        return Chart(computed=_told_by(thread), sentences=_reasons(thread))
    of = family(first.series, Signal.objects.published().filter(thread=thread)[:A_LOT])
    series, known_on = _chosen(asked, of), _day(asked)
    out = left_out([series.disease_id])
    kept = caches[PICTURES].get(_key(thread, series, known_on, out)) or _kept_anew(thread, series, of, known_on, out)
    return Chart(series=series, options=_options(of), known_on=known_on, **_stored(thread), **kept)


def _kept_anew(
    thread: Thread, series: Series, of: Family, known_on: date | None, out: Sequence[LeftOut]
) -> dict[str, Any]:
    computed = _whole(thread, series, of, known_on, out)
    caches[PICTURES].set(_key(thread, series, known_on, out), computed, KEPT)
    return computed


def _whole(thread: Thread, series: Series, of: Family, known_on: date | None, out: Sequence[LeftOut]) -> dict[str, Any]:
    from tocsin.node.surveillance.pages.explanations import explain, recompute

    generation = None if known_on is None else generation_on(series.source, known_on)
    if known_on is not None and generation is None:
        return {"refused": _no_counts(known_on)}
    again = recompute(series, generation=generation)
    if not len(again.dates):
        return {"refused": _no_counts(known_on)}
    signals = of.signals.get(series.pk, ())
    alarms = {*again.dates[again.alarm].tolist(), *(signal.period for signal in signals)}
    figure = series_figure(
        series, again.dates, again.counts, caption=_caption(series), expected=again.expected, threshold=again.threshold,
        alarms=alarms, incomplete=again.incomplete, excluded=_excluded(series, out),
    )  # fmt: skip
    first = thread.headline
    if first is not None and series.pk == first.series_id and known_on is None:
        return {"figure": figure, "sentences": _reasons(thread, again)}
    column = again.column(thread.last_period)
    told = [] if column is None else [sentence.text for sentence in explain(again, column, series.source.measure)]
    return {"figure": figure, "sentences": told}


def _reasons(thread: Thread, again: Any = None) -> list[str]:
    """Why the headline is a signal. `again` is of the present counts, and says it only if it was found in them."""
    from tocsin.node.surveillance.pages.explanations import explain_signal

    first = thread.headline
    if first is None:
        return []
    run = first.screening
    same = run is None or (first.series is not None and run.generation == first.series.source.generation)
    return [sentence.text for sentence in explain_signal(first, again if same else None)]


def _chosen(asked: QueryDict, of: Family) -> Series:
    return next((series for series in of.members if str(series.pk) == asked.get("series")), of.head)


def _options(of: Family) -> list[tuple[int, str]]:
    """Series with signals of the thread, then the strata of its place, then the rest of the family."""
    place = of.head.place_id
    ranked = sorted(of.members, key=lambda s: (s != of.head, s.pk not in of.signals, s.place_id != place))
    return [(s.pk, " · ".join(part for part in (str(s.place), group_text(s.stratum)) if part)) for s in ranked[:100]]


def _day(asked: QueryDict) -> date | None:
    try:
        day = parse_date(asked.get("known_on", ""))
    except ValueError:
        return None
    return day if day and day < timezone.localdate() else None


def _key(thread: Thread, series: Series, known_on: date | None, out: Sequence[LeftOut]) -> str:
    """By all that the picture and its sentences are made of, in each language."""
    source = series.source
    of_thread = (thread.pk, thread.headline_id, thread.last_period, thread.last_signal_at, thread.signals_count)
    of_source = (
        source.generation, source.method, source.options, source.expected_delay_days, source.last_taken_at,
        tuple(source.breaks.values_list("starts_on", flat=True)),
    )  # fmt: skip
    parts = (*of_thread, series.pk, *of_source, known_on, out)
    return f"signal-chart:{get_language()}:{hashlib.sha256(repr(parts).encode()).hexdigest()}"


def _counts_on(series: Series, day: date) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Counts as the node knew them at the end of a day."""
    generation = generation_on(series.source, day)
    if generation is None:
        return np.empty(0, "datetime64[D]"), np.empty(0)
    return series_counts(series, generation=generation)


def generation_on(source: Source, day: date) -> int | None:
    end = timezone.make_aware(datetime.combine(day, time.max))
    taken = Upload.objects.filter(source=source, status=Upload.Status.TAKEN, taken_at__lte=end)
    return taken.order_by("-generation").values_list("generation", flat=True).first()


def _no_counts(known_on: date | None) -> str:
    if known_on is None:
        return gettext("This series has no counts now.")
    return gettext("On %(day)s nothing was known of this series.") % {"day": formats.long_date(known_on)}


def _quick(thread: Thread, series: Series, of: Family, known_on: date | None, out: Sequence[LeftOut]) -> dict[str, Any]:
    """The counts, and what was stored with the signals of this series; with the address of the whole picture."""
    dates, counts = (of.dates, of.row(series)) if known_on is None else _counts_on(series, known_on)
    if not len(dates):
        return {"refused": _no_counts(known_on)}
    signals = of.signals.get(series.pk, ())
    expected, threshold = np.full(len(dates), np.nan), np.full(len(dates), np.nan)
    for signal in signals:
        at = np.flatnonzero(dates == np.datetime64(signal.period, "D"))
        expected[at] = np.nan if signal.expected is None else signal.expected
        threshold[at] = np.nan if signal.threshold is None else signal.threshold
    figure = series_figure(
        series, dates, counts, caption=_caption(series), expected=expected, threshold=threshold,
        alarms=[signal.period for signal in signals], incomplete=incomplete_periods(series.source, dates),
        excluded=_excluded(series, out),
    )  # fmt: skip
    query = {"series": series.pk} | ({"known_on": known_on.isoformat()} if known_on else {})
    return {"figure": figure, "fragment": f"{reverse('signal_chart', args=[thread.pk])}?{urlencode(query)}"}


def _caption(series: Series) -> str:
    values = {"disease": series.disease, "place": series.place, "source": series.source}
    return (
        gettext("%(disease)s in %(place)s, from %(source)s: counts as bars, ▲ where they are above the threshold.")
        % values
    )


def excluded(series: Series) -> list[Stretch]:
    """Periods of this series that enter no baseline, and why."""
    return _excluded(series, left_out([series.disease_id]))


def _excluded(series: Series, out: Iterable[LeftOut]) -> list[Stretch]:
    path = series.place.path
    outbreak = gettext("a verified outbreak")
    return [(entry.first, entry.last, entry.what or outbreak) for entry in out if path.startswith(entry.path)]


def _told_by(thread: Thread) -> list[tuple[str, Any]]:
    first = thread.headline
    if first is None:
        return []
    told = [
        (gettext("Told by"), first.by.name if first.by else ""),
        (gettext("Found"), formats.short_moment(first.found_at)),
    ]
    return [pair for pair in told if pair[1]]


def _stored(thread: Thread) -> dict[str, Any]:
    """What is stored of how the headline was found."""
    first = thread.headline
    if first is None:
        return {}
    run = first.screening
    pairs = [
        (
            gettext("Method"),
            METHODS[first.method][0] if first.method in METHODS else first.method or gettext("fixed rule"),
        ),
        (gettext("Rule"), first.rule_id or ""),
        (gettext("Options"), _options_text(run.options) if run else ""),
        (gettext("Engine"), run.engine if run else ""),
        (gettext("Counts, generation"), run.generation if run else ""),
        (gettext("Screened"), formats.short_moment(run.finished_at) if run and run.finished_at else ""),
        (gettext("Probability by chance"), formats.p_value(first.p_value) if first.p_value is not None else ""),
    ]
    steps = list(run.steps) if run else []
    return {"computed": [pair for pair in pairs if pair[1] not in ("", None)], "steps": steps}


def _options_text(options: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(options.items())) or gettext("the method’s own")
