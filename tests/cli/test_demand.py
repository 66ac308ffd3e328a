"""`tocsin demand` as a person runs it: the same as the engine called by hand, and what it refuses."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtri

from tocsin.epi.delays import DelayDistribution, discretised
from tocsin.epi.demand import Course, Present, Staff, Supply, hospital_demand

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "demand.toml"
FIRST = np.datetime64("2026-03-01")
DAYS = 14
LEVELS = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]
SHARES = {"admission": 0.2, "icu": 0.25, "oxygen": 0.5, "ventilator": 0.6}
STAYS = {"onset_to_admission": (4.0, 2.0), "ward_stay": (7.0, 4.0), "icu_stay": (9.0, 5.0)}
PLAN = """
[course]
admission = 0.2
icu = 0.25
oxygen = 0.5
ventilator = 0.6

[days]
onset_to_admission = "gamma:4:2"
ward_stay = "gamma:7:4"
icu_stay = "gamma:9:5"

[present]
ward = 30
icu = 10
oxygen = 20
ventilator = 6

[capacity]
ward = 60
icu = { "2026-02-01" = 14, "2026-03-05" = 18 }

[[staff]]
name = "nurses"
per_patient = { ward = 0.5, icu = 2 }
available = 40

[[supplies]]
name = "gowns"
unit = "pieces"
per_patient_day = { icu = 10 }
per_admission = 2
stock = 900
deliveries = { "2026-03-08" = 300 }
"""


def forecast(levels=LEVELS, ages=("all",), days=DAYS):
    """Cases with a spread that grows, as `tocsin forecast` writes them."""
    rows = [
        (age, day, level, max(0.0, 40 + 2 * i + (8 + i) * float(ndtri(level))))
        for age in ages
        for i, day in enumerate((FIRST + np.arange(days)).tolist())
        for level in levels
    ]
    table = pl.DataFrame(rows, schema=["age_group", "date", "quantile", "value"], orient="row")
    return table.drop("age_group") if ages == ("all",) else table


@pytest.fixture
def run(command):
    def call(table, *options, plan=PLAN):
        table.write_csv("forecast.csv")
        Path("plan.toml").write_text(plan)
        result = command("demand", "forecast.csv", "--plan", "plan.toml", "--out", "out.csv", *options)
        assert result.exit_code == 0, result.output
        call.said, call.shown = result.stderr, result.stdout
        return pl.read_csv("out.csv", try_parse_dates=True)

    return call


@pytest.fixture
def refused(command):
    def call(table, *options, plan=PLAN):
        if isinstance(table, str):
            Path("forecast.csv").write_text(table)
        else:
            table.write_csv("forecast.csv")
        Path("plan.toml").write_text(plan)
        result = command("demand", "forecast.csv", "--plan", "plan.toml", "--out", "out.csv", *options)
        assert result.exit_code == 2, result.output
        assert "Traceback" not in result.output
        assert not Path("out.csv").exists()
        return result.stderr.split("Error: ")[1]

    return call


def days_of(table, resource, measure, level=None):
    rows = table.filter((pl.col("resource") == resource) & (pl.col("measure") == measure))
    at = pl.col("quantile").is_null() if level is None else pl.col("quantile") == level
    return rows.filter(at)["value"].to_numpy()


def by_hand(cases, **options):
    """The plan above, as the engine has it."""
    dates = FIRST + np.arange(DAYS)
    stays = {
        name: discretised(DelayDistribution("gamma", np.asarray(m), np.asarray(s))) for name, (m, s) in STAYS.items()
    }
    return hospital_demand(
        cases,
        Course(**{name: [share] * cases.shape[1] for name, share in SHARES.items()}, **stays),
        present=Present(ward=30, icu=10, oxygen=20, ventilator=6),
        capacity={"ward": 60, "icu": np.where(dates >= np.datetime64("2026-03-05"), 18, 14)},
        staff=[Staff("nurses", {"ward": 0.5, "icu": 2}, 40)],
        supplies=[
            Supply("gowns", "pieces", {"icu": 10}, 2, 900, np.where(dates == np.datetime64("2026-03-08"), 300, 0))
        ],
        start=FIRST,
        **options,
    )


def test_an_expected_course_gives_what_the_engine_gives(run):
    cases = np.full((1, 1, DAYS), 75.5)
    table = pl.DataFrame({"date": FIRST + np.arange(DAYS), "cases": cases[0, 0]})
    found = run(table, "--chance", "none")
    expected = by_hand(cases, chance="none")
    assert found["resource"].unique(maintain_order=True).to_list() == list(expected.names)
    for i, name in enumerate(expected.names):
        np.testing.assert_allclose(days_of(found, name, "need", 0.5), expected.need[i, :, 0])
    np.testing.assert_allclose(days_of(found, "icu", "unmet", 0.9), expected.unmet[3, :, 0])
    np.testing.assert_allclose(days_of(found, "gowns", "left", 0.5), expected.left[-1, :, 0])
    np.testing.assert_allclose(days_of(found, "icu", "capacity"), expected.capacity[3])
    assert "no doubt about it" in run.said
    run_out = pl.read_csv("out-run-out.csv", try_parse_dates=True).filter(pl.col("quantile") == 0.5)
    assert run_out["resource"].to_list() == ["ward", "icu", "nurses", "gowns"]
    dates = [
        None if np.isnat(day) else day.item() for n in run_out["resource"] for day in expected.run_out_dates(n)[:1]
    ]
    assert run_out["date"].to_list() == dates
    assert dates[1] is not None


def test_quantiles_become_draws_that_have_these_quantiles(run):
    found = run(forecast(), "--chance", "none", "--draws", "4000")
    assert found.filter(pl.col("measure") == "need")["quantile"].unique().sort().to_list() == LEVELS
    # Beds are sums of cases that keep their rank, so that each quantile of beds is that of a course at this rank.
    low, high = (
        by_hand(forecast().filter(pl.col("quantile") == q)["value"].to_numpy()[None, None], chance="none")
        for q in (0.1, 0.975)
    )
    np.testing.assert_allclose(days_of(found, "icu", "need", 0.1), low.need[3, :, 0], rtol=2e-3)
    np.testing.assert_allclose(days_of(found, "icu", "need", 0.975), high.need[3, :, 0], rtol=2e-3)
    assert "keeps its rank over all days and ages" in run.said


def test_between_and_beyond_the_levels_ranks_lie_on_the_normal_scale(run):
    found = run(forecast(), "--chance", "none", "--draws", "4000", "--quantiles", "0.05,0.99")
    for level in (0.05, 0.99):
        cases = forecast(levels=[level])["value"].to_numpy()[None, None]
        expected = by_hand(cases, chance="none").need[3, :, 0]
        np.testing.assert_allclose(days_of(found, "icu", "need", level), expected, rtol=2e-3)


def test_less_than_a_case_a_day_is_a_case_now_and_then(run):
    table = pl.DataFrame({"date": FIRST + np.arange(DAYS), "cases": [0.4] * DAYS})
    found = run(table, "--draws", "400", plan=PLAN.replace("admission = 0.2", "admission = 1"))
    assert days_of(found, "admissions", "need", 0.975)[-1] >= 1


def test_draws_are_taken_as_they_are(run):
    rng = np.random.default_rng(1)
    cases = rng.poisson(40, (60, 1, DAYS))
    day, draw = np.meshgrid(FIRST + np.arange(DAYS), np.arange(60))
    table = pl.DataFrame({"date": day.ravel(), "draw": draw.ravel(), "value": cases[:, 0].ravel()})
    found = run(table, "--chance", "none")
    expected = by_hand(cases.astype(float), chance="none", quantiles=LEVELS)
    np.testing.assert_allclose(days_of(found, "ward", "need", 0.975), expected.need[1, :, -1])
    np.testing.assert_allclose(days_of(found, "ward", "unmet_probability"), expected.unmet_probability[1])
    assert "60 draws of cases" in run.said


def test_chance_is_repeatable_and_widens_the_interval(run):
    table = pl.DataFrame({"date": FIRST + np.arange(DAYS), "cases": [35.5] * DAYS})
    first, again = run(table, "--draws", "200"), run(table, "--draws", "200")
    assert first.equals(again)
    assert not first.equals(run(table, "--draws", "200", "--seed", "2"))
    assert days_of(first, "icu", "need", 0.975)[-1] > days_of(first, "icu", "need", 0.025)[-1]
    mean = by_hand(np.full((1, 1, DAYS), 35.5), chance="none").mean[3]
    np.testing.assert_allclose(days_of(first, "icu", "need", 0.5), mean, atol=2.5)


def test_ages_of_the_forecast_meet_those_of_the_plan(run):
    plan = PLAN.replace("admission = 0.2", 'admission = { "0-59" = 0.0, "60+" = 0.2 }')
    found = run(forecast(ages=("0-59", "60+")), "--chance", "none", plan=plan)
    alone = run(forecast(), "--chance", "none")
    np.testing.assert_allclose(days_of(found, "icu", "need", 0.5), days_of(alone, "icu", "need", 0.5))
    split = plan + '\n[ages]\n"0-59" = 0.5\n"60+" = 0.5\n'
    half = run(forecast(), "--chance", "none", plan=split)
    wanted = run(forecast(), "--chance", "none", plan=PLAN.replace("admission = 0.2", "admission = 0.1"))
    np.testing.assert_allclose(days_of(half, "icu", "need", 0.9), days_of(wanted, "icu", "need", 0.9))
    by_chance = run(forecast(), "--draws", "200", plan=split)
    np.testing.assert_allclose(days_of(by_chance, "icu", "need", 0.5), days_of(half, "icu", "need", 0.5), atol=3)


def test_a_share_given_as_an_interval_is_drawn(run):
    table = pl.DataFrame({"date": FIRST + np.arange(DAYS), "cases": [200.0] * DAYS})
    found = run(table, "--chance", "none", "--draws", "4000", plan=PLAN.replace("icu = 0.25", "icu = [0.1, 0.4]"))
    present = days_of(run(table, "--chance", "none", plan=PLAN.replace("icu = 0.25", "icu = 0")), "icu", "need", 0.5)
    new = [(days_of(found, "icu", "need", q) - present)[-1] for q in (0.025, 0.975)]
    np.testing.assert_allclose(new[1] / new[0], 4.0, rtol=0.1)


def test_the_past_is_what_still_comes(run):
    plan = re.sub(r"\[present\][^[]*", "", PLAN)
    empty = run(forecast(), "--chance", "none", plan=plan)
    assert "the hospital starts empty" in run.said
    before = pl.DataFrame({"date": FIRST - 60 + np.arange(62), "value": [40] * 62})
    before.write_csv("past.csv")  # reaches into the forecast, whose own days count
    full = run(forecast(), "--chance", "none", "--past", "past.csv", plan=plan)
    assert "the hospital starts empty" not in run.said
    assert days_of(full, "icu", "need", 0.5)[0] > days_of(empty, "icu", "need", 0.5)[0] + 10
    # Little's law: forty cases a day, a fifth of them admitted, a quarter of those for nine nights.
    np.testing.assert_allclose(days_of(full, "icu", "need", 0.5)[0], 40 * 0.2 * 0.25 * 9, rtol=0.02)


def test_a_place_is_chosen_among_several_and_days_are_cut(run):
    both = pl.concat([forecast().with_columns(region=pl.lit(name)) for name in ("North", "South")])
    found = run(both, "--where", "region=North", "--days", "7", "--chance", "none")
    assert found["date"].n_unique() == 7


def test_the_example_runs_and_says_that_its_figures_are_placeholders(run):
    text = EXAMPLE.read_text(encoding="utf-8")
    assert "every figure here is a placeholder" in text
    found = run(forecast(), "--draws", "100", plan=text)
    assert {"admissions", "ward", "oxygen", "icu", "ventilator", "deaths", "gowns"} <= set(found["resource"])
    assert "runs out" in run.shown
    assert re.search(r"gowns .* a stock", run.shown)


# --- what is refused


def lines(*rows, header="date,value"):
    return "\n".join([header, *rows]) + "\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (lines("2026-03-01,5", "2026-03-03,5"), "no day between 2026-03-01 and 2026-03-03; give every day"),
        (lines("2026-03-01,5", "2026-03-08,5", "2026-03-15,5"), "FORECAST counts by the week"),
        (lines("2026-W10,5", "2026-W11,5"), "FORECAST counts by the week"),
        (lines("2026-03-01,5", "2026-03-02,-5"), "FORECAST has -5 cases on 2026-03-02; cases are 0 or more"),
        (lines("2026-03-01,5", "2026-03-02,"), "'' in 'value' on 2026-03-02, which is no number"),
        (lines("2026-03-01,5", "2026-03-01,6"), "FORECAST has 2026-03-01 more than once"),
        (lines("2026-03-01,1.5,5", header="date,quantile,value"), "a quantile of 1.5; levels lie between 0 and 1"),
        (
            lines("2026-03-01,0.1,5", "2026-03-02,0.5,5", header="date,quantile,value"),
            "no value for 2026-03-02, age all, quantile 0.1",
        ),
        (
            lines("2026-03-01,N,5", "2026-03-01,S,5", header="date,region,value"),
            "several series, told apart by 'region'; a plan is of one place: choose one, as in --where 'region=N'",
        ),
        (lines("2026-03-01,5", header="date,colour"), "FORECAST needs --value, that of cases"),
    ],
)
def test_forecasts_that_cannot_be_used(refused, text, said):
    assert said in refused(text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("admission = 0.2", "admision = 0.2", "[course] has 'admision', which means nothing here; there are admission"),
        ("admission = 0.2\n", "", "[course] lacks 'admission'; there are no defaults"),
        ("admission = 0.2", "admission = 1.2", "course.admission is 1.2; a probability is from 0 to 1"),
        ("admission = 0.2", "admission = true", "course.admission is True; it is a number"),
        ("admission = 0.2", "admission = [0.3, 0.2]", "an interval of 95 % is [low, high]"),
        ("admission = 0.2", 'admission = { "0-9" = 0.1 }', "but cases are by 'all': the ages must be the same"),
        ("icu_stay = ", "stay = ", "[days] has 'stay', which means nothing here"),
        ('"gamma:9:5"', "[0.5, 0.3]", "days.icu_stay of plan.toml adds up to 0.8"),
        ('"gamma:9:5"', '"long"', "days.icu_stay of plan.toml is 'long', which is no file"),
        ("ventilator = 6", "ventilator = 16", "ventilated patients are counted there"),
        ("ward = 60", "wards = 60", "[capacity] has 'wards'"),
        ('"2026-02-01" = 14', '"2026-03-02" = 14', "capacity.icu says nothing of 2026-03-01, the first day"),
        ('"2026-02-01" = 14', '"soon" = 14', "capacity.icu has 'soon', which is no day"),
        ("per_patient = { ward", "per_patient = { bed", "names 'bed'; patients are counted in ward, oxygen, icu"),
        ("stock = 900\n", "", "gowns has deliveries but no stock"),
        ('deliveries = { "2026-03-08" = 300 }', "deliveries = 300", "deliveries of gowns are given by date"),
        ("[[staff]]", "[staff]", "[staff] is written [[staff]]"),
        ("[present]", "[present", "is no TOML"),
        ("ventilator = 0.6", "ventilator = 0.6\ndeath = 0.1", "course.death and days.admission_to_death go together"),
        (
            "[present]",
            '[ages]\n"0-9" = 0.5\n[present]',
            "[ages] adds up to 0.5; the shares of cases by age add up to 1",
        ),
    ],
)
def test_plans_that_cannot_be_used(refused, old, new, said):
    assert old in PLAN
    assert said in refused(forecast(days=5), "--chance", "none", "--draws", "50", plan=PLAN.replace(old, new))


def test_other_files_and_options_that_cannot_be_used(refused, command):
    table = forecast(days=5)
    assert "--days is 30, but FORECAST has 5 days" in refused(table, "--days", "30")
    assert "--value is 'n', but forecast.csv has no such column" in refused(table, "--value", "n")
    pl.DataFrame({"date": FIRST - 5 + np.arange(3), "value": [1, 2, 3]}).write_csv("past.csv")
    assert "the past must reach the day before" in refused(table, "--past", "past.csv")
    result = command("demand", "forecast.csv", "--plan", "none.toml")
    assert result.exit_code == 2
    assert "there is no plan none.toml" in result.stderr
