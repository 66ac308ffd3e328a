"""What is estimated of a series, for programs."""

import pytest
from tests.node.estimates.estimated_given import rising
from tests.node.estimates.outcomes_given import CASES, DEATHS, WEEKS, counted, estimated, outcome
from tests.node.surveillance.screened import given, screened

from tocsin.node.estimates.actions import estimating


def test_an_estimate_is_given_as_it_was_computed(api, source, diseases):
    series = given(source, {("measles", "XX", ""): rising(200)}, delay_days=8)["measles", "XX", ""]
    assert api.get(f"series/{series.pk}/estimate").status_code == 404
    estimating.run(screened(source).pk)
    found = api.get(f"series/{series.pk}/estimate").json()
    assert found["levels"] == [0.025, 0.25, 0.5, 0.75, 0.975]
    assert found["generation"] == 1
    assert found["nowcast"] is None
    assert found["why"]["nowcast"] == "few_vintages"
    assert len(found["ahead"]["quantiles"]) == len(found["ahead"]["dates"])
    assert found["reproduction"]["serial_interval"]["name"] == "measles"
    assert found["severity"] is None


def test_whom_it_kills_is_given_where_deaths_are_counted_too(api, source, diseases):
    deaths = outcome(source)
    for one, ages in ((source, CASES), (deaths, DEATHS)):
        counted(one, ages)
        estimated(one)
    series = source.series.get(disease="measles", stratum="")
    found = api.get(f"series/{series.pk}/estimate").json()["severity"]
    assert (found["cases_by"], found["deaths_by"], found["place"]) == (str(source.pk), str(deaths.pk), "XX")
    assert (found["method"], found["cases"], found["deaths"]) == ("naive", 35 * WEEKS, 3 * WEEKS)
    assert found["all"]["estimate"] == pytest.approx(3 / 35, abs=1e-6)
    assert [one["age"] for one in found["ages"]] == list(CASES)
    assert found["ages"][2]["low"] < 2 / 5 < found["ages"][2]["high"]
