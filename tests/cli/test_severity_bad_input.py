"""What `tocsin severity` refuses: each in a sentence that says what was given and what to do."""

from pathlib import Path

import pytest

DAYS = ["date,cases,deaths", *(f"2024-03-{day:02d},{20 + day},{day // 4}" for day in range(1, 31))]
AGES = ["age,cases,deaths", "0-9,100,1", "10-19,200,3", "20+,300,9"]
PATIENTS = [
    "onset,outcome,outcome_date",
    *(f"2024-03-{day:02d},{'died' if day % 3 else 'recovered'},2024-04-{day:02d}" for day in range(1, 25)),
]


@pytest.fixture
def refused(command):
    def call(lines, *options):
        Path("table.csv").write_text("\n".join(lines) + "\n")
        result = command("severity", "table.csv", "--out", "out.csv", *options)
        assert result.exit_code == 2, result.output
        assert "Traceback" not in result.output
        assert not Path("out.csv").exists()
        return result.stderr.split("Error: ")[1]

    return call


def changed(lines, old, new):
    assert any(old in line for line in lines)
    return [line.replace(old, new) for line in lines]


def test_more_deaths_than_cases(refused):
    said = refused(changed(DAYS, "2024-03-09,29,2", "2024-03-09,29,1900"))
    assert "2,003 deaths of 1,065 cases" in said
    assert "the dead are counted among the cases" in said
    said = refused(changed(AGES, "10-19,200,3", "10-19,200,300"))
    assert "age group 10-19 has 300 deaths of 200 cases; the one are counted among the other" in said
    assert "--cases and --deaths" in said
    said = refused(["age,cases,severe", "0-9,10,1", "10-19,5,6"])
    assert "age group 10-19 has 6 severe cases of 5 cases" in said


def test_missing_days_and_counts(refused):
    without = [line for line in DAYS if not line.startswith("2024-03-10")]
    said = refused(without)
    assert "cases of 2024-03-10 are missing (1 such days in all)" in said
    assert "--absent zero" in said
    said = refused(changed(DAYS, "2024-03-12,32,3", "2024-03-12,32,-3"))
    assert "deaths of 2024-03-12 are missing" in said
    assert "--negative spread-back" in said


def test_weeks_instead_of_days(refused):
    lines = ["date,cases,deaths", *(f"2024-W{week:02d},{20 + week},2" for week in range(1, 20))]
    assert "the table counts by week, but delays are of days" in refused(lines)


@pytest.mark.parametrize(
    ("cell", "said"), [("-3", "is below zero"), ("about ten", "is no number"), ("2.5", "is not whole")]
)
def test_counts_by_age_that_are_none(refused, cell, said):
    text = refused(changed(AGES, "10-19,200,3", f"10-19,200,{cell}"), "--deaths", "deaths")
    assert f"row 3, column 'deaths': '{cell}' {said}" in text


def test_most_ages_missing(refused):
    said = refused(["age,cases,deaths", "0-9,10,1", "10-19,20,1", "unknown,100,3", ",50,1"])
    assert "150 of 180 cases have no age that is known, the first in row 4: 'unknown'" in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nothing", "neither a file nor columns of table.csv; it has 'age', 'cases', 'deaths'"),
        ("standard.csv", "it lacks '20+'; '20-29' of it is no group of the table"),
    ],
)
def test_a_standard_of_other_ages(refused, tmp_path, given, said):
    (tmp_path / "standard.csv").write_text("age,persons\n0-9,5\n10-19,6\n20-29,7\n")
    assert said in refused(AGES, "--standard", given)


def test_a_standard_with_a_group_that_has_no_cases(refused):
    lines = ["age,cases,deaths,people", "0-9,0,0,10", "10-19,20,1,10", "20+,30,2,10"]
    assert "age group 0-9 is in the standard, but has no cases" in refused(lines, "--standard", "people")


def test_infection_fatality_without_a_serosurvey(refused):
    said = refused(AGES, "--infection")
    assert "--infection needs --positive, --tested and --population" in said
    assert "go together" in refused(AGES, "--positive", "deaths")


def test_a_delay_for_a_table_without_days(refused):
    assert "--delay needs cases by day" in refused(AGES, "--delay", "covid-19")


@pytest.mark.parametrize(
    ("delay", "said"),
    [
        ("days,probability\n0,0.5\n1,0.3\n", "delay.csv given by --delay adds up to 0.8; the probabilities"),
        ("days,probability\n0,1.5\n1,-0.5\n", "delay.csv given by --delay holds -0.5; probabilities are from 0 to 1"),
        ("days,probability\n0,0.5\n0,0.5\n", "has a day twice"),
        ("days,probability\n-1,0.5\n0,0.5\n", "delays below 0"),
        ("days,probability\n0,many\n", "something that is no number"),
        ("days,probability\n0,\n", "is empty or has empty cells"),
        ("when,how\n0,1\n", "it needs 'days' (0, 1, 2 …) and 'probability'"),
        ("", "is no table"),
    ],
)
def test_files_of_delays_that_are_none(refused, tmp_path, delay, said):
    (tmp_path / "delay.csv").write_text(delay)
    assert said in refused(DAYS, "--delay", "delay.csv")


@pytest.mark.parametrize(
    ("delay", "said"),
    [
        ("influenzaa", "no published onset_to_death named 'influenzaa'; there are covid-19"),
        ("gamma:14", "write the family, the mean and the standard deviation"),
        ("gamma:14:many", "write the family, the mean and the standard deviation"),
        ("gamma:14:-2", "sd is -2; a standard deviation is above 0 days"),
    ],
)
def test_delays_that_are_none(refused, delay, said):
    assert said in refused(DAYS, "--delay", delay)


def test_words_that_are_not_understood(refused):
    said = refused(changed(PATIENTS, "recovered", "verlegt"))
    assert "column 'outcome' holds 'verlegt'" in said
    for word in ("died: died", "умер", "死亡", "выздоровел", "治愈"):
        assert word in said
    assert "--word 'verlegt=recovered'" in said
    assert "'bad' is said to be 'worse'; it is one of died, recovered" in refused(PATIENTS, "--word", "bad=worse")
    long = ["age,outcome,n", *(f"{age},{word},5" for age in ("0-9", "10+") for word in ("mild", "moderate"))]
    assert "names nobody who died or was severely ill" in refused(long)


def test_two_columns_of_dates_of_the_outcome(refused):
    lines = [f"{line},{'death_date' if i == 0 else ''}" for i, line in enumerate(PATIENTS)]
    lines[1] = lines[1] + "2024-04-20"
    said = refused(lines)
    assert "2 columns of table.csv could be the outcome date: 'outcome_date', 'death_date'" in said
    assert "say which with --outcome-date, or name several" in said


def test_an_outcome_before_onset(refused, command):
    lines = changed(PATIENTS, "2024-03-02,died,2024-04-02", "2024-03-02,died,2024-02-02")
    said = refused(lines)
    assert "1 patient has an outcome before onset, the first in row 3: onset 2024-03-02, outcome 2024-02-02" in said
    assert "--early leave-out" in said
    assert command("severity", "table.csv", "--early", "leave-out").exit_code == 0


def test_a_day_before_anybody_fell_ill(refused):
    said = refused(PATIENTS, "--as-of", "2023-12-31")
    assert "nobody had fallen ill by 2023-12-31: the first onset is of 2024-03-01" in said


def test_tables_that_are_none_of_the_three(refused):
    said = refused(["place,colour", "North,red", "South,blue"])
    assert "it is not clear what table.csv is" in said
    assert "name the columns by these options" in said
    assert "needs a column --age" in refused(["age,cases", "0-9,10", "10+,20"], "--layout", "ages")
    assert "--deaths dead, but table.csv has no such column" in refused(AGES, "--deaths", "dead")
    two = ["age,cases_a,cases_b,deaths", "0-9,10,20,1", "10+,10,20,1"]
    assert "2 columns of table.csv could be the cases: 'cases_a', 'cases_b'; say which with --cases" in refused(
        two, "--layout", "ages"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--level", "95"], "--level is 95; it is the probability that an interval covers"),
        (["--baseline", "0.01"], "--baseline needs --delay"),
        (["--baseline", "2", "--delay", "covid-19"], "baseline is 2.0; it is the risk of all cases"),
        (["--method", "cfr", "--level", "0.9", "--delay", "covid-19"], "method='cfr' has intervals of 0.95 alone"),
    ],
)
def test_options_outside_what_they_allow(refused, options, said):
    assert said in refused(DAYS, *options)
