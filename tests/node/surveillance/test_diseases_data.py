"""The diseases and rules that come with Tocsin, names matched to them, and what rules say of counts."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from tocsin.epi.detect.fixed_rule import fixed_rule
from tocsin.node.surveillance.diseases.evaluation import evaluate_rules, periods_counted
from tocsin.node.surveillance.diseases.matching import match_disease, normalised
from tocsin.node.surveillance.diseases.reading import DataFileError, DiseaseEntry, RuleEntry, read_diseases
from tocsin.node.surveillance.diseases.table import diseases_table, with_table

DOCS = Path(__file__).resolve().parents[3] / "docs"
SMALL = """
[[diseases]]
code = "plague"
icd10 = "A20"
icd11 = "1B93"
name = { en = "Plague", ru = "Чума", zh = "鼠疫" }
group = "especially_dangerous"
gravity = 4
annex2 = "through instrument"
aliases = ["Black death"]

[[diseases]]
code = "measles"
icd10 = "B05"
name = { en = "Measles", ru = "Корь", zh = "麻疹" }
group = "vaccine_preventable"
gravity = 3

[[rules]]
code = "plague-case"
disease = "plague"
kind = "case"
places = ["district"]
level = "alert"
text = { en = "E", ru = "Р", zh = "中" }
source = "S"

[[rules]]
code = "measles-rate"
disease = "measles"
kind = "rate"
parameters = { per_100000 = 2.5, days = 7 }
places = ["district"]
level = "epidemic"
text = { en = "E", ru = "Р", zh = "中" }
source = "S"
"""


@pytest.fixture(scope="module")
def diseases() -> tuple[DiseaseEntry, ...]:
    return read_diseases()


@pytest.fixture(scope="module")
def rules(diseases) -> dict[str, RuleEntry]:
    return {rule.code: rule for disease in diseases for rule in disease.rules}


@pytest.fixture
def broken(tmp_path):
    """Write the small file with one passage replaced, and return its path."""

    def write(old: str, new: str) -> Path:
        assert old in SMALL
        path = tmp_path / "own.toml"
        path.write_text(SMALL.replace(old, new, 1), encoding="utf-8")
        return path

    return write


# The data


def test_one_case_of_the_gravest_diseases_is_a_signal_in_every_kind_of_place(diseases):
    gravest = {d.code: d for d in diseases if d.gravity == 4}
    assert {"plague", "smallpox", "ebola", "marburg", "cchf", "lassa", "polio", "sars", "mers", "nipah"} <= set(gravest)
    assert "influenza-new-subtype" in gravest
    for disease in gravest.values():
        assert any(r.kind == "case" and set(r.places) == {"district", "region", "country"} for r in disease.rules)


def test_diseases_of_annex_2_are_those_it_names(diseases):
    always = {d.code for d in diseases if d.annex2 == "always"}
    assert always == {"smallpox", "polio", "influenza-new-subtype", "sars"}
    instrument = {d.code for d in diseases if d.annex2 == "through instrument"}
    named = {"cholera", "plague-pneumonic", "yellow-fever", "ebola", "lassa", "marburg", "west-nile", "dengue"}
    assert named | {"rift-valley-fever", "meningococcal"} <= instrument
    assert instrument - named <= {"rift-valley-fever", "meningococcal", "plague", "cchf", "vhf-other"}


def test_gravest_come_first_and_each_name_is_in_its_script(diseases):
    gravities = [d.gravity for d in diseases]
    assert gravities == sorted(gravities, reverse=True)
    for disease in diseases:
        assert not re.search("[А-я\u4e00-\u9fff]", disease.name.en), disease.code
        assert re.search("[А-яё]", disease.name.ru), disease.code
        assert re.search("[\u4e00-\u9fff]", disease.name.zh), disease.code


def test_no_name_means_two_diseases(diseases):
    for disease in diseases:
        for name in (disease.code, *disease.name, *disease.aliases):
            assert match_disease(name, diseases) is disease, name


def test_no_code_means_two_diseases(diseases):
    for disease in diseases:
        for field in (disease.icd10, disease.icd11):
            for code in filter(None, (c.strip() for c in field.split(","))):
                assert match_disease(code.split("-")[0], diseases) is disease, code


def test_rules_of_meningitis_are_those_published(rules):
    # WHO, Weekly Epidemiological Record 2014;89:577–588, table of alert and epidemic thresholds.
    published = {
        "alert-large": {"per_100000": 3, "days": 7, "least_cases": 2, "min_population": 30_000},
        "epidemic-large": {"per_100000": 10, "days": 7, "min_population": 30_000},
        "alert-small": {"cases": 2, "days": 7, "below_population": 30_000},
        "epidemic-small": {"cases": 5, "days": 7, "below_population": 30_000},
        "doubling-small": {"steps": 3, "days": 7, "below_population": 30_000},
    }
    for name, parameters in published.items():
        rule = rules[f"meningitis-suspected-{name}"]
        assert dict(rule.parameters) == parameters
        assert rule.places == ("district",)
        assert "2014;89:577–588" in rule.source


def test_a_rule_says_its_figures_in_each_language(rules):
    for rule in rules.values():
        figures = [v for k, v in rule.parameters.items() if k in ("cases", "per_100000") and v > 5]
        for text in rule.text:
            assert all(f"{figure:g}" in text for figure in figures), rule.code


def test_the_page_of_diseases_is_made_from_the_data(diseases):
    page = (DOCS / "diseases.md").read_text(encoding="utf-8")
    assert with_table(page, diseases_table(diseases)) == page, (
        "write it anew: python -m tocsin.node.surveillance.diseases.table docs/diseases.md"
    )
    assert diseases_table(diseases).count("\n") == len(diseases) + 2
    with pytest.raises(ValueError, match="lacks"):
        with_table("no marks", "table")


# Names


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("plague", "plague"),
        ("  PLAGUE. ", "plague"),
        ("чума", "plague"),
        ("鼠疫", "plague"),
        ("Лёгочная чума", "plague-pneumonic"),
        ("легочная чума", "plague-pneumonic"),
        ("ТУБЕРКУЛЕЗ", "tuberculosis"),
        ("登革热", "dengue"),
        ("Q熱".replace("熱", "热"), "q-fever"),
        ("\uff31热", "q-fever"),  # a full-width Q
        ("Гепатит \u0410", "hepatitis-a"),  # А of the Cyrillic alphabet
        ("Гепатит A", "hepatitis-a"),  # A of the Latin alphabet
        ("Гепатит \u0421 хронический", None),
        ("COVID 19", "covid-19"),
        ("Crimean Congo haemorrhagic fever", "cchf"),
        ("A20", "plague"),
        ("a20.0", "plague"),
        ("A20.2", "plague-pneumonic"),
        ("A202", "plague-pneumonic"),
        ("1B93.2", "plague-pneumonic"),
        ("ICD-10: A00.9", "cholera"),
        ("МКБ-10 A00.9", "cholera"),
        ("1D60.01", "ebola"),
        ("B53", "malaria"),
        ("J13", "pneumonia"),
        ("J12.1", "rsv"),
        ("A01.1", "paratyphoid"),
        ("A01.9", "typhoid-paratyphoid"),
        ("meningitis", None),
        ("dengue sin señales de alarma", None),
        ("A", None),
        ("A2", None),
        ("", None),
        ("—", None),
    ],
)
def test_a_disease_is_known_by_name_and_code(diseases, name, code):
    found = match_disease(name, diseases)
    assert (found and found.code) == code


def test_a_name_that_may_mean_two_diseases_means_none(diseases):
    plague, cholera = (match_disease(code, diseases) for code in ("plague", "cholera"))
    both = (plague, DiseaseEntry(**{**vars(cholera), "aliases": ("Чума",)}))
    assert match_disease("чума", both) is None
    assert match_disease("холера", both) is both[1]


def test_a_code_of_its_own_goes_before_a_range(diseases):
    pneumonia, cholera = (match_disease(code, diseases) for code in ("pneumonia", "cholera"))
    own = DiseaseEntry(**{**vars(cholera), "icd10": "J15"})
    assert match_disease("J15", (pneumonia, own)) is own
    assert match_disease("J15.2", (pneumonia, own)) is own
    assert match_disease("J16", (pneumonia, own)) is pneumonia
    assert match_disease("J19", (pneumonia, own)) is None


def test_what_tells_no_diseases_apart_is_left_out():
    assert normalised("  Лёгочная   ЧУМА! ") == normalised("легочная чума")
    assert normalised("Энцефалит") != normalised("Энцефалии")
    assert normalised("й") != normalised("и")


# Files of one's own


def test_a_file_of_ones_own_is_read_whole(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(SMALL, encoding="utf-8")
    plague, measles = read_diseases(path)
    assert (plague.gravity, plague.annex2, plague.aliases) == (4, "through instrument", ("Black death",))
    assert (measles.icd11, measles.annex2, measles.rules[0].level) == ("", None, "epidemic")
    assert dict(measles.rules[0].parameters) == {"per_100000": 2.5, "days": 7}
    with pytest.raises(TypeError):
        measles.rules[0].parameters["days"] = 8


@pytest.mark.parametrize(
    ("old", "new", "where", "rule"),
    [
        ("gravity = 4", "gravity = 5", "disease plague", "1 (common) to 4 (gravest)"),
        ("gravity = 3", "gravity = 4", "disease measles", "give it a rule of kind case"),
        ("gravity = 3", 'gravity = "3"', "disease measles", "whole number"),
        ('"A20"', '"A2"', "disease plague", "icd10"),
        ('"1B93"', '"1B930"', "disease plague", "icd11"),
        ('"plague"\nicd10', '"Plague!"\nicd10', "disease Plague!", "small letters"),
        ('"Black death"', '"корь"', "disease measles", "so is plague"),
        ('code = "measles"', 'code = "plague"', "disease plague", "code is given twice"),
        ('annex2 = "through instrument"', 'annex2 = "never"', "disease plague", "always, through instrument"),
        ('"vaccine_preventable"', '"childhood"', "disease measles", "group"),
        ('disease = "measles"', 'disease = "mumps"', "the file", "rules are about mumps"),
        ('code = "measles-rate"', 'code = "plague-case"', "rule plague-case", "twice"),
        ('kind = "rate"', 'kind = "share"', "rule measles-rate", "one of case, count, doubling, rate"),
        ("per_100000 = 2.5, ", "", "rule measles-rate, parameters", "per_100000 is missing"),
        ("per_100000 = 2.5", "per_100000 = 0", "rule measles-rate, parameters", "above 0"),
        ("days = 7", "days = 7.5", "rule measles-rate, parameters", "whole number"),
        ("days = 7", "days = 7, cases = 3", "rule measles-rate, parameters", "unknown field cases"),
        ("{ per_100000 = 2.5, days = 7 }", "7", "rule measles-rate", "a table"),
        ('places = ["district"]', 'places = ["village"]', "rule plague-case", "country, region, district"),
        ('places = ["district"]', "places = []", "rule plague-case", "at least one of"),
        ('level = "alert"', 'level = "alarm"', "rule plague-case", "alert, epidemic"),
        ('source = "S"', 'source = ""', "rule plague-case", "source"),
    ],
)
def test_a_refusal_names_the_file_the_entry_and_the_rule(broken, old, new, where, rule):
    with pytest.raises(DataFileError) as refusal:
        read_diseases(broken(old, new))
    assert str(refusal.value).startswith(f"own.toml, {where}: ")
    assert rule in str(refusal.value)


# What rules say of counts


def read_aloud(rule: RuleEntry, y: list[float], people: float, days_of_period: int, t: int) -> tuple:
    """(alarm, threshold, observed) of one period of one series, as the rule is written, in plain loops."""
    nothing = (False, math.nan, math.nan if math.isnan(y[t]) else None)
    days = rule.parameters.get("days", days_of_period)
    least, below = rule.parameters.get("min_population", 0), rule.parameters.get("below_population", math.inf)
    asks = rule.kind == "rate" or {"min_population", "below_population"} & set(rule.parameters)
    if days < days_of_period or math.isnan(y[t]) or (asks and not (people > 0 and least <= people < below)):
        return nothing
    width = math.ceil(days / days_of_period)

    def cases(last: int) -> float:
        return sum(y[i] for i in range(max(last - width + 1, 0), last + 1) if not math.isnan(y[i]))

    if rule.kind == "doubling":
        steps = rule.parameters["steps"]
        before = range(t - steps * width + 1, t + 1)
        if before[0] < 0 or any(math.isnan(y[i]) for i in before):
            return nothing
        spans = [cases(t - back * width) for back in range(steps)]
        rising = spans[-1] > 0 and all(spans[i] >= 2 * spans[i + 1] for i in range(1, steps - 1))
        threshold = 2 * spans[1] if rising else math.inf
    elif rule.kind == "rate":
        threshold = max(rule.parameters["per_100000"] * people / 100_000, rule.parameters.get("least_cases", 1))
    else:
        threshold = rule.parameters.get("cases", 1)
    return (y[t] > 0 and cases(t) >= threshold, threshold, cases(t))


@pytest.mark.parametrize("every", ["day", "week", "month"])
def test_every_rule_is_what_it_says_read_aloud(rules, every):
    rng = np.random.default_rng(20)
    populations = np.array([500, 29_999, 30_000, 61_482, 250_000, np.nan, 0, 1e6])
    counts = rng.poisson(rng.choice([0.05, 0.6, 3, 12], (8, 1)), (8, 40)).astype(float)
    counts[rng.random(counts.shape) < 0.08] = np.nan
    counts[:, 20:26] = [1, 2, 4, 8, 16, 0]  # doubling by the week, and in the next series by the day
    counts[1] = np.floor(1.15 ** np.arange(40))
    days = {"day": 1, "week": 7, "month": 30}[every]
    spoke = set()
    for rule in rules.values():
        result = evaluate_rules(rule, counts, populations, every, np.arange(40))
        for s in range(8):
            for t in range(40):
                alarm, threshold, observed = read_aloud(rule, counts[s].tolist(), populations[s], days, t)
                assert result.alarm[s, t] == alarm, (rule.code, s, t)
                np.testing.assert_equal(result.threshold[s, t], threshold)
                if observed is not None:
                    np.testing.assert_equal(result.observed[s, t], observed)
        if result.alarm.any():
            spoke.add(rule.kind)
    assert spoke == ({"case", "count"} if every == "month" else {"case", "count", "rate", "doubling"})


@pytest.mark.parametrize("code", ["plague-case", "measles-two-in-23-days", "measles-five-in-30-days"])
def test_agrees_with_the_fixed_rule_of_the_engine(rules, code):
    rule = rules[code]
    counts = np.random.default_rng(5).poisson(0.4, (50, 60)).astype(float)
    counts[::7, 3] = np.nan
    window = periods_counted(rule, "week")
    engine = fixed_rule(counts, cases=rule.parameters.get("cases", 1), within=window, evaluate=20)
    ours = evaluate_rules(rule, counts, None, "week", slice(40, None))
    # The engine speaks as long as the window holds the cases, a rule only in a period with a case of its own.
    np.testing.assert_array_equal(ours.alarm, engine.alarm & (counts[:, 40:] > 0))
    assert 0 < ours.alarm.sum() < ours.alarm.size


def test_ten_years_of_zeros_and_one_case_of_plague(rules):
    counts = np.zeros((2, 520))
    counts[0, -1] = 1
    result = evaluate_rules(rules["plague-case"], counts, None, "week", [519])
    assert result.alarm.tolist() == [[True], [False]]
    assert result.threshold.tolist() == [[1], [1]]
    assert result.observed.tolist() == [[1], [0]]


def test_meningitis_thresholds_by_hand(rules):
    counts = np.array([[3, 5, 1, 2, 4]] * 3, dtype=float)
    populations = [50_000, 29_000, np.nan]
    said = {
        name: evaluate_rules(rules[f"meningitis-suspected-{name}"], counts, populations, "week", slice(None))
        for name in ("alert-large", "epidemic-large", "alert-small", "epidemic-small", "doubling-small")
    }
    # 50,000 people: 3 in 100,000 are 1.5 cases, but at least 2; 10 in 100,000 are 5.
    assert said["alert-large"].alarm[0].tolist() == [True, True, False, True, True]
    assert said["alert-large"].threshold[0, 0] == 2
    assert said["epidemic-large"].alarm[0].tolist() == [False, True, False, False, False]
    # 29,000 people: 2 and 5 cases, and 1, 2, 4.
    assert said["alert-small"].alarm[1].tolist() == [True, True, False, True, True]
    assert said["epidemic-small"].alarm[1].tolist() == [False, True, False, False, False]
    assert said["doubling-small"].alarm[1].tolist() == [False, False, False, False, True]
    # Of the other size, or of a population not known, a rule says nothing.
    assert not any(result.alarm[2].any() or ~np.isnan(result.threshold[2]).all() for result in said.values())
    assert not said["alert-large"].alarm[1].any()
    assert not said["doubling-small"].alarm[0].any()


def test_windows_are_days_in_whole_periods(rules):
    thirty, week = rules["measles-five-in-30-days"], rules["meningitis-suspected-alert-small"]
    assert [periods_counted(thirty, every) for every in ("day", "week", "month")] == [30, 5, 1]
    assert [periods_counted(week, every) for every in ("day", "week", "month")] == [7, 1, None]
    assert periods_counted(rules["plague-case"], "month") == 1


def test_what_is_no_panel_is_refused(rules):
    rule = rules["plague-case"]
    with pytest.raises(ValueError, match=r"must be \(series, periods\)"):
        evaluate_rules(rule, [1, 2], None, "week", [0])
    with pytest.raises(ValueError, match="one for each series"):
        evaluate_rules(rule, [[1, 2]], [1, 2], "week", [0])
    with pytest.raises(ValueError, match="day, week, month"):
        evaluate_rules(rule, [[1, 2]], None, "quarter", [0])
    with pytest.raises(IndexError):
        evaluate_rules(rule, [[1, 2]], None, "week", [2])


def test_evaluated_periods_may_be_counted_from_the_end(rules):
    counts = np.array([[0.0, 1, 0, 2]])
    result = evaluate_rules(rules["cholera-case"], counts, None, "week", [-1, 1])
    assert result.observed.tolist() == [[2, 1]]
    assert evaluate_rules(rules["cholera-case"], counts, None, "week", slice(0, 0)).alarm.shape == (1, 0)
