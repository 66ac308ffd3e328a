"""What is estimated of a series, for programs."""

from tests.node.estimates.estimated_given import rising
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
