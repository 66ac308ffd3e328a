"""A node of a country's size, filled with simulated counts: 25 states, 60 diseases, 2,025 places, ten years of weeks.

Run with TOCSIN_HOME (and DATABASE_URL) set, on a folder that `tocsin node init` has made. Prints what it made, with
the cookies of its people, as JSON. Everything in it is simulated and says so.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import django

django.setup()

import numpy as np
import polars as pl
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tocsin.counts.archive import ROWS, Archive
from tocsin.counts.packing import pack_rows
from tocsin.node.alliance.actions.people import add_person
from tocsin.node.alliance.actions.tokens import make_token
from tocsin.node.alliance.models import Organisation, Person
from tocsin.node.surveillance.actions.setting_up import add_place
from tocsin.node.surveillance.models import Disease, Place, Series, SeriesCounts, Signal, Source, Thread
from tocsin.node.surveillance.runs.writing import SPARKLINE
from tocsin.node.surveillance.threads.priority import priority

STATES, REGIONS, DISTRICTS, DISEASES, WEEKS = 25, 8, 9, 60, 520
SIGNALS, THREADS, PEOPLE = 100_000, 40_000, 50
CHUNK = 1_000
rng = np.random.default_rng(20260309)
last_monday = date.today() - timedelta(days=date.today().weekday() + 14)
first_week = last_monday - timedelta(weeks=WEEKS - 1)


def main() -> None:
    service = Organisation.objects.filter(state__is_here=True).first()
    # Those of which there are cases every week; one of plague in every district would be no country's inbox.
    diseases = list(Disease.objects.filter(gravity__lte=Disease.Gravity.NOTIFIABLE).order_by("code")[:DISEASES])
    made = {"states": STATES, "diseases": len(diseases), "weeks": WEEKS, "places": 0, "series": 0, "counts": 0}
    for number in range(1, STATES + 1):
        source, places = state(number, service)
        series, counts = fill(source, places, diseases)
        made["places"] += len(places)
        made["series"] += series
        made["counts"] += counts
    made |= signals(diseases)
    made |= people(service)
    made["upload_source"] = str(source_for_upload(service).pk)
    json.dump(made, sys.stdout)


@transaction.atomic
def state(number: int, service: Organisation) -> tuple[Source, list[Place]]:
    """A state's places, and the source that counts in them."""
    code = f"S{number:02}"
    root = add_place(code=code, kind="country", parent=None, names=_names("Simulated state", code))
    places = [root]
    for r in range(1, REGIONS + 1):
        region = add_place(
            code=f"{code}-{r}",
            kind="region",
            parent=root,
            names=_names("Region", f"{number}.{r}"),
            population=900_000,
            tile=(1 + r // 4, 1 + r % 4),
        )
        places.append(region)
        places += [
            add_place(
                code=f"{code}-{r}{d}",
                kind="district",
                parent=region,
                names=_names("District", f"{number}.{r}.{d}"),
                population=100_000,
                tile=(r, d),
            )
            for d in range(1, DISTRICTS + 1)
        ]
    source = Source.objects.create(
        name=f"Simulated weekly counts {code}",
        organisation=service,
        place=root,
        is_exercise=True,
        provenance="Simulated for a load test",
        columns={"disease": "disease", "place": ["district"], "stratum": []},
    )
    return source, places


def _names(word: str, number: str) -> tuple[str, str, str]:
    russian = {"Simulated state": "Имитация", "Region": "Область", "District": "Район"}[word]
    chinese = {"Simulated state": "模拟国", "Region": "州", "District": "县"}[word]
    return f"{word} {number}", f"{russian} {number}", f"{chinese}{number}"


def fill(source: Source, places: list[Place], diseases: list[Disease]) -> tuple[int, int]:
    """Counts of every disease in every district, sums above; packed rows, and the archive of all cells."""
    districts = [place for place in places if place.kind == "district"]
    season = np.sin(2 * np.pi * np.arange(WEEKS) / 52)
    keys: list[tuple[Disease, Place, bool]] = []
    rows: list[np.ndarray] = []
    for disease in diseases:
        level = rng.lognormal(-1.0, 1.3) * rng.lognormal(0, 0.5, (len(districts), 1))
        mean = level * np.exp(rng.uniform(0, 0.8) * season)
        counts = rng.poisson(rng.gamma(4, mean / 4)).astype(float)
        by_region = counts.reshape(REGIONS, DISTRICTS, WEEKS).sum(axis=1)
        keys += [(disease, place, False) for place in districts]
        keys += [(disease, place, True) for place in places if place.kind == "region"]
        keys.append((disease, places[0], True))
        rows += [counts, by_region, by_region.sum(axis=0, keepdims=True)]
    matrix = np.concatenate(rows)
    series = Series.objects.bulk_create(
        [Series(source=source, disease=d, place=p, is_derived=derived) for d, p, derived in keys], batch_size=CHUNK
    )
    publish(source, series, matrix)
    leaves = np.flatnonzero([not derived for _d, _p, derived in keys])
    source.archive_version = archive(source, [series[i] for i in leaves], matrix[leaves])
    source.generation, source.last_taken_at, source.last_period = 1, timezone.now(), last_monday
    source.save()
    return len(series), int(leaves.size * WEEKS)


def publish(source: Source, series: list[Series], matrix: np.ndarray) -> None:
    packed = pack_rows(matrix)
    rows = (
        SeriesCounts(series=one, source=source, from_generation=1, first_period=first_week, periods=WEEKS, packed=blob)
        for one, blob in zip(series, packed, strict=True)
    )
    SeriesCounts.objects.bulk_create(rows, batch_size=CHUNK)


def archive(source: Source, series: list[Series], matrix: np.ndarray) -> int:
    weeks = np.datetime64(first_week) + 7 * np.arange(WEEKS)
    of = {name: [getattr(one, name) for one in series] for name in ("pk", "disease_id")}
    code_of = [one.place.code for one in series]
    table = pl.DataFrame(
        {
            "series": np.repeat(np.array(of["pk"], dtype=np.int64), WEEKS),
            "disease": pl.Series(of["disease_id"]).gather(np.repeat(np.arange(len(series)), WEEKS)),
            "place": pl.Series(code_of).gather(np.repeat(np.arange(len(series)), WEEKS)),
            "stratum": "",
            "period": np.tile(weeks, len(series)),
            "count": matrix.reshape(-1).astype(np.int32),
            "reported": timezone.now(),
        }
    )
    table = table.select(pl.col(name).cast(kind) for name, kind in ROWS.items() if name in table.columns)
    return Archive(settings.ARCHIVE / str(source.pk)).append(table, upload=f"load-{source.pk}", generation=1)


def signals(diseases: list[Disease]) -> dict[str, int]:
    """Signals of past weeks in threads, a third of which wait for somebody."""
    pool = list(
        Series.objects.filter(is_derived=False).order_by("?").values_list("pk", "disease_id", "place_id")[:THREADS]
    )
    gravity = {disease.code: disease.gravity for disease in diseases}
    keys = Place.objects.in_bulk()
    each = np.diff([0, *np.sort(rng.choice(np.arange(1, SIGNALS), THREADS - 1, replace=False)), SIGNALS])
    status = rng.choice(["new", "triaged", "watch", "discarded", "verified"], THREADS, p=[0.25, 0.08, 0.07, 0.55, 0.05])
    for begin in range(0, THREADS, CHUNK):
        threads, rows = [], []
        for i in range(begin, min(begin + CHUNK, THREADS)):
            one, found = _thread(pool[i], int(each[i]), str(status[i]), gravity, keys)
            threads.append(one)
            rows += found
        headlines = {thread.pk: thread.headline_id for thread in threads}
        for thread in threads:
            thread.headline_id = None
        with transaction.atomic():
            Thread.objects.bulk_create(threads)
            Signal.objects.bulk_create(rows, batch_size=CHUNK)
            for thread in threads:
                thread.headline_id = headlines[thread.pk]
            Thread.objects.bulk_update(threads, ["headline"], batch_size=CHUNK)
    return {"signals": SIGNALS, "threads": THREADS}


def _thread(
    series: tuple[int, str, int], number: int, status: str, gravity: dict[str, int], places: dict[int, Place]
) -> tuple[Thread, list[Signal]]:
    pk, disease, place = series
    age = int(rng.integers(1, 150))
    weeks = [last_monday - timedelta(weeks=age + i) for i in range(number)]
    thread = Thread(
        disease_id=disease,
        place_id=place,
        headline_place_id=place,
        status=status,
        version=int(status != "new"),
        first_period=weeks[-1],
        last_period=weeks[0],
        gravity=gravity[disease],
        signals_count=number,
        exceptionality=float(rng.exponential(2) + 2),
        kinds=["model"],
        is_exercise=True,
        sparkline=rng.poisson(4, SPARKLINE).tolist(),
        search_key=places[place].search_key,
        opened_at=timezone.now() - timedelta(weeks=age),
        last_signal_at=timezone.now() - timedelta(weeks=age),
    )
    found = [
        Signal(
            kind="model",
            thread=thread,
            disease_id=disease,
            place_id=place,
            series_id=pk,
            period=week,
            observed=9 + i,
            expected=2.0,
            threshold=6.0,
            p_value=1e-4,
            exceptionality=thread.exceptionality,
            method="farrington_flexible",
        )
        for i, week in enumerate(weeks)
    ]
    thread.headline_id, thread.observed, thread.expected, thread.threshold = found[0].pk, 9, 2.0, 6.0
    thread.priority = priority(gravity=thread.gravity, exceptionality=thread.exceptionality, kinds=thread.kinds)
    return thread, found


def people(service: Organisation) -> dict[str, Any]:
    cookies = []
    for number in range(PEOPLE):
        person = add_person(
            f"load{number}@service.example",
            name=f"Simulated person {number}",
            organisation=service,
            roles=["epidemiologist"],
            language=("en", "ru", "zh-hans")[number % 3],
            by=None,
        )
        browser = Client()
        browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        cookies.append(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    first = Person.objects.get(email="load0@service.example")
    _token, secret = make_token(
        first, name="load", scopes=["upload_counts", "read_surveillance", "screen"], days=1, by=first
    )
    return {"cookies": cookies, "token": secret, "cookie_name": settings.SESSION_COOKIE_NAME}


def source_for_upload(service: Organisation) -> Source:
    """An empty source for the table of a million rows (`rows`)."""
    return Source.objects.create(
        name="Simulated upload",
        organisation=service,
        place=Place.objects.get(code="S01"),
        is_exercise=True,
        layout={"date": "week", "count": "cases"},
        columns={"disease": "disease", "place": ["district"], "stratum": []},
    )


def rows(number: int) -> Iterator[str]:
    """A tidy table of `number` rows: the districts of the first state by disease and week."""
    districts = [f"S01-{r}{d}" for r in range(1, REGIONS + 1) for d in range(1, DISTRICTS + 1)]
    common = Disease.objects.filter(gravity__lte=Disease.Gravity.NOTIFIABLE).order_by("code")
    diseases = list(common.values_list("name_en", flat=True)[:DISEASES])
    each = -(-number // (len(districts) * len(diseases)))
    yield "week,district,disease,cases\n"
    written = 0
    for week in range(each):
        day = last_monday - timedelta(weeks=each - 1 - week)
        for district in districts:
            for disease in diseases:
                if written == number:
                    return
                yield f'{day},{district},"{disease}",{(written * 7919) % 11}\n'
                written += 1


if __name__ == "__main__":
    main()
