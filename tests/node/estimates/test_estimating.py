"""Estimates that follow a screening: where delays are known and where they are not; ended before they are shown."""

import json
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.node.estimates.estimated_given import TABLES, WEEKS, reported, rising, tables_taken
from tests.node.surveillance.screened import given, screened, usual

from tocsin.node.estimates.actions import estimating
from tocsin.node.estimates.building.estimating import Given, Interval, estimated
from tocsin.node.estimates.building.vintages import known_when
from tocsin.node.estimates.models import Estimate
from tocsin.node.estimates.pages.reading import figures
from tocsin.node.surveillance.models import Screening, Signal, Thread
from tocsin.node.surveillance.panels import series_counts


def waiting() -> list[str]:
    queued = DBTaskResult.objects.ready().filter(task_path__endswith="estimates.tasks.estimate")
    return [row.args_kwargs["args"][0] for row in queued]


def estimates(source) -> dict[str, Estimate]:
    type(source).objects.filter(pk=source.pk).update(method="ears")
    estimating.run(screened(source).pk)
    return {one.series.disease_id: one for one in Estimate.objects.select_related("series")}


@pytest.fixture
def late(source, diseases):
    """Measles that grow, and dengue, of which half is reported in the first week."""
    source.every, source.method, source.expected_delay_days = "week", "ears", 14
    source.save()
    truths = {("measles", "XX"): rising(growth=0.12), ("dengue", "XX"): rising(mean=40, seed=3)}
    tables_taken(source, truths)
    return source, truths


def test_what_was_known_when_comes_from_the_archive(late):
    source, truths = late
    series = source.series.get(disease="measles")
    dates, _ = series_counts(series)
    vintages, known = known_when(source, source.generation, [series.pk], dates)
    assert len(vintages) == TABLES
    np.testing.assert_array_equal(known[0], reported(truths["measles", "XX"], seed=0))


def test_the_last_weeks_are_estimated_with_the_delays_of_the_weeks_before(late):
    source, truths = late
    payload = estimates(source)["dengue"].payload
    assert payload["unused"] == 0
    nowcast = payload["nowcast"]["quantiles"]
    truth = truths["dengue", "XX"]
    low, middle, high = nowcast[-1][0], nowcast[-1][2], nowcast[-1][4]
    assert payload["reported"][-1] < 0.75 * truth[-1]
    assert low <= truth[-1] <= high
    assert payload["reported"][-1] < low
    assert abs(middle - truth[-1]) < 0.5 * truth[-1]


def test_measles_have_a_reproduction_number_and_dengue_has_its_growth(late):
    found = estimates(late[0])
    measles, dengue = found["measles"].payload, found["dengue"].payload
    assert measles["reproduction"]["serial_interval"]["name"] == "measles"
    assert len(measles["reproduction"]["dates"]) == 26
    low, *_, high = measles["reproduction"]["quantiles"][-1]
    assert low < np.exp(0.12 / 7 * 14.9) < high, "what growth and serial interval of the simulated weeks come to"
    assert dengue["reproduction"] is None
    assert dengue["why"] == {"reproduction": "no_serial_interval"}
    assert dengue["growth"]["quantiles"][0] < 1 < dengue["growth"]["quantiles"][4]


def test_four_weeks_are_foretold_from_the_last_that_has_ended(late):
    payload = estimates(late[0])["dengue"].payload
    assert len(payload["ahead"]["dates"]) == 4
    assert payload["ahead"]["dates"][0] > payload["dates"][-1]
    for row in payload["ahead"]["quantiles"]:
        assert row == sorted(row)
    widths = [row[4] - row[0] for row in payload["ahead"]["quantiles"]]
    assert widths[-1] > widths[0]


def test_one_bulk_of_history_teaches_no_delays(source, diseases):
    given(source, {("measles", "XX", ""): rising(520)}, delay_days=8)
    payload = estimates(source)["measles"].payload
    assert payload["nowcast"] is None
    assert payload["why"]["nowcast"] == "few_vintages"
    assert payload["unused"] >= 1
    assert payload["reproduction"] is not None
    assert len(payload["ahead"]["dates"]) == 4 + payload["unused"]


def test_of_few_counts_nothing_is_claimed(source, diseases):
    given(source, {("measles", "XX", ""): [0, 1, 0, 2]}, first=timezone.localdate() - timedelta(weeks=5))
    payload = estimates(source)["measles"].payload
    assert payload["ahead"] is None
    assert payload["growth"] is None
    assert set(payload["why"].values()) <= {"few_vintages", "short_history", "few_cases", "no_cases"}


def test_the_same_counts_give_the_same_estimates(late):
    source = late[0]
    first = {disease: one.payload for disease, one in estimates(source).items()}
    estimating.run(Screening.objects.get().pk)
    assert {one.series.disease_id: one.payload for one in Estimate.objects.all()} == first


def test_headlines_of_open_threads_and_the_whole_state_are_estimated_and_nothing_else(source, diseases):
    source.method = "ears"
    source.save()
    rows = usual(20)
    series = given(source, {("varicella", code, ""): rows for code in ("XX", "XX-11", "XX-12", "XX-13")})
    screening = screened(source)
    for code, status in (("XX-11", "new"), ("XX-12", "discarded")):
        one = series["varicella", code, ""]
        thread = Thread.objects.create(
            disease_id="varicella", place=one.place, first_period="2026-01-05", last_period="2026-01-05", status=status
        )
        signal = Signal.objects.create(
            kind="model", thread=thread, series=one, disease_id="varicella", place=one.place, period="2026-01-05",
            observed=9, screening=screening,
        )  # fmt: skip
        Thread.objects.filter(pk=thread.pk).update(headline=signal)
    estimating.run(screening.pk)
    found = dict(Estimate.objects.values_list("series__place__code", "is_national"))
    assert found == {"XX": True, "XX-11": False}


def test_a_screening_queues_its_estimates_with_its_flip(late, work):
    source = late[0]
    screening = screened(source)
    assert waiting() == [str(screening.pk)]
    work()
    assert set(Estimate.objects.values_list("screening", flat=True)) == {screening.pk}


def test_what_partners_share_and_months_are_not_estimated(source, diseases, state):
    given(source, {("measles", "XX", ""): rising(520)})
    source.every = "month"
    screening = Screening(source=source)
    estimating.ask(screening)
    source.every, source.shared_by = "week", state
    estimating.ask(screening)
    assert waiting() == []


def test_an_older_screening_publishes_nothing(late):
    source = late[0]
    older, newer = screened(source), screened(source)
    assert estimating.run(newer.pk) == 2
    assert estimating.run(older.pk) == 0
    assert set(Estimate.objects.values_list("screening", flat=True)) == {newer.pk}


def test_ended_before_its_transaction_it_leaves_what_was_there(late, monkeypatch):
    source = late[0]
    estimates(source)
    before = set(Estimate.objects.values_list("pk", "screening"))
    screening = screened(source)

    class Killed(Exception):
        pass

    def kill(window):
        if window == stop[0]:
            raise Killed

    stop = ["estimates.computed"]
    monkeypatch.setattr(estimating.windows, "at", kill)
    for _ in range(2):
        with pytest.raises(Killed):
            estimating.run(screening.pk)
        assert set(Estimate.objects.values_list("pk", "screening")) == before
        stop[0] = "estimates.publishing"
    monkeypatch.undo()
    assert estimating.run(screening.pk) == 2
    assert set(Estimate.objects.values_list("screening", flat=True)) == {screening.pk}


def test_a_start_of_the_node_asks_again_for_what_is_missing(late):
    source = late[0]
    screening = screened(source)
    DBTaskResult.objects.all().delete()
    assert estimating.sweep() == 1
    assert estimating.sweep() == 0, "it waits already"
    assert waiting() == [str(screening.pk)]
    estimating.run(screening.pk)
    DBTaskResult.objects.all().delete()
    assert estimating.sweep() == 0, "it is made already"


def test_what_was_estimated_is_not_asked_for_again_though_nothing_came_of_it(source, diseases, work):
    # Of no whole state, and in no thread.
    given(source, {("varicella", code, ""): usual(20) for code in ("XX-11", "XX-12")})
    source.method = "ears"
    source.save()
    screening = screened(source)
    work()
    assert not Estimate.objects.exists()
    assert estimating.sweep() == 0
    DBTaskResult.objects.update(status="FAILED")
    assert estimating.sweep() == 1
    assert waiting() == [str(screening.pk)]


def test_a_start_asks_for_nothing_of_counts_by_month(source, diseases):
    source.every = "month"
    source.save()
    given(source, {("measles", "XX", ""): rising(120)})
    screened(source)
    assert estimating.sweep() == 0
    assert waiting() == []


def test_a_change_of_definition_begins_anew(late):
    source = late[0]
    source.breaks.create(starts_on=timezone.localdate() - timedelta(weeks=12), what="other definition")
    payload = estimates(source)["dengue"].payload
    assert len(payload["dates"]) < 13
    assert len(payload["dates"]) < WEEKS


@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_counts_are_a_payload_is_json_and_its_quantiles_increase(seed):
    rng = np.random.default_rng(seed)
    every, step = [("week", 7), ("day", 1)][seed % 2]
    periods, tables, series = int(rng.integers(1, 120)), int(rng.integers(0, 60)), 3
    tables = min(tables, periods)
    dates = np.datetime64("2025-01-06") + step * np.arange(periods)
    truth = rng.poisson(rng.choice([0, 0.1, 3, 50, 2000], size=(series, 1)), size=(series, periods)).astype(float)
    truth[rng.random(truth.shape) < rng.choice([0, 0.1, 0.8])] = np.nan
    known = np.full((series, tables, periods), np.nan)
    for table in range(tables):
        ended = periods - tables + table + 1
        known[:, table, :ended] = np.floor(truth[:, :ended] * (1 - 0.5 ** np.arange(ended, 0, -1)))
    given = Given(
        every, dates, known[:, -1] if tables else truth, max(0, periods - 2), dates[periods - tables :] + step, known,
        [None, Interval("i", np.array([0, 0.2, 0.5, 0.3]), 2.1, 0.7, "s"), None],
    )  # fmt: skip
    for payload in estimated(given, rng=np.random.default_rng(seed)):
        json.dumps(payload, allow_nan=False)
        figures(payload)
        for part in ("nowcast", "ahead", "reproduction"):
            for row in payload[part]["quantiles"] if payload[part] else []:
                assert None in row or row == sorted(row)
            assert payload[part] is not None or part in payload["why"]
