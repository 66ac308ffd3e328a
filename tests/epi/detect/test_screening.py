"""Which method evaluates what, when series are too short for the one asked."""

import numpy as np
import pytest

from tocsin.epi.detect.cusum import cusum
from tocsin.epi.detect.ears import ears
from tocsin.epi.detect.screening import screen
from tocsin.epi.errors import HistoryTooShort, InvalidOption

WEEKS = 7 * 52
DATES = np.datetime64("2015-01-05") + np.timedelta64(7, "D") * np.arange(WEEKS)


@pytest.fixture(scope="module")
def counts():
    return np.random.default_rng(7).poisson(12.0, (6, WEEKS)).astype(float)


def test_a_long_history_is_evaluated_by_the_method_asked(counts):
    screening = screen(counts, DATES, method="ears", evaluate=20)
    alone = ears(counts, DATES, evaluate=20)
    for name in ("observed", "expected", "threshold", "alarm", "exceedance", "p_value"):
        np.testing.assert_array_equal(getattr(screening.detection, name), getattr(alone, name))
    assert not screening.by_fallback.any()
    assert [step.method for step in screening.steps] == ["ears"]


@pytest.mark.parametrize("chart", ["C1", "C2", "C3"])
def test_an_option_that_is_named_as_an_argument_comes_in_a_mapping(counts, chart):
    screening = screen(counts, DATES, method="ears", evaluate=20, options={"method": chart})
    alone = ears(counts, DATES, evaluate=20, method=chart)
    np.testing.assert_array_equal(screening.detection.threshold, alone.threshold)
    with pytest.raises(InvalidOption, match="rki has no option method"):
        screen(counts, DATES, method="rki", options={"method": chart})


def test_an_option_read_from_a_file_may_be_a_list(counts):
    listed = screen(counts, DATES, evaluate=3, min_recent=[5, 4])
    np.testing.assert_array_equal(listed.detection.threshold, screen(counts, DATES, evaluate=3).detection.threshold)


def test_an_incomplete_last_period_is_neither_evaluated_nor_counted_as_one_of_the_last(counts):
    complete = screen(counts[:, :-1], DATES[:-1], method="ears", evaluate=3)
    screening = screen(counts, DATES, method="ears", evaluate=3, incomplete=1)
    assert list(screening.detection.dates) == list(DATES[-4:-1])
    np.testing.assert_array_equal(screening.detection.threshold, complete.detection.threshold)


def test_a_mask_of_exclusions_covers_the_incomplete_period_too(counts):
    mask = np.zeros(counts.shape, dtype=bool)
    mask[:, -6:-3] = True
    screening = screen(counts, DATES, method="ears", evaluate=2, incomplete=1, exclude=mask)
    alone = ears(counts[:, :-1], DATES[:-1], evaluate=2, exclude=mask[:, :-1])
    np.testing.assert_array_equal(screening.detection.threshold, alone.threshold)


def test_each_late_series_is_evaluated_by_what_its_history_allows(counts):
    """Flexible Farrington over five years needs more than 260 weeks; three years more than 156; C2 nine."""
    late = counts.copy()
    for series, start in enumerate([0, 60, 110, 250, WEEKS - 5, WEEKS]):
        late[series, :start] = np.nan
    screening = screen(late, DATES, method="farrington_flexible", years_back=5, evaluate=1)
    used = [screening.steps[i] if i >= 0 else None for i in screening.step[:, 0]]
    assert [step and (step.method, step.options.get("years_back")) for step in used] == [
        ("farrington_flexible", 5),
        ("farrington_flexible", 5),
        ("farrington_flexible", 4),
        ("ears", None),
        None,
        None,
    ]
    np.testing.assert_array_equal(screening.by_fallback[:, 0], [False, False, True, True, False, False])
    np.testing.assert_array_equal(screening.without_history[:, 0], [False] * 4 + [True] * 2)
    assert np.isnan(screening.detection.threshold[4:]).all()


def test_the_fallback_gives_what_it_gives_alone(counts):
    late = counts.copy()
    late[3, :250] = np.nan
    screening = screen(late, DATES, method="farrington_flexible", evaluate=[250, 280, 363])
    alone = ears(late[3:4], DATES, method="C2", evaluate=[280, 363])
    np.testing.assert_array_equal(screening.detection.threshold[3, 1:], alone.threshold[0])
    np.testing.assert_array_equal(screening.detection.alarm[3, 1:], alone.alarm[0])
    assert np.isnan(screening.detection.threshold[3, 0])


def test_the_fallback_takes_the_alpha_asked_for(counts):
    screening = screen(counts[:, :40], DATES[:40], method="farrington_flexible", alpha=0.02)
    assert screening.steps[-1].options["alpha"] == 0.02
    assert screening.steps[0].needs is None


def test_without_a_fallback_a_short_table_is_refused(counts):
    with pytest.raises(HistoryTooShort, match="too short for farrington_flexible"):
        screen(counts[:, :40], DATES[:40], method="farrington_flexible", fallback=None)


def test_a_table_too_short_for_any_method_is_refused_naming_both(counts):
    with pytest.raises(HistoryTooShort, match="too short for farrington_flexible and for the fallback ears"):
        screen(counts[:, :6], DATES[:6], method="farrington_flexible")


def test_an_option_the_method_does_not_have_is_refused_with_those_it_has(counts):
    with pytest.raises(InvalidOption, match="ears has no option years_back; it has method, baseline, alpha"):
        screen(counts, DATES, method="ears", years_back=3)


def test_an_unknown_method_is_refused_with_the_names_there_are(counts):
    with pytest.raises(InvalidOption, match="no method 'farington'; there are farrington_flexible, farrington, ears"):
        screen(counts, DATES, method="farington")


def test_expected_false_alarms_are_alpha_for_each_evaluated_count(counts):
    gaps = counts.copy()
    gaps[0, -4:] = np.nan
    screening = screen(gaps, DATES, method="ears", alpha=0.01, evaluate=10)
    assert screening.expected_false_alarms == pytest.approx(0.01 * (6 * 10 - 4))


def test_false_alarms_of_the_original_farrington_are_half_its_two_sided_alpha(counts):
    screening = screen(counts, DATES, method="farrington", alpha=0.05, evaluate=4)
    assert screening.expected_false_alarms == pytest.approx(0.025 * screening.detection.evaluated.sum())


def test_a_method_without_probability_expects_no_number_of_false_alarms(counts):
    screening = screen(counts, DATES, method="cusum", evaluate=4)
    assert screening.expected_false_alarms is None
    assert screening.false_discovery_rate is None


def test_false_discovery_rate_is_expected_over_found_and_at_most_one(counts):
    screening = screen(counts, DATES, method="ears", alpha=0.3, evaluate=50)
    found = int(screening.detection.alarm.sum())
    assert found > 0
    assert screening.false_discovery_rate == pytest.approx(min(1, 0.3 * 6 * 50 / found))


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.1, 0.2, 0.4])
def test_discoveries_are_benjamini_and_hochbergs(counts, rate):
    """The step-up rule read aloud: the largest k with p_(k) <= rate k / m, and all signals up to it."""
    high = counts.copy()
    high[:4, -1] = [60, 45, 30, 22]
    screening = screen(high, DATES, method="ears", alpha=0.3, evaluate=5)
    p = screening.detection.p_value
    ordered = sorted(p.ravel())
    k = max(i for i in range(1, p.size + 1) if ordered[i - 1] <= rate * i / p.size)
    expected = (p <= ordered[k - 1]) & screening.detection.alarm
    np.testing.assert_array_equal(screening.discoveries(rate), expected)
    assert 0 < expected.sum() <= screening.detection.alarm.sum()


def test_without_a_small_p_value_nothing_is_discovered(counts):
    assert not screen(counts, DATES, method="ears", evaluate=1).discoveries(1e-9).any()


def test_a_chart_runs_for_a_year_before_the_first_evaluated_period(counts):
    screening = screen(counts, DATES, method="cusum", evaluate=2)
    alone = cusum(counts, DATES, evaluate=2, run_in=52)
    np.testing.assert_array_equal(screening.detection.exceedance, alone.exceedance)
    assert (alone.exceedance != cusum(counts, DATES, evaluate=2).exceedance).any()


def test_no_series_changes_a_charts_result_for_another(counts):
    """Of two late series the later one is evaluated from a later period on, and its chart starts later."""
    late = counts.copy()
    late[1, : WEEKS - 110] = np.nan
    late[2, : WEEKS - 107] = np.nan
    together = screen(late, DATES, method="cusum", evaluate=12)
    for series in range(3):
        alone = screen(late[series], DATES, method="cusum", evaluate=12)
        np.testing.assert_array_equal(together.detection.exceedance[series], alone.detection.exceedance[0])
    assert (together.step[:3] > 0).any(axis=1).tolist() == [False, True, True]


def test_chunks_of_series_give_what_one_piece_gives(counts, monkeypatch):
    late = counts.copy()
    late[2, : WEEKS - 30] = np.nan
    whole = screen(late, DATES, method="farrington_flexible", evaluate=8)
    done = []
    monkeypatch.setattr("tocsin.epi.detect.screening._CELLS_A_CALL", 16)
    pieces = screen(
        late, DATES, method="farrington_flexible", evaluate=8, progress=lambda now, of: done.append((now, of))
    )
    np.testing.assert_array_equal(whole.detection.threshold, pieces.detection.threshold)
    np.testing.assert_array_equal(whole.step, pieces.step)
    assert done == [(2, 6), (4, 6), (6, 6)]


def test_a_first_outbreak_after_years_of_zeros_is_seen_by_the_fallback():
    # No regression can be fitted to zeros: the method asked says nothing of nine cases.
    counts = np.zeros((3, 364))
    counts[0, -1] = 9
    counts[1, -1] = 2  # too few for the method asked to speak of, and so for its fallback
    found = screen(counts, method="farrington_flexible", evaluate=1)
    assert found.detection.alarm[:, 0].tolist() == [True, False, False]
    assert found.by_fallback[:, 0].tolist() == [True, False, False]
    assert found.steps[-1].method == "ears"
    assert not screen(counts, method="farrington_flexible", evaluate=1, fallback=None).detection.alarm.any()
