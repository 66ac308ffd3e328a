"""Every note, rule, warning and refusal of reading has its own sentence, and says its values."""

import ast
import inspect
from pathlib import Path

import pytest
from django.utils import translation

from tocsin.counts import errors, problems
from tocsin.node.surveillance.intake import previews, progress, reading_words, tables

COUNTS = Path(problems.__file__).parent
EXAMPLES = {
    "layout": {"layout": "wide", "periods": 3},
    "date": {"date": ["year", "week"]},
    "count": {"count": "cases", "others": ["deaths"]},
    "series_in_columns": {"columns": ["a", "b"]},
    "by": {"by": ["region"], "left_out": ["note"]},
    "every": {"every": "week"},
    "week_start": {"week_start": "sunday", "possible": ["sunday"]},
    "week_date": {"weekday": "Saturday", "role": "last", "week_start": "sunday"},
    "day_first": {"column": "seen", "order": "day"},
    "absent_zero": {"absent": 2},
    "absent_missing": {"absent": 1},
    "age_bands": {"column": "age", "bands": ["0–4", "5–14"]},
    "encoding": {"encoding": "windows-1251"},
    "separator": {"separator": "\t"},
    "sheet": {"sheet": "One", "others": ["Two"]},
    "incomplete_last_period": {"start": "2026-03-09", "end": "2026-03-15", "seen": "2026-03-11"},
    "incomplete_first_period": {"start": "2026-03-09", "next": "2026-03-16"},
    "partial_periods": {"periods": 4},
    "irregular_dates": {"dates": ["2026-03-10"]},
    "looks_cumulative": {"columns": ["cases"], "by_name": True},
    "near_duplicates": {"column": "town", "pairs": [["Alma", "Almaa"]]},
    "spellings": {"column": "town", "changed": {"ALMA": "Alma"}},
    "totals": {"column": "age", "name": "all", "series": 2, "by_name": True, "difference": 0.012, "kept": False},
    "added_over": {"columns": ["sex"], "series": 3, "not_added": 2},
    "added_up": {"rows": 5, "total": 1000},
    "repeated_rows": {"rows": 7},
    "negative": {"periods": 1, "cases": 3.0, "rule": "missing"},
    "differenced": {"after_gap": 2},
    "where": {"where": {"status": ["confirmed", "probable"], "region": "North"}},
    "problems_cut": {"listed": 100_000, "rows": 100_001},
}


def codes_of_notes() -> set[str]:
    """The code of every `notes.add(kind, code, text, …)` in tocsin.counts."""
    found = set()
    for file in COUNTS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "notes.add":
                found.add(ast.literal_eval(node.args[1]))
    return found


def test_every_note_has_its_sentence():
    found = codes_of_notes()
    assert len(found) >= 30
    assert found == set(reading_words.NOTES) == set(EXAMPLES)


def test_every_rule_has_its_sentence():
    assert set(problems.MESSAGES) <= set(reading_words.RULES)


def test_every_warning_of_a_preview_has_its_sentence():
    tree = ast.parse(inspect.getsource(previews._warned))
    yielded = [node.value.elts[0].value for node in ast.walk(tree) if isinstance(node, ast.Yield)]
    assert set(yielded) == set(reading_words.WARNINGS)


def test_every_refusal_of_reading_has_its_sentence():
    named = set()
    for file in (*COUNTS.glob("*.py"), Path(tables.__file__), Path(previews.__file__)):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                named.add(ast.unparse(node.exc.func))
    reading = {
        name
        for name in named & set(errors.__all__)
        if not issubclass(getattr(errors, name), errors.PackingError | errors.ArchiveError)
    }
    assert len(reading) >= 10
    assert reading <= set(reading_words.UNREADABLE)


def test_every_step_of_the_work_has_its_words():
    said = (progress.Progress.__doc__ or "").partition("stable word: ")[2].partition(".")[0]
    assert set(said.replace("\n", " ").replace(" ", "").split(",")) <= set(reading_words.WORK)


# What of the file itself a sentence must repeat, in any language.
REPEATED = {
    "date": "week", "count": "deaths", "series_in_columns": "b", "by": "note", "day_first": "seen", "age_bands": "5–14",
    "encoding": "windows-1251", "sheet": "Two", "looks_cumulative": "cases", "near_duplicates": "Alma / Almaa",
    "spellings": "ALMA → Alma", "totals": "age", "added_over": "sex", "where": "region = North", "absent_zero": "2",
    "partial_periods": "4", "repeated_rows": "7", "negative": "3", "differenced": "2", "added_up": "5",
    "irregular_dates": "2026", "incomplete_last_period": "2026", "incomplete_first_period": "2026",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_a_sentence_says_its_values(code, language):
    with translation.override(language):
        said = reading_words.note(code, EXAMPLES[code])
    assert said
    assert REPEATED.get(code, "") in said
    assert "%(" not in said


@pytest.mark.parametrize(
    ("code", "values", "sentence"),
    [
        ("absent_missing", {"absent": 1}, "1 period has no row in its series: nothing was reported."),
        ("absent_missing", {"absent": 1200}, "1,200 periods have no row in their series: nothing was reported."),
        ("by", {"by": [], "left_out": ["x"]}, "One series of all rows; “x” not used."),
        ("by", {"by": ["a", "b"], "left_out": []}, "One series for each value of “a” and “b”."),
        ("differenced", {"after_gap": 0}, "New cases are differences of cumulative counts."),
        (
            "totals",
            {"column": "c", "name": "n", "difference": None, "kept": True},
            "“n” in “c” is a total of the others; it is kept beside them.",
        ),
        (
            "week_date",
            {"weekday": "Monday", "role": "first", "week_start": "monday"},
            "Weeks are dated by their first day (Monday).",
        ),
        ("date", {"date": list("abcdefgh")}, "Dates are in “a”, “b”, “c”, “d”, “e”, “f” and 2 more."),
    ],
)
def test_sentences_in_english(code, values, sentence):
    with translation.override("en"):
        assert reading_words.note(code, values) == sentence
