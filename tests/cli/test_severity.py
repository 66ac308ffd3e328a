"""`tocsin severity` as a person runs it: the same as the engine called by hand, from each of three tables."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tocsin.epi.delays import DelayDistribution, discretised, named
from tocsin.epi.severity import competing_risks, pooled_by_age, risk_by_age, rolling, standardised_risk, static

DELAY = discretised(DelayDistribution("gamma", np.asarray(8.0), np.asarray(5.0)))
FIRST = np.datetime64("2024-03-01")
# China CDC Weekly 2020;2(8):113-122, doi:10.46234/ccdcw2020.032: confirmed cases and deaths until 11 February 2020.
AGES = ["0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80+"]
CASES = np.array([416, 549, 3619, 7600, 8571, 10008, 8583, 3918, 1408])
DEATHS = np.array([0, 1, 7, 18, 38, 130, 309, 312, 208])
PEOPLE = np.array([1300, 1200, 1700, 1700, 1900, 1550, 1200, 550, 230])


@pytest.fixture
def run(command):
    """Run on a table, a frame or a text; the result is the table written."""

    def call(table, *options, out="out.csv"):
        path = table if isinstance(table, Path) else Path("table.csv")
        if isinstance(table, str):
            path.write_text(table)
        elif isinstance(table, pl.DataFrame):
            table.write_csv(path)
        result = command("severity", path, "--out", out, *options)
        assert result.exit_code == 0, result.output
        call.said, call.shown = result.stderr, result.stdout
        return pl.read_csv(out, try_parse_dates=True)

    return call


def daily(level=20.0, days=60, seed=1):
    """(cases, deaths) of a growing outbreak."""
    rng = np.random.default_rng(seed)
    cases = rng.poisson(level * np.exp(np.arange(days) / 30))
    deaths = rng.poisson(0.1 * np.convolve(cases, DELAY)[:days])
    return cases, deaths


def by_day(cases, deaths, **keys):
    dates = FIRST + np.arange(len(cases))
    return pl.DataFrame(
        {**{k: [v] * len(cases) for k, v in keys.items()}, "date": dates, "cases": cases, "deaths": deaths}
    )


def of(found, measure, method):
    return found.filter((pl.col("measure") == measure) & (pl.col("method") == method))


def three(rows):
    return rows.select("estimate", "low", "high").to_numpy()


def china(**more):
    # Out of order: the command puts ages in theirs.
    return pl.DataFrame({"age_group": AGES, "cases": CASES, "deaths": DEATHS, "people": PEOPLE, **more})[::-1]


# --- by day


def test_days_give_the_static_and_the_rolling_risk_naive_and_adjusted(run):
    cases, deaths = daily()
    found = run(by_day(cases, deaths), "--delay", "gamma:8:5")
    for method, options in (("naive", {}), ("delay_adjusted", {"delay": DELAY})):
        s, r = static(cases, deaths, **options), rolling(cases, deaths, **options)
        np.testing.assert_allclose(three(of(found, "case_fatality", method))[0], [s.estimate[0], s.low[0], s.high[0]])
        rows = of(found, "case_fatality", f"rolling_{method}")
        told = ~np.isnan(r.estimate[0])
        np.testing.assert_allclose(rows["estimate"], r.estimate[0][told])
        assert rows["date"].to_list() == (FIRST + np.flatnonzero(told)).tolist()
    assert "outcomes known, %" in run.shown


def test_strata_are_judged_each_by_its_own_last_day(run):
    north, south = daily(), daily(seed=2)
    table = pl.concat([by_day(*north, place="North"), by_day(south[0][:50], south[1][:50], place="South")])
    found = run(table, "--delay", "gamma:8:5", "--estimate", "static")
    rows = of(found, "case_fatality", "delay_adjusted")
    assert rows["place"].to_list() == ["North", "South"]
    expected = static(south[0][:50], south[1][:50], delay=DELAY)
    np.testing.assert_allclose(three(rows)[1], [expected.estimate[0], expected.low[0], expected.high[0]])
    assert "1 strata end before" in run.said


def test_strata_of_ages_stand_in_their_order(run):
    table = pl.concat([by_day(*daily(seed=i), age_group=age) for i, age in enumerate(["10-19", "5-9", "80+", "0-4"])])
    found = run(table, "--estimate", "static")
    assert found["age_group"].to_list() == ["0-4", "5-9", "10-19", "80+"]
    assert found["events"][0] == daily(seed=3)[1].sum()


def test_a_delay_by_name_and_by_file_are_the_same(run):
    p = named("covid-19", "onset_to_death").probabilities()
    pl.DataFrame({"days": np.arange(len(p)), "probability": p}).write_csv("delay.csv")
    table = by_day(*daily())
    by_name = run(table, "--delay", "covid-19", "--estimate", "static")
    by_file = run(table, "--delay", "delay.csv", "--estimate", "static")
    np.testing.assert_allclose(three(by_name), three(by_file))


def test_an_uncertain_delay_widens_the_interval(run):
    rows = [
        pl.DataFrame({"draw": [i] * len(p), "days": np.arange(len(p)), "probability": p})
        for i, mean in enumerate((6.0, 8.0, 11.0))
        for p in [discretised(DelayDistribution("gamma", np.asarray(mean), np.asarray(4.0)))]
    ]
    pl.concat(rows).write_csv("delay.csv")
    table = by_day(*daily(200.0))
    best = three(of(run(table, "--delay", "gamma:8:4", "--estimate", "static"), "case_fatality", "delay_adjusted"))[0]
    doubt = three(of(run(table, "--delay", "delay.csv", "--estimate", "static"), "case_fatality", "delay_adjusted"))[0]
    assert doubt[2] - doubt[1] > 1.5 * (best[2] - best[1])


def test_a_delay_longer_than_the_days_is_a_warning(run):
    found = run(by_day(*daily(days=15)), "--delay", "gamma:20:12", "--estimate", "static")
    assert "More than 5 % of the delay lies beyond the last day" in run.said
    assert "delay longer than window" in of(found, "case_fatality", "delay_adjusted")["note"][0]


def test_the_share_of_cases_found_follows_from_the_baseline(run):
    table = by_day(*daily())
    found = run(table, "--delay", "gamma:8:5", "--baseline", "0.02", "--estimate", "static")
    risk, share = of(found, "case_fatality", "delay_adjusted"), of(found, "ascertainment", "delay_adjusted")
    np.testing.assert_allclose(share["estimate"][0], 0.02 / risk["estimate"][0])
    np.testing.assert_allclose(share["low"][0], 0.02 / risk["high"][0])


def test_admissions_give_the_hospitalisation_fatality_and_a_level_another_interval(run):
    cases, deaths = daily()
    table = by_day(cases, deaths).rename({"cases": "admissions"})
    found = run(table, "--among", "admissions", "--estimate", "static", "--level", "0.5")
    s = static(cases, deaths, level=0.5)
    np.testing.assert_allclose(three(of(found, "hospitalisation_fatality", "naive"))[0, 1:], [s.low[0], s.high[0]])
    assert "naive risks: too low" in run.said


# --- by age


def test_ages_give_the_published_risks_in_order_of_age(run):
    found = run(china(), "--quantiles", "0.1,0.9")
    rows = of(found, "case_fatality", "naive")
    assert rows["age_group"].to_list() == [*AGES, "all"]
    published = [0.0, 0.2, 0.2, 0.2, 0.4, 1.3, 3.6, 8.0, 14.8, 2.3]
    np.testing.assert_allclose(np.round(100 * rows["estimate"].to_numpy(), 1), published)
    exact = risk_by_age(DEATHS, CASES)
    np.testing.assert_allclose(three(rows)[:-1], np.stack([exact.estimate, exact.low, exact.high], axis=1))
    pooled = of(found, "case_fatality", "pooled")
    expected = pooled_by_age(DEATHS, CASES, quantiles=[0.025, 0.1, 0.9, 0.975], positions=np.arange(9) + 0.5)
    plain = pooled.filter(pl.col("quantile").is_null())
    np.testing.assert_allclose(plain["low"], expected.quantiles[0, :, 0], rtol=1e-9)
    np.testing.assert_allclose(pooled.filter(pl.col("quantile") == 0.9)["estimate"], expected.quantiles[0, :, 2])


def test_groups_of_unequal_width_stand_apart_by_their_ages(run):
    cases, deaths = np.array([50, 60, 300, 200]), np.array([0, 1, 3, 9])
    table = pl.DataFrame({"age": ["0-4", "5-9", "10-49", "50-89"], "cases": cases, "deaths": deaths})
    place = [2.5 / 40, 7.5 / 40, 30 / 40, 70 / 40]
    expected = pooled_by_age(deaths, cases, positions=place, quantiles=[0.5])
    np.testing.assert_allclose(of(run(table), "case_fatality", "pooled")["estimate"], expected.estimate[0], rtol=1e-9)


def test_the_standard_is_columns_of_the_table_or_a_file_of_ages(run):
    pl.DataFrame({"age": AGES[::-1], "persons": PEOPLE[::-1]}).write_csv("standard.csv")
    s = standardised_risk(DEATHS, CASES, PEOPLE)
    for given in ("people", "standard.csv"):
        rows = of(run(china(), "--standard", given), "case_fatality", "standardised")
        np.testing.assert_allclose(three(rows)[0], [s.estimate, s.low, s.high])
    assert "with the standard's ages" in run.shown


def test_severe_cases_and_deaths_stand_side_by_side_with_a_warning(run):
    found = run(china(severe=DEATHS + 10), "--seed", "3")
    correlation = found.filter(pl.col("measure") == "correlation_severe_deaths")
    assert correlation["method"].to_list() == ["pearson_of_logits", "spearman", "chance_in_counts"]
    assert set(correlation["note"]) == {"few groups"}
    assert "a figure to look at, not to rest a decision on" in run.said
    assert of(found, "deaths_per_severe", "naive").height == 9
    again = run(china(severe=DEATHS + 10), "--seed", "3")
    assert again.equals(found)


def long_table():
    rows = ["age_group,sex,week,severity,n"]
    for age, mild, severe in (("5-9", 40, 2), ("10-14", 30, 1), ("1-4", 20, 0), ("80+", 5, 3), ("unknown", 2, 0)):
        for sex in "FM":
            rows += [f"{age},{sex},1,mild,{mild}", f"{age},{sex},2,mild,{mild}"]
            rows += [f"{age},{sex},1,severe,{severe}"] if severe else []
    return "\n".join(rows) + "\n"


def test_long_tables_by_age_and_outcome_are_added_up(run):
    rows = of(run(long_table()), "severe_case", "naive")
    assert rows["age_group"].to_list() == ["1-4", "5-9", "10-14", "80+", "all"]
    assert rows["events"].to_list() == [0, 4, 2, 6, 12]
    assert rows["persons"].to_list() == [80, 164, 122, 26, 392]
    assert "8 cases of 400 have no age that is known ('unknown') and belong in no group" in run.said
    lines = [line for line in long_table().splitlines() if not line.startswith("80+,F")]
    run("\n".join(lines) + "\n", "--by", "sex")
    assert "there is no count" not in run.said  # a group without rows has no cases
    by_sex = of(run(long_table(), "--by", "sex"), "severe_case", "naive")
    assert by_sex.filter(pl.col("age_group") == "all")["persons"].to_list() == [196, 196]


def test_words_can_be_given_a_meaning(run):
    table = long_table().replace(",mild,", ",code 1,").replace(",severe,", ",code 2,")
    found = run(table, "--word", "code 1=mild", "--word", "code 2=severe")
    assert of(found, "severe_case", "naive")["events"][-1] == 12


def test_tables_in_russian_and_chinese_are_understood(run):
    found = run("возраст,случаи,умерло\n0-19,100,1\n20-59,200,4\n60 и старше,90,9\nвсего,390,14\n")
    assert of(found, "case_fatality", "naive")["age_group"].to_list() == ["0-19", "20-59", "60 и старше", "all"]
    assert "sums of the ages and left out" in run.said
    found = run("年龄组,病例数,重症,死亡\n0-19岁,100,3,1\n20-59岁,200,9,4\n60岁以上,90,20,9\n")
    assert of(found, "severe_case", "naive")["events"].to_list() == [3, 9, 20, 32]


def test_a_group_without_a_count_is_said_and_informed_by_its_neighbours(run):
    found = run("age,cases,deaths\n0-9,10,\n10-19,20,1\n20+,30,3\n")
    assert "Of '0-9' there is no count of deaths: left out of risks and of all ages" in run.said
    rows = of(found, "case_fatality", "naive")
    assert rows["age_group"].to_list() == ["10-19", "20+", "all"]
    assert rows["persons"].to_list() == [20, 30, 50]
    assert of(found, "case_fatality", "pooled")["age_group"].to_list() == ["0-9", "10-19", "20+"]


def test_risks_that_are_the_same_in_all_ages_have_no_correlation(run):
    run("age,cases,severe,deaths\n" + "".join(f"{a}-{a + 9},10,2,1\n" for a in range(0, 50, 10)))
    assert "cannot be correlated: a risk is the same in all age groups" in run.shown


def test_infection_fatality_takes_a_serosurvey(run):
    table = china(positive=PEOPLE // 100 + 5, tested=PEOPLE // 10).with_columns(people=pl.col("people") * 1000)
    options = ["--positive", "positive", "--tested", "tested", "--population", "people"]
    rows = of(run(table, *options), "infection_fatality", "serosurvey")
    assert rows["age_group"].to_list() == AGES
    expected = DEATHS / (PEOPLE * 1000 * (PEOPLE // 100 + 5) / (PEOPLE // 10))
    np.testing.assert_allclose(rows["estimate"], expected)


# --- line lists


def patients(seed=1, n=300):
    rng = np.random.default_rng(seed)
    onset = FIRST + rng.integers(0, 60, n)
    dies = rng.random(n) < 0.3
    end = onset + np.where(dies, 1 + rng.poisson(9, n), 1 + rng.poisson(18, n))
    as_of = FIRST + 60
    told = end <= as_of
    outcome = np.where(told, np.where(dies, "Died", "Discharged"), "Ill")
    return pl.DataFrame(
        {
            "id": [f"P{i}" for i in range(n)],
            "age": rng.integers(0, 95, n),
            "onset": onset,
            "outcome": outcome,
            "date_outcome": [d if t else None for d, t in zip(end.tolist(), told, strict=True)],
        }
    )


def by_hand(table, as_of):
    """days and outcome as of a day."""
    end = table["date_outcome"].to_numpy().astype("datetime64[D]")
    onset = table["onset"].to_numpy().astype("datetime64[D]")
    told = ~np.isnat(end) & (end <= as_of)
    days = (np.where(told, end, as_of) - onset).astype(int)
    return days, np.where(told, np.where(table["outcome"] == "Died", 1, 2), 0)


def test_a_line_list_gives_competing_risks_of_all_and_by_age(run):
    table = patients()
    as_of = FIRST + 59
    found = run(table, "--as-of", str(as_of))
    table = table.filter(pl.col("onset") <= as_of.item())
    days, outcome = by_hand(table, as_of)
    c = competing_risks(days, outcome)
    rows = of(found, "case_fatality", "competing_risks")
    np.testing.assert_allclose(three(rows)[0], [c.fatality[0], c.low[0], c.high[0]])
    assert rows["age_group"].to_list() == ["all", "0-19", "20-39", "40-59", "60-79", "80+"]
    young = (table["age"] < 20).to_numpy()
    part = competing_risks(days[young], outcome[young])
    np.testing.assert_allclose(three(rows)[1], [part.fatality[0], part.low[0], part.high[0]])
    assert "put into bands: '0-19'" in run.said


def test_deaths_and_recoveries_may_have_a_column_of_dates_each(run):
    table = patients()
    two = table.with_columns(
        date_death=pl.when(pl.col("outcome") == "Died").then("date_outcome"),
        date_discharge=pl.when(pl.col("outcome") == "Discharged").then("date_outcome"),
    ).drop("date_outcome")
    assert run(two, "--outcome-date", "date_death,date_discharge").equals(run(table))


def test_groups_of_patients_by_other_columns_and_bands(run):
    table = patients().with_columns(sex=pl.Series(["m", "f", ""] * 100))
    found = run(table, "--by", "sex,age", "--age-bands", "0,50")
    keys = of(found, "case_fatality", "naive").select("sex", "age_group").rows()
    assert keys == [("(all)", "all"), *((s, a) for s in ("f", "m", "(unknown)") for a in ("0-49", "50+"))]


def test_few_years_of_age_are_bands_too_but_codes_of_groups_are_not(run):
    text = "onset,outcome,outcome_date,age\n2024-02-01,died,2024-02-13,70\n2024-02-03,discharged,2024-02-23,20\n"
    assert of(run(text), "case_fatality", "naive")["age_group"].to_list() == ["all", "20-39", "60-79"]
    coded = run(text.replace(",age\n", ",age_group\n").replace(",70", ",5").replace(",20\n", ",2\n"))
    assert of(coded, "case_fatality", "naive")["age_group"].to_list() == ["all", "2", "5"]


def test_a_list_without_recoveries_needs_the_delay(run):
    table = patients().with_columns(
        outcome=pl.when(pl.col("outcome") == "Died").then(pl.lit("Dead")).otherwise(pl.lit("Alive")),
        date_outcome=pl.when(pl.col("outcome") == "Died").then("date_outcome"),
    )
    found = run(table, "--by", "")
    assert "Nobody is named as recovered" in run.said
    assert "naive risks" in run.said
    assert found["method"].to_list() == ["naive"]
    adjusted = of(run(table, "--by", "", "--delay", "gamma:10:3"), "case_fatality", "delay_adjusted")
    naive = of(found, "case_fatality", "naive")
    assert adjusted["estimate"][0] > naive["estimate"][0]
    assert 0.2 < adjusted["estimate"][0] < 0.4
    with_word = run(table, "--word", "Alive=recovered", "--by", "")
    assert "300 outcomes" not in run.said
    assert of(with_word, "case_fatality", "competing_risks").is_empty()  # their recoveries bear no date


def test_patients_without_dates_are_said(run):
    table = patients().with_columns(
        onset=pl.when(pl.int_range(pl.len()) < 7).then(None).otherwise("onset"),
        date_outcome=pl.when(pl.int_range(pl.len()).is_between(10, 40)).then(None).otherwise("date_outcome"),
    )
    found = run(table, "--by", "", "--delay", "gamma:10:3")
    assert "7 patients have no onset: counted among the cases" in run.said
    assert "have no date: counted in the naive risk; for competing risks still open" in run.said
    assert of(found, "case_fatality", "naive")["persons"][0] == 300
    assert of(found, "case_fatality", "competing_risks")["persons"][0] == 293
    early = run(table, "--by", "", "--as-of", str(FIRST + 40))
    assert of(early, "case_fatality", "naive")["persons"][0] < 293


# --- the published tables


@pytest.mark.parametrize(
    ("file", "options", "measure", "method", "expected"),
    [
        (
            "p4_china_cdc_2020-02-11_age_cases_deaths.csv",
            ["--standard", "population_outside,population_wuhan"],
            *("case_fatality", "standardised", [0.0140, 0.0132, 0.0157]),
        ),
        (
            "p4_dengue_peru_2019_2020_age_severity.csv.gz",
            ["--where", "year=2019"],
            *("severe_case", "naive", [0.0103, 0.0088, 0.0120]),
        ),
        (
            "p4_mers_korea_2015_linelist.csv",
            ["--delay", "mers-korea-2015", "--by", ""],
            *("case_fatality", "delay_adjusted", [0.204, 0.126, 0.307]),
        ),
        (
            "p4_fluH7N9_china_2013.csv",
            ["--as-of", "2013-05-28", "--by", ""],
            *("case_fatality", "competing_risks", [0.386, 0.266, 0.517]),
        ),
    ],
)
def test_the_commands_of_the_documentation(run, shared, file, options, measure, method, expected):
    """The figures of docs/validation_severity.md, all ages; those of MERS with onsets not filled in."""
    rows = of(run(shared / "data" / file, *options), measure, method)
    np.testing.assert_allclose(three(rows)[-1], expected, atol=6e-4)
