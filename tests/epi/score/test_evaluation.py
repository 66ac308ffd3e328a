"""Many forecasts judged at once, and forecasts made again for past days."""

import numpy as np
import pytest

from tocsin.epi.errors import HistoryTooShort, InvalidCounts, InvalidDates, InvalidOption
from tocsin.epi.score import (
    bias_of_quantiles,
    evaluate,
    interval_coverage,
    latest_vintage,
    rolling,
    weighted_interval_score,
    weighted_interval_score_parts,
)

LEVELS = [0.1, 0.25, 0.5, 0.75, 0.9]
rng = np.random.default_rng(1)
Q = np.sort(rng.gamma(3, 10, (4, 3, 2, 5)), axis=-1)  # days, horizons, places
Y = rng.gamma(3, 10, (4, 3, 2))
Y[1, 2, 0] = np.nan
DAYS = np.datetime64("2026-01-05") + 7 * np.arange(4)


def test_each_group_has_the_mean_of_its_own_scores():
    e = evaluate(Y, Q, LEVELS, by={"horizon": np.array([7, 14, 21])[:, None], "place": np.array(["b", "a"])})
    assert e.groups["horizon"].tolist() == [7, 7, 14, 14, 21, 21]
    assert e.groups["place"].tolist() == ["a", "b"] * 3
    assert e.forecasts.tolist() == [4, 4, 4, 4, 4, 3]
    assert e.missing.tolist() == [0, 0, 0, 0, 0, 1]
    for number, (horizon, place) in enumerate((h, p) for h in range(3) for p in (1, 0)):
        y, q = Y[:, horizon, place], Q[:, horizon, place]
        parts = weighted_interval_score_parts(y, q, LEVELS)
        assert e.score[number] == pytest.approx(np.nanmean(parts.score))
        assert e.dispersion[number] == pytest.approx(np.nanmean(parts.dispersion))
        assert e.overprediction[number] == pytest.approx(np.nanmean(parts.overprediction))
        assert e.underprediction[number] == pytest.approx(np.nanmean(parts.underprediction))
        log = weighted_interval_score(y, q, LEVELS, scale="log")
        assert e.log_score[number] == pytest.approx(np.nanmean(log))
        assert e.absolute_error[number] == pytest.approx(np.nanmean(np.abs(y - q[:, 2])))
        assert e.bias[number] == pytest.approx(np.nanmean(bias_of_quantiles(y, q, LEVELS)))
        np.testing.assert_allclose(e.within[number], interval_coverage(y, q, LEVELS).within)
    np.testing.assert_allclose(e.interval, [0.8, 0.5])


def test_without_groups_all_are_one_and_without_a_median_there_is_no_error_of_it():
    e = evaluate(Y, Q[..., [0, 4]], [0.1, 0.9])
    assert e.groups == {}
    assert e.forecasts.tolist() == [23]
    assert np.isnan(e.absolute_error).all()
    nothing = evaluate([np.nan], [[1.0, 2.0]], [0.1, 0.9], by={"place": ["a"]})
    assert nothing.missing.tolist() == [1]
    assert np.isnan(nothing.score).all()


def test_what_does_not_fit_is_refused():
    with pytest.raises(
        InvalidOption, match=r"horizon has shape \(5,\); it must fit the forecasts, of shape \(4, 3, 2\)"
    ):
        evaluate(Y, Q, LEVELS, by={"horizon": np.arange(5)})
    with pytest.raises(InvalidCounts, match="quantiles holds -1"):
        evaluate(1.0, [-1.0, 2.0], [0.1, 0.9])


def test_every_forecast_is_made_from_what_was_known_on_its_day():
    seen = []

    def known(day):
        seen.append(day)
        return int((day - DAYS[0]).astype(int))

    def flat(age, day):
        if age < 7:
            raise HistoryTooShort("one week of history is needed")
        return np.full((3, 5), float(age))

    found = rolling(
        DAYS, known=known, methods={"flat": flat, "drawn": lambda age, day: Q[age // 7, :, 0]}, levels=LEVELS
    )
    assert seen == list(DAYS)
    assert found.methods == ("flat", "drawn")
    assert found.quantiles.shape == (2, 4, 3, 5)
    assert np.isnan(found.quantiles[0, 0]).all()
    assert [(r.method, r.as_of, r.message) for r in found.refusals] == [
        ("flat", DAYS[0], "one week of history is needed")
    ]
    truth = Y[:, :, 0]
    scores = found.scores(truth)
    np.testing.assert_allclose(scores[1], weighted_interval_score(truth, Q[:, :, 0], LEVELS))
    np.testing.assert_allclose(scores[0, 1:], np.abs(truth[1:] - 7.0 * np.arange(1, 4)[:, None]))
    e = found.evaluation(truth, by={"horizon": [1, 2, 3]})
    assert e.groups["method"].tolist() == ["drawn"] * 3 + ["flat"] * 3
    assert e.forecasts.tolist() == [4, 4, 3, 3, 3, 2]
    skill = found.skill(truth, baseline="flat")
    shared = ~np.isnan(scores).any(axis=0)
    assert skill.to_baseline[1] == pytest.approx(scores[1][shared].sum() / scores[0][shared].sum())


def test_the_latest_vintage_is_the_last_published_by_then():
    assert latest_vintage(DAYS, DAYS[2]) == 2
    assert latest_vintage(DAYS, DAYS[2] + 6) == 2
    assert latest_vintage(DAYS, DAYS[3] + 100) == 3
    with pytest.raises(InvalidDates, match="nothing was published by 2026-01-04; the first vintage is of 2026-01-05"):
        latest_vintage(DAYS, DAYS[0] - 1)
    with pytest.raises(InvalidDates, match="vintages must increase"):
        latest_vintage(DAYS[::-1], DAYS[0])


def one(data, day):
    return np.arange(5.0)


def refuses(data, day):
    raise HistoryTooShort("too short")


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"as_of": DAYS[::-1]}, InvalidDates, "increasing dates"),
        ({"as_of": []}, InvalidDates, "at least one"),
        ({"methods": {}}, InvalidOption, "methods is empty"),
        ({"methods": {"a": refuses}}, InvalidOption, "no method forecast on any day; on 2026-01-05: too short"),
        ({"methods": {"a": lambda data, day: np.arange(3.0)}}, InvalidOption, r"a returned shape \(3,\) on 2026-01-05"),
        ({"methods": {"a": one, "b": lambda data, day: np.zeros((2, 5))}}, InvalidOption, r"b returned shape \(2, 5\)"),
    ],
)
def test_what_is_no_rolling_evaluation_is_refused(given, error, said):
    with pytest.raises(error, match=said):
        rolling(**{"as_of": DAYS, "known": lambda day: None, "methods": {"a": one}, "levels": LEVELS, **given})


def test_a_truth_of_another_shape_and_an_unknown_baseline_are_refused():
    found = rolling(DAYS, known=lambda day: None, methods={"a": one, "b": one}, levels=LEVELS)
    with pytest.raises(InvalidOption, match=r"truth has shape \(3,\), but forecasts are of \(4,\)"):
        found.scores([1.0, 2.0, 3.0])
    with pytest.raises(InvalidOption, match="baseline is 'c'; the methods are a, b"):
        found.skill(np.ones(4), baseline="c")
