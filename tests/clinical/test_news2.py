"""NEWS2 by the chart of the report, band by band."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.clinical.news2 import NotScored, news2
from tocsin.clinical.vocabulary import codes

WELL = {
    "respiratory_rate": 16, "spo2": 97, "on_oxygen": False, "systolic": 125, "heart_rate": 70, "consciousness": "alert",
    "temperature": 37,
}  # fmt: skip
# The chart, read row by row: value, points.
CHART = {
    "respiratory_rate": [(8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2), (25, 3)],
    "spo2": [(91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0)],
    "systolic": [(90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3)],
    "heart_rate": [(40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1), (110, 1), (111, 2), (130, 2), (131, 3)],
    "temperature": [(35.0, 3), (35.1, 1), (36.0, 1), (36.1, 0), (38.0, 0), (38.1, 1), (39.0, 1), (39.1, 2)],
}
SCALE_2 = {
    False: [(83, 3), (84, 2), (85, 2), (86, 1), (87, 1), (88, 0), (92, 0), (93, 0), (99, 0)],
    True: [(83, 3), (84, 2), (86, 1), (88, 0), (92, 0), (93, 1), (94, 1), (95, 2), (96, 2), (97, 3)],
}
signs = st.fixed_dictionaries(
    {
        "respiratory_rate": st.integers(0, 80), "spo2": st.integers(40, 100), "on_oxygen": st.booleans(),
        "systolic": st.integers(30, 280), "heart_rate": st.integers(0, 250), "temperature": st.floats(30, 43),
        "consciousness": st.sampled_from(codes("consciousness")), "hypercapnic": st.booleans(),
    }
)  # fmt: skip


@pytest.mark.parametrize(("sign", "value", "points"), [(s, v, p) for s, rows in CHART.items() for v, p in rows])
def test_a_sign_has_the_points_of_its_band(sign, value, points):
    score = news2(**WELL | {sign: value})
    assert score.points[sign] == score.total == points


@pytest.mark.parametrize(("oxygen", "value", "points"), [(o, v, p) for o, rows in SCALE_2.items() for v, p in rows])
def test_the_second_scale_of_saturation(oxygen, value, points):
    score = news2(**WELL | {"spo2": value, "on_oxygen": oxygen}, hypercapnic=True)
    assert score.points["spo2"] == points
    assert score.points["oxygen"] == 2 * oxygen


@pytest.mark.parametrize("consciousness", codes("consciousness"))
def test_whoever_is_not_alert_has_three(consciousness):
    score = news2(**WELL | {"consciousness": consciousness})
    assert score.total == (0 if consciousness == "alert" else 3)


def test_risk():
    assert news2(**WELL).risk == "low"
    assert news2(**WELL | {"respiratory_rate": 25}).risk == "low_medium"
    assert news2(**WELL | {"respiratory_rate": 24, "on_oxygen": True}).risk == "low"
    assert news2(**WELL | {"respiratory_rate": 25, "on_oxygen": True}).risk == "medium"
    assert news2(**WELL | {"respiratory_rate": 25, "on_oxygen": True, "spo2": 92}).risk == "high"


@given(signs)
def test_a_score_is_from_0_to_20(of):
    score = news2(**of)
    assert 0 <= score.total <= 20
    assert set(score.points.values()) <= {0, 1, 2, 3}


def test_between_two_bands_a_half_counts_up():
    assert news2(**WELL | {"respiratory_rate": 20.5}).points["respiratory_rate"] == 2
    assert news2(**WELL | {"temperature": 38.04}).points["temperature"] == 0


def test_a_consciousness_that_is_no_code_is_refused():
    with pytest.raises(NotScored, match="'asleep'; NEWS2 knows alert, confusion"):
        news2(**WELL | {"consciousness": "asleep"})
