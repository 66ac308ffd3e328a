"""Models compared two by two."""

import numpy as np
import pytest

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.score import relative_skill


def test_skill_is_the_geometric_mean_of_ratios_on_what_both_forecast():
    a, b, c = [1.0, 2.0, 3.0, np.nan], [2.0, 4.0, np.nan, 6.0], [4.0, np.nan, 6.0, 3.0]
    s = relative_skill([a, b, c], baseline=2)
    ab, ac, bc = (1 + 2) / (2 + 4), (1 + 3) / (4 + 6), (2 + 6) / (4 + 3)
    np.testing.assert_allclose(s.ratio, [[1, ab, ac], [1 / ab, 1, bc], [1 / ac, 1 / bc, 1]])
    np.testing.assert_array_equal(s.shared, [[3, 2, 2], [2, 3, 2], [2, 2, 3]])
    expected = np.cbrt([ab * ac, bc / ab, 1 / ac / bc])
    np.testing.assert_allclose(s.skill, expected)
    np.testing.assert_allclose(s.to_baseline, expected / expected[2])
    assert s.skill.prod() == pytest.approx(1)


def test_of_two_models_it_is_the_root_of_the_ratio_and_to_the_baseline_the_ratio():
    s = relative_skill(np.array([[[1.0, 3.0]], [[2.0, 6.0]]]), baseline=1)
    assert s.skill[0] == pytest.approx(np.sqrt(0.5))
    assert s.to_baseline[0] == pytest.approx(0.5)
    assert np.isnan(relative_skill([[1.0], [2.0]]).to_baseline).all()


def test_models_that_share_nothing_and_perfect_ones():
    apart = relative_skill([[1.0, np.nan], [np.nan, 2.0]])
    assert np.isnan(apart.ratio[0, 1])
    assert np.isnan(apart.skill).all()
    perfect = relative_skill([[0.0], [0.0], [1.0]])
    assert perfect.ratio[0, 1] == 1
    assert perfect.ratio[0, 2] == 0
    assert np.isnan(perfect.ratio[2, 0])


@pytest.mark.parametrize(
    ("scores", "baseline", "error", "said"),
    [
        ([1.0, 2.0], None, InvalidOption, r"scores has shape \(2,\)"),
        ([[1.0, 2.0]], None, InvalidOption, r"scores has shape \(1, 2\)"),
        ([[1.0], [2.0]], 2, InvalidOption, "baseline is 2"),
        ([[1.0], [-2.0]], None, InvalidCounts, "scores holds -2"),
        ([[1.0], [np.inf]], None, InvalidCounts, "scores holds inf"),
    ],
)
def test_what_cannot_be_compared_is_refused(scores, baseline, error, said):
    with pytest.raises(error, match=said):
        relative_skill(scores, baseline=baseline)
