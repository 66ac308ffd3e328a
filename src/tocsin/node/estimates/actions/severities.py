"""How deadly diseases are, by age: made after a screening of the cases, or of the deaths that belong to them."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from tocsin import __version__
from tocsin.node.estimates.building.death_delays import DeathDelay, death_delays
from tocsin.node.estimates.building.pairing import Counted, Pair, counted_beside, counts_of_cases, paired
from tocsin.node.estimates.building.severity import GivenCounts, severity_of_counts
from tocsin.node.estimates.models import Severity
from tocsin.node.surveillance.models import Screening, Series, Source, Thread

__all__ = ["MadeOf", "hold", "made_after", "publish"]

log = logging.getLogger(__name__)

MOST = 200  # of one source of cases: those of the whole state first
FOLLOWED = (*Thread.OPEN, Thread.Status.WATCH)
OUTCOMES = (Source.Measure.DEATHS, Source.Measure.INTENSIVE)
Key = tuple[str, int]  # code of the disease, key of the place


@dataclass(frozen=True, slots=True)
class MadeOf:
    """The severities of one source of cases, and the last screening of each source that they were computed from."""

    source: Source
    severities: list[Severity]
    screenings: Mapping[UUID, UUID]


def made_after(screening: Screening) -> list[MadeOf]:
    """Severities of all sources of cases that this screening is of, or whose deaths or intensive care it is of."""
    source = screening.source
    if source.measure == Source.Measure.CASES:
        return [_made(source)]
    return [_made(one) for one in counts_of_cases(source)] if source.measure in OUTCOMES else []


def hold(screening: Screening, made: Iterable[MadeOf]) -> None:
    """Lock the sources in whose name something is published, always in the same order."""
    keys = {screening.source_id, *(one.source.pk for one in made)}
    list(Source.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def publish(made: Iterable[MadeOf]) -> None:
    """Replace those of each source, in the caller's transaction.

    What was computed from counts that a newer screening has replaced is not published: that one's own task does it.
    """
    for one in made:
        if one.screenings == _last_screenings(one.screenings):
            Severity.objects.filter(source=one.source).delete()
            Severity.objects.bulk_create(one.severities, batch_size=100)


def _last_screenings(sources: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of each that was ever screened."""
    done = Screening.objects.filter(status=Screening.Status.DONE).order_by("-finished_at")
    last = {one: done.filter(source=one).values_list("pk", flat=True).first() for one in sources}
    return {one: screening for one, screening in last.items() if screening is not None}


def _made(cases: Source) -> MadeOf:
    beside = counted_beside(cases)
    pinned = Screening.objects.in_bulk(_last_screenings([cases.pk, *(one.pk for one in beside)]).values())
    screened = {one.source_id: one for one in pinned.values() if one.generation}
    if cases.pk not in screened or len(screened) < 2:
        return MadeOf(cases, [], {key: one.pk for key, one in screened.items()})
    ours, *others = (Counted(one, screened[one.pk].generation or 0) for one in (cases, *beside) if one.pk in screened)
    national, wanted = _wanted(cases, [one.source for one in others])
    by_disease: dict[str, list[int]] = {}
    for disease, place in wanted:
        by_disease.setdefault(disease, []).append(place)
    delays = death_delays()
    rows = [
        row for pair in paired(ours, others, by_disease)
        if (row := _row(ours, pair, delays.get(pair.disease), national)) is not None
    ]  # fmt: skip
    return MadeOf(cases, rows, {key: one.pk for key, one in screened.items()})


def _wanted(cases: Source, beside: Sequence[Source]) -> tuple[set[Key], list[Key]]:
    """Diseases that both count, in the outermost place of the source and where people follow a thread of one of them.

    Nothing of a disease that several places without one above them count: they would have to be added up.
    """
    diseases = set(Series.objects.filter(source__in=beside).order_by().values_list("disease", flat=True).distinct())
    told = Series.objects.filter(source=cases, disease__in=diseases).order_by()
    paths: dict[str, dict[str, int]] = {}
    for disease, place, path in told.values_list("disease", "place", "place__path").distinct():
        paths.setdefault(disease, {})[path] = place
    outermost = {disease: min(places) for disease, places in paths.items()}
    national = {
        (disease, paths[disease][first])
        for disease, first in outermost.items()
        if all(path.startswith(first) for path in paths[disease])
    }
    threads = Thread.objects.shown().filter(status__in=FOLLOWED, headline__series__source__in=[cases, *beside])
    followed = threads.order_by().values_list("headline__series__disease", "headline__series__place").distinct()
    keys = {key for key in followed if key[1] in paths.get(key[0], {}).values()}
    return national, [*sorted(national), *sorted(keys - national)][:MOST]


def _row(ours: Counted, pair: Pair, delay: DeathDelay | None, national: set[Key]) -> Severity | None:
    from tocsin.epi.errors import EpiError

    try:
        payload = severity_of_counts(_given(ours.source, pair, delay))
    except EpiError:  # what the counts do not bear is not told, and must not keep the rest from being told
        log.exception("severity of %s in place %s could not be computed", pair.disease, pair.place)
        return None
    if payload is None:
        return None
    if pair.differ:
        payload["why"] = ["ages_differ", *(code for code in payload["why"] if code != "no_ages")]
    if payload["method"] == "delay_adjusted" and ours.source.counts_by != Source.CountsBy.ONSET:
        payload["why"].append("cases_not_by_onset")
    return Severity(
        source=ours.source,
        disease_id=pair.disease,
        place_id=pair.place,
        generation=ours.generation,
        deaths_source=pair.deaths_by.source,
        deaths_generation=pair.deaths_by.generation,
        severe_source=pair.severe_by.source if pair.severe_by else None,
        severe_generation=pair.severe_by.generation if pair.severe_by else None,
        is_national=(pair.disease, pair.place) in national,
        computed_at=timezone.now(),
        engine=__version__,
        payload=payload,
    )


def _given(source: Source, pair: Pair, delay: DeathDelay | None) -> GivenCounts:
    return GivenCounts(
        dates=pair.dates,
        every=source.every,
        cases=pair.cases,
        deaths=pair.deaths,
        severe=pair.severe,
        ages=pair.ages,
        delay=None if delay is None else delay.probabilities,
        delay_name="" if delay is None else delay.name,
        delay_source="" if delay is None else delay.source,
        as_of=pair.as_of,
    )
