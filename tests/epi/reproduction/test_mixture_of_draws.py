import numpy as np
import pytest
from scipy.stats import gamma
from tests.epi.reproduction.reference_cases import IMPORTED, I, W
from tests.epi.reproduction.test_renewal_filter import epidemic

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.reproduction import (
    cori,
    cori_of_draws,
    draws_from_quantiles,
    filter_of_draws,
    renewal_filter,
)


def nowcasts(draws=60, series=2, uncertain=6):
    """(draws, series, days): the last days differ between draws, the more the later."""
    rng = np.random.default_rng(1)
    y = np.stack([epidemic(seed=seed) for seed in range(series)])
    found = np.repeat(y[np.newaxis], draws, axis=0)
    spread = np.linspace(0.05, 0.3, uncertain) * rng.standard_normal((draws, series, 1))
    found[..., -uncertain:] = np.rint(found[..., -uncertain:] * np.exp(spread))
    return found


def test_cori_of_draws_is_the_mixture_of_the_posteriors():
    draws = nowcasts()
    mixed = cori_of_draws(draws, W, levels=(0.1, 0.5, 0.9))
    each = [cori(draw, W) for draw in draws]
    means, sds = np.array([one.mean for one in each]), np.array([one.sd for one in each])
    np.testing.assert_allclose(mixed.mean, means.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(mixed.sd, np.sqrt((sds**2).mean(axis=0) + means.var(axis=0)), rtol=1e-10)
    shape = (means / sds) ** 2
    cdf = gamma.cdf(mixed.quantiles[..., np.newaxis], np.moveaxis(shape, 0, -1)[:, :, np.newaxis],
                    scale=np.moveaxis(means / shape, 0, -1)[:, :, np.newaxis]).mean(axis=-1)  # fmt: skip
    np.testing.assert_allclose(cdf, np.broadcast_to([0.1, 0.5, 0.9], cdf.shape), atol=0.012)
    np.testing.assert_allclose(mixed.quantiles[:, 0, 1], each[0].quantiles[:, 0, 3], rtol=1e-12)


def test_many_series_at_once_are_each_by_itself():
    draws = nowcasts(draws=400, series=5)
    mixed = cori_of_draws(draws, W)
    np.testing.assert_allclose(mixed.mean[4], cori_of_draws(draws[:, 4], W).mean[0], rtol=1e-12)
    assert len(mixed.reason) == 5


def test_imported_cases_go_with_every_draw():
    same = np.repeat(I[np.newaxis, np.newaxis], 3, axis=0)
    np.testing.assert_allclose(
        cori_of_draws(same, W, imported=IMPORTED[np.newaxis]).quantiles, cori(I, W, imported=IMPORTED).quantiles
    )
    np.testing.assert_allclose(
        filter_of_draws(same, W, imported=IMPORTED[np.newaxis]).mean, renewal_filter(I, W, imported=IMPORTED).mean
    )


def test_draws_without_cases_leave_the_others():
    draws = np.repeat(np.stack([I, np.zeros(30)])[np.newaxis], 2, axis=0)
    draws[1, 0] = 0
    for estimate in (cori_of_draws(draws, W), filter_of_draws(draws, W)):
        assert estimate.reason[0] == ""
        assert "no case" in estimate.reason[1]
        assert np.isnan(estimate.mean[1]).all()


def test_the_filter_of_draws_that_agree_is_the_filter():
    y = np.stack([epidemic(seed=seed) for seed in range(3)])
    one, many = renewal_filter(y, W), filter_of_draws(np.repeat(y[np.newaxis], 4, axis=0), W)
    np.testing.assert_array_equal(many.quantiles, one.quantiles)
    np.testing.assert_array_equal(many.sd, one.sd)


def test_the_filter_of_draws_is_the_mixture_of_filters():
    draws = nowcasts()
    mixed = filter_of_draws(draws, W, evaluate=10)
    each = [renewal_filter(draw, W, evaluate=10) for draw in draws]
    means, sds = np.array([one.mean for one in each]), np.array([one.sd for one in each])
    np.testing.assert_allclose(mixed.mean, means.mean(axis=0), rtol=1e-10)
    np.testing.assert_allclose(mixed.sd, np.sqrt((sds**2).mean(axis=0) + means.var(axis=0)), rtol=1e-8)
    np.testing.assert_array_equal(mixed.quantiles[:, :4], each[0].quantiles[:, :4])
    width = mixed.quantiles[:, -1, -1] - mixed.quantiles[:, -1, 0]
    assert (width > each[0].quantiles[:, -1, -1] - each[0].quantiles[:, -1, 0]).all()
    # A draw enters as one normal of x: its quantiles lie a little off those of its mixture.
    middle = [one.quantiles[:, -1, 3] for one in each]
    np.testing.assert_allclose(mixed.quantiles[:, -1, 3], np.median(middle, axis=0), rtol=0.03)


def test_quantiles_of_a_nowcast_become_draws():
    quantiles = np.array([[[10.0, 10, 10], [4, 10, 20]]])
    draws = draws_from_quantiles(quantiles, (0.25, 0.5, 0.75), draws=4)
    assert draws.shape == (4, 1, 2)
    assert (draws[:, 0, 0] == 10).all()
    # At 0.125, 0.375, 0.625 and 0.875 the lines through (0.25, 4), (0.5, 10), (0.75, 20).
    assert draws[:, 0, 1].tolist() == [1, 7, 15, 25]


def test_refuses():
    with pytest.raises(InvalidCounts, match=r"incidence has shape \(30,\)"):
        cori_of_draws(I, W)
    with pytest.raises(InvalidCounts, match="quantiles has shape"):
        draws_from_quantiles(np.ones((2, 3)), (0.5,))
    with pytest.raises(InvalidCounts, match="quantiles decrease"):
        draws_from_quantiles([[[3.0, 2.0]]], (0.1, 0.9))
    with pytest.raises(InvalidOption, match="draws is 1"):
        draws_from_quantiles([[[3.0, 4.0]]], (0.1, 0.9), draws=1)
