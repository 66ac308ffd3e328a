import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.epi.demand import (
    OXYGEN_LITRES_A_DAY,
    Course,
    Present,
    Staff,
    Supply,
    hospital_demand,
    remaining_stay,
)
from tocsin.epi.demand.patients import scattered
from tocsin.epi.errors import InvalidCounts, InvalidDates, InvalidDelay, InvalidOption


def geometric(mean, longest):
    """Nights, 0 and more, with this mean before it is cut."""
    p = (mean / (1 + mean)) ** np.arange(longest + 1)
    return p / p.sum()


WARD, ICU = geometric(6, 60), geometric(11, 120)
ADMISSION = np.array([0.1, 0.2, 0.3, 0.25, 0.15])


def course(**changes):
    return Course(
        **{
            "admission": [0.02, 0.1, 0.4],
            "icu": [0.1, 0.2, 0.3],
            "oxygen": [0.2, 0.4, 0.6],
            "ventilator": [0.5, 0.5, 0.7],
            "onset_to_admission": ADMISSION,
            "ward_stay": WARD,
            "icu_stay": ICU,
            **changes,
        }
    )


def of(demand, name, quantity="mean"):
    return getattr(demand, quantity)[demand.names.index(name)]


def mean_nights(stay):
    return float(np.arange(len(stay)) @ stay)


def test_a_steady_stream_fills_rate_times_stay():
    cases = np.tile(np.array([100.0, 50, 20])[None, :, None], (1, 1, 3))
    past = np.tile(np.array([100.0, 50, 20])[:, None], (1, 400))
    c = course(to_icu=[0, 0, 1], after_icu=[0.5, 0, 0, 0, 0, 0.5])
    d = hospital_demand(cases, c, past=past, chance="none")
    admitted = np.array([2.0, 5, 8])
    icu = admitted * [0.1, 0.2, 0.3]
    assert of(d, "admissions") == pytest.approx(np.full(3, 15.0))
    assert of(d, "icu") == pytest.approx(np.full(3, icu.sum() * mean_nights(ICU)), rel=1e-4)
    assert of(d, "ventilator") == pytest.approx(np.full(3, icu @ [0.5, 0.5, 0.7] * mean_nights(ICU)), rel=1e-4)
    ward = (admitted - icu).sum() * mean_nights(WARD) + icu.sum() * (2 + 2.5)
    assert of(d, "ward") == pytest.approx(np.full(3, ward), rel=1e-4)
    oxygen = (admitted - icu) @ [0.2, 0.4, 0.6] * mean_nights(WARD) + icu.sum() * mean_nights(ICU)
    assert of(d, "oxygen") == pytest.approx(np.full(3, oxygen), rel=1e-4)
    assert not d.starts_empty
    assert not d.short_history


def test_is_the_convolution_read_aloud():
    rng = np.random.default_rng(1)
    cases, past = rng.poisson(30, (2, 3, 9)).astype(float), rng.poisson(30, (3, 12)).astype(float)
    c = course(death=[0.01, 0.05, 0.2], admission_to_death=[0.5, 0.25, 0.25])
    d = hospital_demand(cases, c, past=past, chance="none", quantiles=[0.5])
    expected = np.zeros((9, 3))  # admissions, patients in intensive care, deaths
    for draw in range(2):
        by_onset = np.concatenate([past, cases[draw]], axis=1)
        for a in range(3):
            for onset in range(21):
                for delay, f in enumerate(ADMISSION):
                    admitted, day = by_onset[a, onset] * c.admission[a] * f / 2, onset + delay - 12
                    if 0 <= day < 9:
                        expected[day, 0] += admitted
                    for nights, g in enumerate(ICU):
                        for later in range(max(day, 0), min(day + nights, 9)):
                            expected[later, 1] += admitted * c.icu[a] * g
                    for later, g in enumerate([0.5, 0.25, 0.25]):
                        if 0 <= day + later < 9:
                            expected[day + later, 2] += admitted * c.death[a] * g
    assert of(d, "admissions") == pytest.approx(expected[:, 0])
    assert of(d, "icu") == pytest.approx(expected[:, 1])
    assert of(d, "deaths") == pytest.approx(expected[:, 2])


def test_chance_is_right_on_average_and_as_wide_as_it_should_be():
    cases = np.full((4000, 3, 10), 40)
    c = course()
    drawn = hospital_demand(cases, c, rng=np.random.default_rng(5), quantiles=[0.025, 0.5, 0.975])
    mean = hospital_demand(cases, c, chance="none")
    for name in ("admissions", "ward", "oxygen", "icu", "ventilator"):
        np.testing.assert_allclose(of(drawn, name)[2:], of(mean, name)[2:], rtol=0.06)
    # Whoever of many is admitted on a day is nearly Poisson in number, and so are those in a bed.
    m = of(mean, "ward")[9]
    low, _, high = of(drawn, "ward", "need")[9]
    assert (high - low) / (2 * 1.96 * np.sqrt(m)) == pytest.approx(1, abs=0.12)


@settings(max_examples=30, deadline=None)
@given(
    persons=st.lists(st.integers(0, 200), min_size=1, max_size=15),
    weights=st.lists(st.floats(0, 1), min_size=1, max_size=20).filter(lambda w: sum(w) > 0.01),
    seed=st.one_of(st.none(), st.integers(0, 99)),
)
def test_nobody_is_lost_or_made_on_the_way(persons, weights, seed):
    f = np.array(weights) / sum(weights)
    n = np.array(persons, dtype=float)
    rng = None if seed is None else np.random.default_rng(seed)
    gone = scattered(n, f, rng)
    assert (np.cumsum(n) - np.cumsum(gone) >= -1e-9).all()
    room = np.concatenate([n, np.zeros(len(f))])
    assert scattered(room, f, rng).sum() == pytest.approx(n.sum())


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), present=st.integers(0, 60), icu=st.integers(0, 30))
def test_what_stays_true_of_every_day(seed, present, icu):
    rng = np.random.default_rng(seed)
    cases = rng.poisson(rng.uniform(1, 60), (7, 3, 12))
    d = hospital_demand(
        cases,
        course(),
        past=rng.poisson(10, (3, 20)),
        present=Present(ward=present, icu=icu, oxygen=icu + present // 3, ventilator=icu // 2),
        capacity={"icu": 10, "ward": 30},
        rng=rng,
    )
    assert (d.need >= 0).all()
    ward, oxygen, in_icu, ventilated = (of(d, name) for name in ("ward", "oxygen", "icu", "ventilator"))
    assert (ventilated <= in_icu + 1e-9).all()
    assert (in_icu <= oxygen + 1e-9).all()
    assert (oxygen <= ward + in_icu + 1e-9).all()
    for name, limit in (("icu", 10), ("ward", 30)):
        assert of(d, name, "met").max() <= limit
    i = d.names.index("icu")
    assert d.run_out_probability[i] >= d.unmet_probability[i].max() - 1e-12
    assert (np.diff(d.need, axis=-1) >= 0).all()


def test_patients_present_leave_as_those_do_who_are_met_in_a_bed():
    nobody = np.zeros((1, 3, 40))
    c = course(icu_stay=[0, 0, 0, 0, 1], ward_stay=[0, 0.5, 0, 0, 0, 0.5])
    d = hospital_demand(nobody, c, present=Present(ward=60, icu=40, oxygen=40, ventilator=10), chance="none")
    # Of those met in a stay of 4 nights a quarter leaves each day; of 1 or 5 nights a third of all leave at once.
    assert of(d, "icu")[:5] == pytest.approx([30, 20, 10, 0, 0])
    assert of(d, "ventilator")[:4] == pytest.approx([7.5, 5, 2.5, 0])
    assert of(d, "ward")[:5] == pytest.approx([40, 30, 20, 10, 0])
    steady = remaining_stay(WARD)
    assert steady.sum() == pytest.approx(1)
    assert steady[1:].sum() == pytest.approx(6 / 7, rel=1e-3)  # geometric stays have no memory


def test_a_kind_of_bed_that_nobody_stays_in_is_refused_only_where_somebody_is():
    c = course(ward_stay=[1.0])
    d = hospital_demand(np.zeros((1, 3, 2)), c, present=Present(ward=0, icu=4, oxygen=4, ventilator=0), chance="none")
    assert of(d, "ward").max() == 0
    assert of(d, "icu")[0] > 3


def test_past_patients_are_counted_once_where_those_present_are_given():
    past, nobody = np.full((3, 50), 100.0), np.zeros((1, 3, 5))
    free = Present(ward=0, icu=0, oxygen=0, ventilator=0)
    d = hospital_demand(nobody, course(onset_to_admission=[1.0]), past=past, present=free, chance="none")
    assert of(d, "ward").max() == 0
    later = hospital_demand(nobody, course(onset_to_admission=[0, 1.0]), past=past, present=free, chance="none")
    assert of(later, "admissions") == pytest.approx([52, 0, 0, 0, 0])


def test_the_day_on_which_beds_run_out():
    cases = np.zeros((4, 3, 10))
    cases[:, 2] = np.array([0, 50, 100, 1000])[:, None]
    c = course(onset_to_admission=[1.0], icu_stay=[0.0] * 40 + [1.0], icu=[0, 0, 0.5], admission=[0, 0, 0.1])
    d = hospital_demand(
        cases,
        c,
        present=Present(0, 0, 0, 0),
        capacity={"icu": 12},
        start="2026-03-01",
        chance="none",
        quantiles=[0.25, 0.5, 0.75, 0.99],
    )
    # 0, 2.5, 5 and 50 more each day: above 12 on no day, day 4, day 2 and day 0.
    day = of(d, "icu", "run_out_day")
    assert day[:3].tolist() == [0, 2, 4]
    assert np.isnan(day[3])
    assert of(d, "icu", "run_out_probability") == 0.75
    dates = d.run_out_dates("icu").astype(str).tolist()
    assert dates == ["2026-03-01", "2026-03-03", "2026-03-05", "NaT"]
    assert of(d, "icu", "unmet")[0, -1] > 30
    assert of(d, "icu", "unmet_probability")[0] == 0.25
    assert np.isnan(of(d, "ward", "run_out_day")).all()
    assert of(d, "ward", "run_out_probability") == 0


def test_stock_is_used_up_and_refilled():
    cases = np.zeros((1, 3, 6))
    c = course()
    gowns = Supply("gowns", "pieces", {"icu": 10}, stock=1000, deliveries=[0, 0, 0, 0, 500, 0])
    c = course(icu_stay=[0.0] * 60 + [1.0])
    many = Present(ward=0, icu=60, oxygen=60, ventilator=0)
    d = hospital_demand(cases, c, present=many, supplies=[gowns], chance="none", quantiles=[0.5])
    need = of(d, "gowns")
    assert need == pytest.approx([590, 580, 570, 560, 550, 540])
    assert of(d, "gowns", "met")[:, 0] == pytest.approx([590, 410, 0, 0, 500, 0])
    assert of(d, "gowns", "unmet")[:, 0] == pytest.approx([0, 170, 570, 560, 50, 540])
    assert of(d, "gowns", "left")[:, 0] == pytest.approx([410, 0, 0, 0, 0, 0])
    assert of(d, "gowns", "run_out_day").tolist() == [1]
    assert of(d, "gowns", "total") == pytest.approx([need.sum()])


def test_staff_and_supplies_follow_the_patients():
    cases = np.full((1, 3, 6), 100.0)
    d = hospital_demand(
        cases,
        course(),
        staff=[Staff("nurses", {"ward": 0.5, "icu": 4}, available=20)],
        supplies=[Supply("liquid oxygen", "litres", OXYGEN_LITRES_A_DAY), Supply("kits", "pieces", per_admission=3)],
        chance="none",
    )
    assert of(d, "nurses") == pytest.approx(0.5 * of(d, "ward") + 4 * of(d, "icu"))
    assert of(d, "kits") == pytest.approx(3 * of(d, "admissions"))
    # WHO: 10 litres a minute on oxygen, 30 in intensive care.
    on_ward = of(d, "oxygen") - of(d, "icu")
    assert of(d, "liquid oxygen") == pytest.approx(1440 * (10 * on_ward + 30 * of(d, "icu")))
    assert of(d, "nurses", "met").max() == 20
    assert np.isnan(of(d, "kits", "left")).all()
    assert d.kinds[-3:] == ("staff", "supply", "supply")
    assert d.starts_empty
    assert d.short_history


def test_uncertain_shares_widen_the_result():
    cases = np.full((500, 3, 8), 200)
    rng = np.random.default_rng(3)
    shares = rng.beta(4, 6, (500, 3))
    sure, unsure = (
        hospital_demand(cases, course(admission=share), rng=np.random.default_rng(4))
        for share in ([0.4, 0.4, 0.4], shares)
    )
    widths = [of(d, "ward", "need")[-1, [0, -1]] for d in (sure, unsure)]
    assert np.diff(widths[1]) > 3 * np.diff(widths[0])


def test_the_same_seed_gives_the_same_demand():
    cases = np.full((20, 3, 5), 30)
    a, b = (hospital_demand(cases, course(), rng=np.random.default_rng(9)) for _ in range(2))
    np.testing.assert_array_equal(a.need, b.need)


CASES = np.ones((2, 3, 4))


@pytest.mark.parametrize(
    ("cases", "changes", "options", "error", "words"),
    [
        (CASES[0], {}, {}, InvalidCounts, "draws, ages, days"),
        (-CASES, {}, {}, InvalidCounts, "is -1 in draw 0, age group 0, day 0"),
        (CASES * np.nan, {}, {}, InvalidCounts, "use a nowcast"),
        (CASES / 3, {}, {"chance": "binomial"}, InvalidCounts, "round the draws"),
        (CASES, {}, {"past": np.ones((2, 9))}, InvalidCounts, "past has shape"),
        (CASES, {"admission": [0.1, 0.2]}, {}, InvalidOption, "admission has shape"),
        (CASES, {"icu": [0.1, 0.2, 1.2]}, {}, InvalidOption, "icu holds 1.2"),
        (CASES, {"icu": [0.1, 0.2, np.nan]}, {}, InvalidOption, "each age group needs one"),
        (CASES, {"ward_stay": [0.5, 0.4]}, {}, InvalidDelay, "ward_stay adds up to 0.9"),
        (CASES, {"death": [0.1, 0.1, 0.1]}, {}, InvalidOption, "admission_to_death"),
        (CASES, {}, {"capacity": {"beds": 4}}, InvalidOption, "capacity names 'beds'"),
        (CASES, {}, {"capacity": {"icu": [4, 5]}}, InvalidOption, "one for each of 4 days"),
        (CASES, {}, {"capacity": {"icu": -4}}, InvalidOption, "holds -4"),
        (CASES, {}, {"chance": "poisson"}, InvalidOption, "chance is 'poisson'"),
        (CASES, {}, {"chance": "binomial"}, InvalidOption, "rng is missing"),
        (CASES, {}, {"start": "March"}, InvalidDates, "no day such as"),
        (CASES, {}, {"start": "NaT"}, InvalidDates, "start is missing"),
        (CASES, {}, {"staff": [Staff("a", {}), Staff("a", {})]}, InvalidOption, "a name of its own"),
        (
            CASES,
            {"icu_stay": [1.0]},
            {"present": Present(ward=0, icu=3, oxygen=3, ventilator=0)},
            InvalidOption,
            "leaves nobody in a bed",
        ),
    ],
)
def test_refuses(cases, changes, options, error, words):
    rng = None if "rng is missing" in words else np.random.default_rng(1)
    with pytest.raises(error, match=words):
        hospital_demand(cases, course(**changes), **{"chance": "none", "rng": rng, **options})


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Present(ward=-1, icu=0, oxygen=0, ventilator=0), InvalidCounts, "ward is -1"),
        (lambda: Present(ward=5, icu=3, oxygen=2, ventilator=0), InvalidCounts, "oxygen is 2"),
        (lambda: Present(ward=5, icu=3, oxygen=4, ventilator=4), InvalidCounts, "ventilator is 4 of 3"),
        (lambda: Staff("icu", {"icu": 3}), InvalidOption, "named 'icu'"),
        (lambda: Staff("nurses", {"bed": 3}), InvalidOption, "names 'bed'"),
        (lambda: Supply("gowns", "pieces", {"icu": -3}), InvalidOption, "is -3 for icu"),
        (lambda: Supply("gowns", "pieces", {"icu": 3}, stock=-1), InvalidOption, "stock of gowns is -1"),
        (lambda: Supply("gowns", "pieces", {"icu": 3}, deliveries=[1]), InvalidOption, "no stock"),
    ],
)
def test_what_is_given_is_checked_when_it_is_made(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_dates_are_asked_for_only_where_there_are_some():
    d = hospital_demand(CASES, course(), chance="none")
    with pytest.raises(InvalidOption, match="no dates"):
        d.run_out_dates("icu")
    d = hospital_demand(CASES, course(), chance="none", start="2026-01-01")
    with pytest.raises(InvalidOption, match="no resource 'beds'"):
        d.run_out_dates("beds")
