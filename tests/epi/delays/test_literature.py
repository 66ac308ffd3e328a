"""Published delays by name."""

import re
from pathlib import Path

import numpy as np
import pytest

from tocsin.epi.delays import PUBLISHED, DelayDistribution, gamma_serial_interval, named, renormalised
from tocsin.epi.errors import InvalidDelay


@pytest.mark.parametrize("delay", PUBLISHED, ids=lambda delay: f"{delay.name}-{delay.kind}")
def test_every_published_delay_is_one_and_says_whose(delay):
    p = delay.probabilities()
    assert p.sum() == pytest.approx(1, abs=1e-12)
    assert (p >= 0).all()
    if delay.kind in ("serial_interval", "generation_time"):
        assert p[0] == 0
    assert re.fullmatch(r"10\.\d{4,}/\S+", delay.doi)
    assert delay.source
    assert delay.note
    if delay.interval:
        centre = delay.mean if delay.interval_of == "mean" else float(delay.distribution().quantile(0.5))
        assert delay.interval[0] < centre < delay.interval[1]
    assert named(delay.name, delay.kind) is delay
    assert len(delay.probabilities(longest=9)) == 10


def test_no_name_is_there_twice():
    assert len({(delay.name, delay.kind) for delay in PUBLISHED}) == len(PUBLISHED)


def test_the_diseases_promised_are_there():
    names = {delay.name for delay in PUBLISHED}
    assert names >= {
        "covid-19", "covid-19-alpha", "covid-19-delta", "covid-19-omicron", "influenza", "measles", "mers", "sars",
        "ebola", "plague-pneumonic", "cholera", "dengue",
    }  # fmt: skip


def test_what_was_published_by_quantiles_has_them():
    """As printed: Nishiura 2020, Azman 2013, Assiri 2013, Cowling 2015, McAloon 2020."""
    covid = named("covid-19")
    assert (covid.mean, covid.sd) == (pytest.approx(4.7, abs=0.05), pytest.approx(2.9, abs=0.05))
    assert named("covid-19", "incubation_period").mean == pytest.approx(5.8, abs=0.05)
    for name, kind, level, days in (
        ("cholera", "incubation_period", 0.95, 4.4),
        ("cholera", "incubation_period", 0.05, 0.5),
        ("mers", "serial_interval", 0.95, 19.4),
        ("mers", "serial_interval", 0.05, 3.0),
        ("mers", "incubation_period", 0.05, 2.2),
        ("mers-korea-2015", "incubation_period", 0.95, 12.1),
        ("mers-korea-2015", "incubation_period", 0.5, 6.3),
        ("sars", "incubation_period", 0.95, 10.6),
        ("measles", "incubation_period", 0.95, 17.7),
        ("influenza", "incubation_period", 0.95, 2.8),
    ):
        assert float(named(name, kind).distribution().quantile(level)) == pytest.approx(days, abs=0.07, rel=0.01)


def test_a_gamma_serial_interval_is_that_of_epiestim():
    p = named("sars").probabilities(longest=24)
    np.testing.assert_allclose(p, renormalised(gamma_serial_interval(8.4, 3.8, longest=24)))
    # EpiEstim's SARS2003$si_distr is the same table, rounded.
    np.testing.assert_allclose(p[:6], [0.000, 0.001, 0.012, 0.043, 0.078, 0.104], atol=6e-4)


def test_other_families_have_nothing_on_the_day_itself():
    p = named("influenza").probabilities()
    d = DelayDistribution("weibull", 3.6, 1.6)
    assert p[0] == 0
    assert p @ np.arange(len(p)) == pytest.approx(float(d.mean), rel=0.02)


def test_an_unknown_name_is_answered_with_those_there_are():
    with pytest.raises(InvalidDelay, match=r"no published serial_interval named 'covid'; there are covid-19, .*ebola"):
        named("covid")
    with pytest.raises(InvalidDelay, match="Of cholera there are incubation_period"):
        named("cholera")
    with pytest.raises(InvalidDelay, match="kind is 'serial'; it is one of serial_interval"):
        named("ebola", "serial")


def test_the_page_of_published_delays_has_each_of_them():
    page = (Path(__file__).parents[3] / "docs" / "methods" / "delays_literature.md").read_text(encoding="utf-8")
    for delay in PUBLISHED:
        kind = delay.kind.replace("_", " ")
        assert f"| `{delay.name}` | {kind} | {delay.family} | {delay.mean:.3g} | {delay.sd:.2g} |" in page
        assert f"https://doi.org/{delay.doi}" in page
