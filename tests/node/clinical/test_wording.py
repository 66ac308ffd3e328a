"""Problems in the reader's language: every code has its sentence, with what it speaks of."""

import re

import pytest
from django.utils import translation
from tests.clinical.content.samples import TODAY, with_

from tocsin.clinical.content import Problem, problems_of
from tocsin.clinical.content import problems as pure
from tocsin.node.clinical.wording import SENTENCES, worded


def test_every_code_has_a_sentence_that_speaks_of_the_same():
    assert set(SENTENCES) == set(pure.SENTENCES) - {"shape"}
    for code, said in SENTENCES.items():
        spoken = set(re.findall(r"%\((\w+)\)s", str(said)))
        known = set(re.findall(r"\{(\w+)", pure.SENTENCES[code]))
        assert spoken <= known, code
        assert spoken == known or code in {"age-in-years"}, code


def test_units_are_those_that_people_know():
    [problem] = problems_of(with_("/vitals/7/value", "101.5"), today=TODAY)
    assert worded(problem) == "101.5 °C is not possible; from 12 to 46 is."
    [problem] = problems_of(with_("/vitals/3/unit", "Pa"), today=TODAY)
    assert worded(problem) == "Pa is not a unit of this; there are mmHg, kPa."


def test_numbers_and_days_are_as_the_reader_writes_them():
    [problem] = problems_of(with_("/vitals/7/value", "101.5"), today=TODAY)
    with translation.override("ru"):
        assert "101,5 °C" in worded(problem)
    ahead = Problem("/onset_on", "day-ahead", {"day": "2026-03-10", "today": "2026-03-09"})
    assert worded(ahead) == "10 Mar 2026 is after today, 9 Mar 2026."
    with translation.override("zh-hans"):
        assert "2026年3月10日" in worded(ahead)


def test_what_cannot_be_read_is_repeated_as_it_was_typed():
    with translation.override("ru"):
        assert "1.2.3" in worded(Problem("/x", "not-a-number", {"value": "1.2.3"}))
        assert "1,200" in worded(Problem("/x", "comma-ambiguous", {"value": "1,200"}))
        assert "2026-02-30" in worded(Problem("/x", "no-such-day", {"day": "2026-02-30"}))


def test_codes_are_words():
    row = {"at": "2026-03-09T05:30Z", "code": "gcs_total", "value": "9", "unit": "{score}"}
    [problem] = problems_of(with_("/vitals/8", row), today=TODAY)
    assert worded(problem) == "Glasgow 9 does not go well with “alert”. Is it so?"
    with translation.override("ru"):
        assert "ясное сознание" in worded(problem)


@pytest.mark.parametrize(
    ("rule", "said"), [("required", "This is missing."), ("anyOf", "This cannot be read; type it anew.")]
)
def test_what_has_not_its_form(rule, said):
    assert worded(Problem("/severity", "shape", {"rule": rule})) == said


def test_a_percent_sign_that_was_typed_is_no_format():
    assert worded(Problem("/x", "not-a-number", {"value": "%(x)s %d"})).startswith("%(x)s %d is no number")
