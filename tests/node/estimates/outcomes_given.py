"""Sources of cases, of deaths and of intensive care by week and age, screened, for tests of who dies."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils import timezone
from tests.node.surveillance.screened import given, screened

from tocsin.node.estimates.actions import estimating
from tocsin.node.surveillance.models import Place, Screening, Signal, Source, Thread

WEEKS = 40
MONDAY = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
FIRST = MONDAY - timedelta(weeks=WEEKS)

CASES = {"0-4": 10, "5-64": 20, "65+": 5}  # a week, each
DEATHS = {"0-4": 0, "5-64": 1, "65+": 2}


def outcome(cases: Source, measure: str = "deaths", **fields: object) -> Source:
    """Another source like that of the cases, that counts what became of them."""
    return Source.objects.create(
        name=fields.pop("name", measure.title()), organisation=cases.organisation, place=cases.place, measure=measure,
        layout=cases.layout, columns=cases.columns, every=cases.every, method="ears", **fields,
    )  # fmt: skip


def counted(
    source: Source, by_age: Mapping[str, float], *, disease: str = "measles", place: str = "XX", weeks: int = WEEKS
) -> None:
    """The same counts every week, by age and all together, complete at once."""
    rows: dict[str, Sequence[float]] = {stratum: [n] * weeks for stratum, n in by_age.items()}
    rows.setdefault("", [sum(by_age.values())] * weeks)
    first = MONDAY - timedelta(weeks=weeks)
    given(source, {(disease, place, stratum): counts for stratum, counts in rows.items()}, first=first)


def estimated(source: Source) -> Screening:
    """Screened, and what follows done."""
    type(source).objects.filter(pk=source.pk).update(method="ears")
    screening = screened(source)
    estimating.run(screening.pk)
    return screening


def followed(source: Source, place: Place, *, disease: str = "measles", stratum: str = "") -> Thread:
    """An open thread whose headline is of this source's series there."""
    series = source.series.get(disease=disease, place=place, stratum=stratum)
    thread = Thread.objects.create(
        disease_id=disease, place=place, headline_place=place, first_period=FIRST, last_period=FIRST, observed=9,
        expected=3, threshold=5, is_exercise=source.is_exercise, measure=source.measure,
    )  # fmt: skip
    signal = Signal.objects.create(
        kind="model", thread=thread, series=series, disease_id=disease, place=place, period=FIRST, observed=9,
        expected=3, threshold=5, screening=source.screenings.order_by("-finished_at").first(),
    )  # fmt: skip
    Thread.objects.filter(pk=thread.pk).update(headline=signal)
    thread.refresh_from_db()
    return thread
