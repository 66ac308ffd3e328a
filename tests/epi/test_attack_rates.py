"""Attack rates and risk ratios against R, published figures, closed forms and a likelihood maximised by search."""

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from tocsin.epi.attack_rates import attack_rate, fisher_exact, risk_ratio
from tocsin.epi.errors import InvalidCounts

# R 4.2.2: regenerate with tests/reference/attack_rates.R
REFERENCE = Path(__file__).parents[1] / "reference" / "attack_rates.csv"
with REFERENCE.open() as file:
    FIGURES = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
CHI_SQUARED = 3.841458820694124
GROUP = st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


def counts(row: dict[str, float]) -> tuple[int, int, int, int]:
    return int(row["exposed_ill"]), int(row["exposed"]), int(row["unexposed_ill"]), int(row["unexposed"])


@pytest.mark.parametrize("row", FIGURES, ids=str)
def test_matches_r(row):
    x, m, y, n = counts(row)
    rate = attack_rate(x, m)
    assert rate.low == pytest.approx(row["wilson_low"], rel=1e-7, abs=1e-9)
    assert rate.high == pytest.approx(row["wilson_high"], rel=1e-7, abs=1e-9)
    assert fisher_exact(x, m, y, n) == pytest.approx(row["fisher"], rel=1e-7)


def test_matches_koopmans_own_example():
    # Koopman 1984, page 515: 36 of 40 against 16 of 80, 2.94 to 7.15
    found = risk_ratio(36, 40, 16, 80)
    assert (found.ratio, round(found.low, 2), round(found.high, 2)) == (4.5, 2.94, 7.15)


def test_matches_oswego():
    # Gross 1976, Public Health Reports 91:168-173: vanilla ice cream, 43 of 54 who ate it and 3 of 21 who did not
    found = risk_ratio(43, 54, 3, 21)
    assert round(found.exposed.rate, 2) == 0.80
    assert round(found.unexposed.rate, 2) == 0.14
    assert round(found.ratio, 1) == 5.6


def likeliest(theta: float, x: int, m: int, y: int, n: int) -> float:
    """The score statistic under the risk of the unexposed that maximises the likelihood, found by search."""

    def unlikelihood(q: float) -> float:
        p = theta * q
        terms = ((x, p), (m - x, 1 - p), (y, q), (n - y, 1 - q))
        return -sum(k * math.log(max(share, 1e-300)) for k, share in terms if k)

    q = minimize_scalar(unlikelihood, bounds=(1e-12, min(1, 1 / theta) - 1e-12), options={"xatol": 1e-13}).x
    p = theta * q
    return (x - m * p) ** 2 / (m * p * (1 - p)) + (y - n * q) ** 2 / (n * q * (1 - q))


@pytest.mark.parametrize("table", [(36, 40, 16, 80), (43, 54, 3, 21), (10, 20, 0, 20), (0, 20, 10, 20), (5, 9, 7, 8)])
def test_at_its_limits_the_score_test_is_just_not_refused(table):
    found = risk_ratio(*table)
    for limit in (found.low, found.high):
        if 0 < limit < math.inf:
            assert likeliest(limit, *table) == pytest.approx(CHI_SQUARED, rel=1e-4)


def test_is_near_the_interval_of_the_logarithm_where_groups_are_large():
    # Katz et al. 1978, Biometrics 34:469-474
    x, m, y, n = 1_200, 40_000, 800, 90_000
    spread = 1.959964 * math.sqrt(1 / x - 1 / m + 1 / y - 1 / n)
    found = risk_ratio(x, m, y, n)
    assert found.low == pytest.approx(found.ratio * math.exp(-spread), rel=1e-3)
    assert found.high == pytest.approx(found.ratio * math.exp(spread), rel=1e-3)


@given(GROUP, GROUP)
def test_the_interval_holds_the_ratio_and_turns_over_with_the_groups(exposed, unexposed):
    found, other = risk_ratio(*exposed, *unexposed), risk_ratio(*unexposed, *exposed)
    assert 0 <= found.p_value <= 1
    assert found.p_value == pytest.approx(other.p_value, rel=1e-9)
    if exposed[0] + unexposed[0] == 0:
        assert math.isnan(found.ratio)
        return
    assert found.low <= found.ratio * (1 + 1e-9)
    assert found.ratio <= found.high * (1 + 1e-9)
    if found.low:
        assert other.high == pytest.approx(1 / found.low, rel=1e-6)


@given(GROUP)
def test_the_interval_of_a_rate_holds_it(group):
    rate = attack_rate(*group)
    assert 0 <= rate.low <= rate.rate <= rate.high <= 1


def test_the_exact_test_is_the_definition_read_aloud():
    x, m, y, n = 7, 12, 1, 40
    ill = x + y
    chances = [math.comb(m, k) * math.comb(n, ill - k) / math.comb(m + n, ill) for k in range(min(m, ill) + 1)]
    expected = sum(chance for chance in chances if chance <= chances[x] * (1 + 1e-7))
    assert fisher_exact(x, m, y, n) == pytest.approx(expected, rel=1e-10)


def test_a_group_of_nobody_has_no_rate():
    assert math.isnan(attack_rate(0, 0).rate)
    found = risk_ratio(3, 5, 0, 0)
    assert math.isnan(found.ratio)
    assert found.p_value == 1


@pytest.mark.parametrize("wrong", [(5, 4, 0, 1), (0, 1, 2, 1), (-1, 4, 0, 1), (0, 10**8, 0, 1)])
def test_impossible_counts_are_refused(wrong):
    with pytest.raises(InvalidCounts, match="ill is"):
        risk_ratio(*wrong)
