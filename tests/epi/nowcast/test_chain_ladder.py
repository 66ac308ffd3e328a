import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import nbinom
from tests.epi.nowcast.triangles import LEVELS, read, simulated, triangle

from tocsin.epi.errors import HistoryTooShort, InvalidOption
from tocsin.epi.nowcast.chain_ladder import chain_ladder


def test_matches_the_hubs_own_program():
    rows = read("chain_ladder_reports.csv")
    cells = [[np.nan if v == "NA" else float(v) for k, v in r.items() if k != "date"] for r in rows]
    nowcast = chain_ladder(triangle(cells, first=rows[0]["date"]), sum_over=7, levels=LEVELS)
    figures = read("chain_ladder.csv")
    dates = np.array([r["target_end_date"] for r in figures[:: len(LEVELS)]], dtype="datetime64[D]")
    quantiles = np.array([float(r["value"]) for r in figures]).reshape(-1, len(LEVELS))
    np.testing.assert_array_equal(nowcast.quantiles[0, np.searchsorted(nowcast.dates, dates)], quantiles)


def plainly(cells, over, history, past):
    """Cell by cell: the expected sum and the size by age, of one stratum of complete cells (periods, delays)."""
    periods, delays = cells.shape

    def fill(end):
        seen = np.full((end + 1, delays), np.nan)
        for t in range(end + 1):
            seen[t, : end - t + 1] = cells[t, : end - t + 1]
        filled = seen[-history:].copy()
        for d in range(1, delays):
            complete = ~np.isnan(seen[-history:, d])
            theta = filled[complete, d].sum() / max(filled[complete, :d].sum(), 1)
            filled[~complete, d] = theta * filled[~complete, :d].sum(axis=1)
        return np.where(np.isnan(seen[-history:]), filled, 0), end + 1 - len(filled)

    def to_come(end, age, by):
        """Expected and what came of the sum that ended `age` before `end`, as far as delays end by the period `by`."""
        filled, first = fill(end)
        expected = came = 0.0
        for t in range(end - age - over + 1, end - age + 1):
            for d in range(max(0, end - t + 1), min(delays, by - t + 1)):
                expected += filled[t - first, d]
                came += cells[t, d]
        return expected, came

    last, result = periods - 1, []
    for age in range(delays - 1):
        pairs = [to_come(last - j, age, last) for j in range(1, min(past, last - delays + 1) + 1)]
        mu, y = np.array(pairs).T
        mu = mu + 0.1
        minus = lambda u, y=y, mu=mu: -nbinom.logpmf(y, np.exp(u), np.exp(u) / (np.exp(u) + mu)).sum()  # noqa: E731
        size = np.exp(minimize_scalar(minus, bounds=np.log([0.1, 1000]), method="bounded", options={"xatol": 1e-9}).x)
        result.append((to_come(last, age, last + delays)[0], size))
    return np.array(result)


@pytest.mark.parametrize(
    ("level", "over", "history", "past"),
    [(30, 1, 30, 12), (30, 3, 9, 40), (30, 7, 20, 20), (2, 1, 30, 40), (2, 2, 20, 9)],
)
def test_is_the_documentation_read_aloud(level, over, history, past):
    rng = np.random.default_rng(over)
    counts = rng.negative_binomial(4, 4 / (4 + level), 45)
    cells = rng.multinomial(counts, [0.3, 0.3, 0.15, 0.15, 0.1]).astype(float)
    levels = np.linspace(0.01, 0.99, 99)
    nowcast = chain_ladder(triangle(cells), sum_over=over, history=history, past=past, levels=levels)
    for age, (expected, size) in enumerate(plainly(cells, over, history, past)):
        at = 44 - age
        assert nowcast.mean[0, at] == pytest.approx(nowcast.reported[0, at] + expected, rel=1e-9)
        quantiles = nbinom.ppf(levels, size, size / (size + expected)) if expected else 0 * levels
        # The sizes agree to six figures or so: a level that two counts share is seldom decided otherwise.
        apart = nowcast.quantiles[0, at] - nowcast.reported[0, at] - quantiles
        assert np.abs(apart).sum() <= 1


def test_complete_periods_are_what_they_are():
    t = simulated(np.random.default_rng(1), strata=2)
    nowcast = chain_ladder(t, sum_over=7, draws=3, rng=np.random.default_rng(1))
    complete = nowcast.reported[:, 6:55]
    np.testing.assert_array_equal(nowcast.quantiles[:, 6:55], np.repeat(complete[..., None], 7, axis=2))
    np.testing.assert_array_equal(nowcast.mean[:, 6:55], complete)
    np.testing.assert_array_equal(nowcast.draws[1, :, 6:55], complete)
    assert np.isnan(nowcast.quantiles[:, :6]).all()
    assert np.isnan(nowcast.mean[:, :6]).all()


def test_no_quantile_is_below_what_is_reported():
    t = simulated(np.random.default_rng(2), strata=20, level=3.0)
    nowcast = chain_ladder(t)
    assert (nowcast.quantiles >= nowcast.reported[..., None]).all()
    assert (np.diff(nowcast.quantiles, axis=2) >= 0).all()


def test_draws_have_the_quantiles():
    t = simulated(np.random.default_rng(3))
    nowcast = chain_ladder(t, sum_over=7, draws=8000, rng=np.random.default_rng(4))
    apart = np.quantile(nowcast.draws[..., 6:], LEVELS, axis=0) - np.moveaxis(nowcast.quantiles[:, 6:], -1, 0)
    assert np.abs(apart / nowcast.mean[:, 6:]).max() < 0.03


def test_covers_what_it_should_where_delays_are_steady():
    rng = np.random.default_rng(5)
    t, truth = simulated(rng, strata=300, periods=70, known=False)
    q = chain_ladder(t, levels=[0.025, 0.25, 0.75, 0.975]).quantiles[:, -5:]
    truth = truth[:, -5:]
    assert 0.92 < ((truth >= q[..., 0]) & (truth <= q[..., 3])).mean() < 0.98
    assert 0.46 < ((truth >= q[..., 1]) & (truth <= q[..., 2])).mean() < 0.62


def test_a_delay_never_reported_gets_the_factor_one_and_silence_nothing():
    cells = np.zeros((2, 30, 5))
    cells[0, :, :2] = [4, 6]
    nowcast = chain_ladder(triangle(cells))
    assert (nowcast.mean[0] == [*[10] * 29, 10]).all()
    assert (nowcast.quantiles[0, :-1] == 10).all()
    assert (nowcast.quantiles[1] == 0).all()


def test_vintages_may_end_before_the_day_they_are_known_on():
    """The last periods have no events in the table: what is known of the others is the same."""
    cells = np.random.default_rng(6).multinomial(np.full(40, 50), [0.4, 0.3, 0.2, 0.1]).astype(float)
    cells[-1] = 0
    whole = chain_ladder(triangle(cells))
    early = chain_ladder(triangle(cells[:-1], last=39))
    np.testing.assert_allclose(early.mean[0], whole.mean[0, :-1])
    old = chain_ladder(triangle(cells[:20], last=39))
    np.testing.assert_array_equal(old.quantiles[0, :, 0], cells[:20].sum(axis=1))


def test_what_was_taken_back_is_taken_from_the_reports_before():
    cells = np.full((40, 5), 6.0)
    cells[20] = [6, 6, 3, -4, 1]  # 12 in the end, of which 11 already after two periods
    same = cells.copy()
    same[20] = [6, 5, 0, 0, 1]
    np.testing.assert_array_equal(chain_ladder(triangle(cells)).quantiles, chain_ladder(triangle(same)).quantiles)


def test_strata_do_not_touch_each_other():
    t = simulated(np.random.default_rng(7), strata=3)
    np.testing.assert_array_equal(chain_ladder(t).quantiles[1], chain_ladder(triangle(t.reports[1])).quantiles[0])


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"history": 5}, InvalidOption, "history is 5; give a whole number of periods of at least 6"),
        ({"past": 6}, InvalidOption, "past is 6"),
        ({"past": 20.0}, InvalidOption, "past is 20.0"),
        ({"sum_over": 0}, InvalidOption, "sum_over is 0"),
        ({"draws": 2}, InvalidOption, "draws=2 needs random numbers"),
        ({"longest": 9}, InvalidOption, "longest is 9"),
        ({"levels": []}, InvalidOption, "quantiles has shape"),
    ],
)
def test_refuses(options, error, words):
    with pytest.raises(error, match=words):
        chain_ladder(simulated(np.random.default_rng(1)), **options)


def test_refuses_a_triangle_without_past_nowcasts():
    with pytest.raises(HistoryTooShort, match="10 periods up to 2026-03-10 are enough for 4 past nowcasts"):
        chain_ladder(triangle(np.ones((1, 10, 6))))
    with pytest.raises(HistoryTooShort, match="is 3 periods old"):
        chain_ladder(triangle(np.ones((1, 4, 6))))
    assert chain_ladder(triangle(np.ones((1, 13, 6)))).quantiles.shape == (1, 13, 7)
