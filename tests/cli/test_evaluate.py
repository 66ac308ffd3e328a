"""`tocsin evaluate`: the published comparison is met, results in three forms, bad input refused with status 2."""

import csv
import io
import json
import math

import numpy as np
import pytest
from click.testing import CliRunner

from tocsin.cli.evaluate import VARIANTS
from tocsin.cli.main import tocsin
from tocsin.epi.detect.evaluation import Tally, evaluation
from tocsin.epi.detect.registry import method_named

QUICK = ("--methods", "ears_c1,rki3", "--replicates", "2")
ANCHORS = {
    "farrington_flexible": "ffNB",
    "farrington_flexible_r": "ffDelta",
    "farrington": "farrington",
    "ears_c1": "C1",
    "ears_c2": "C2",
    "ears_c3": "C3",
    "bayes1": "bayes1",
    "bayes2": "bayes2",
    "bayes3": "bayes3",
    "rki3": "rki3",
}
MEASURES = (
    "false_positive_rate",
    "specificity",
    "detection",
    "first_week",
    "sensitivity",
    "predictive_value",
    "f1",
    "mean_delay",
)


def run(*args):
    return CliRunner().invoke(tocsin, ["evaluate", *args])


def rows(text):
    return {row["method"]: row for row in csv.DictReader(io.StringIO(text))}


def test_measures_are_those_of_r_within_three_standard_errors(shared):
    """100 replicates against R's ten: sim42_raw.csv gives R's measures and, by the same rule, their errors."""
    result = run("--scenarios", "noufaily", "--replicates", "100", "--seed", "1", "--format", "csv")
    assert result.exit_code == 0, result.stderr
    ours, far = rows(result.stdout), []
    assert set(ours) == set(ANCHORS)
    print("\nz of", ", ".join(MEASURES))
    for name, row in ours.items():
        theirs = _anchor(shared, ANCHORS[name])
        zs = {measure: _z(row, theirs, measure) for measure in MEASURES}
        print(f"{name:26s}" + "".join(f"{z:+7.1f}" for z in zs.values()))
        far += [(name, measure, z) for measure, z in zs.items() if abs(z) > 3]
    assert far == []


def _anchor(shared, method):
    with (shared / "anchors" / "sim42_raw.csv").open() as lines:
        of = [line for line in csv.DictReader(lines) if line["method"] == method]
    sc, n0, fp, n1, tp = (np.array([int(line[name]) for line in of]) for name in ("sc", "n0", "fp", "n1", "tp"))
    delay = np.array([float(line["delay"] or "nan") for line in of])
    return evaluation(Tally(sc, n0, fp, n1, tp, delay, np.zeros_like(sc)))


def _z(row, theirs, measure):
    estimate = getattr(theirs, measure)
    return (float(row[measure]) - estimate.value) / math.hypot(float(row[f"{measure}_se"]), estimate.standard_error)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_names_options_that_its_method_has(name):
    method_named(VARIANTS[name].method).require_options(VARIANTS[name].options)


@pytest.mark.verify
def test_every_variant_runs():
    result = run("--methods", "all", "--replicates", "1", "--format", "csv")
    assert result.exit_code == 0, result.stderr
    measured = rows(result.stdout)
    assert set(measured) == set(VARIANTS)
    for name, row in measured.items():
        assert 0 < float(row["false_positive_rate"]) < 0.5, name
        assert float(row["detection"]) > 0.2, name


def test_table_shows_each_method_with_standard_errors():
    result = run(*QUICK)
    assert result.exit_code == 0, result.stderr
    assert "2 replicates of 42 scenarios (seed 1)" in result.stdout
    lines = [line for line in result.stdout.splitlines() if line.startswith(("ears_c1", "rki3"))]
    assert len(lines) == 2
    assert all(line.count("±") == 7 for line in lines)
    exact = float(rows(run(*QUICK, "--format", "csv").stdout)["ears_c1"]["false_positive_rate"])
    assert f"{100 * exact:.2f} ±" in lines[0]


def test_json_names_seed_and_options():
    answer = json.loads(run(*QUICK, "--seed", "4", "--format", "json").stdout)
    assert (answer["scenarios"], answer["seed"], answer["replicates"]) == ("noufaily", 4, 2)
    assert [method["name"] for method in answer["methods"]] == ["ears_c1", "rki3"]
    assert answer["methods"][0]["method"] == "ears"
    assert answer["methods"][0]["options"] == {"jobs": None, "method": "C1", "alpha": 0.01}
    assert 0 < answer["methods"][0]["detection_se"] < 0.1


def test_replicates_are_as_many_as_asked_for():
    """51 are more than are simulated at once."""
    (row,) = rows(run("--methods", "ears_c1", "--replicates", "51", "--format", "csv").stdout).values()
    series = 51 * 42
    assert 0.99 * 49 * series < int(row["periods"]) <= 49 * series
    assert 0.95 * series < int(row["outbreaks"]) < series


def test_same_seed_same_figures_and_another_seed_others():
    first, again, other = (run(*QUICK, "--format", "csv", "--seed", seed).stdout for seed in ("3", "3", "5"))
    assert first == again
    assert first != other


def test_one_thread_gives_the_same_figures_as_two():
    one, two = (run(*QUICK, "--format", "csv", "--jobs", jobs).stdout for jobs in ("1", "2"))
    assert one == two


def test_alpha_goes_to_every_method_for_which_it_is_a_false_alarm_probability():
    methods = ("--methods", "ears_c1,bayes1,rki3,glr_negative_binomial", "--replicates", "2", "--format", "csv")
    strict, usual = rows(run(*methods, "--alpha", "0.001").stdout), rows(run(*methods).stdout)
    for name in ("ears_c1", "bayes1"):
        assert float(strict[name]["false_positive_rate"]) < float(usual[name]["false_positive_rate"])
    for name in ("rki3", "glr_negative_binomial"):
        assert strict[name] == usual[name]


def test_low_count_rule_leaves_weeks_unevaluated():
    ruled = run("--methods", "farrington_flexible", "--replicates", "1", "--min-recent", "5,4", "--format", "json")
    open_to_all = run("--methods", "farrington_flexible", "--replicates", "1", "--format", "json")
    (ruled,), (usual,) = (json.loads(result.stdout)["methods"] for result in (ruled, open_to_all))
    assert ruled["options"]["min_recent"] == [5, 4]
    assert usual["options"]["min_recent"] == [0, 4]
    assert ruled["not_evaluated"] > usual["not_evaluated"]
    assert ruled["periods"] == usual["periods"]


def test_out_is_written_whole_and_said(tmp_path):
    path = tmp_path / "new" / "evaluation.csv"
    result = run(*QUICK, "--format", "csv", "--out", str(path))
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    assert f"Written to {path}" in result.stderr.replace("\n", "")
    assert path.read_text() == run(*QUICK, "--format", "csv").stdout
    assert [entry.name for entry in path.parent.iterdir()] == ["evaluation.csv"]


def test_quiet_says_nothing_but_the_result(tmp_path):
    assert run(*QUICK, "--quiet").stderr == ""
    assert "ears_c1" in run(*QUICK, "--quiet").stdout
    silent = run(*QUICK, "--quiet", "--out", str(tmp_path / "table.txt"))
    assert (silent.stdout, silent.stderr) == ("", "")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--methods", "ears_c1,farington"], "there is no method 'farington'; there are farrington_flexible,"),
        (["--methods", ""], "there is no method ''"),
        (["--scenarios", "salmonella"], "'salmonella' is not 'noufaily'"),
        (["--replicates", "0"], "0 is not in the range x>=1"),
        (["--replicates", "many"], "'many' is not a valid integer"),
        (["--seed", "-1"], "-1 is not in the range x>=0"),
        (["--alpha", "2", *QUICK], "alpha is 2.0"),
        (["--min-recent", "5"], "'5' is not two whole numbers with a comma"),
        (["--min-recent", "-1,4"], "must have at least 0 cases in at least 1 period"),
        (["--jobs", "0"], "0 is not in the range x>=1"),
        (["--format", "xlsx"], "'xlsx' is not one of"),
    ],
)
def test_bad_input_is_refused_with_status_2_and_a_sentence(args, said):
    result = run(*args)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


def test_out_that_cannot_be_written_is_refused_before_any_work(tmp_path):
    (tmp_path / "file").write_text("")
    result = run("--replicates", "100000", "--out", str(tmp_path / "file" / "table.csv"))
    assert result.exit_code == 2
    assert "results cannot be written to" in result.stderr


def test_out_that_is_a_folder_is_refused(tmp_path):
    result = run(*QUICK, "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "is a directory" in result.stderr
