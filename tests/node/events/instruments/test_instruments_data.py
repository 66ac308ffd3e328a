"""The instruments' data: words in three languages, sources, and the codes of the exchange."""

import json
import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from tocsin.exchange import types
from tocsin.node.events import instruments
from tocsin.node.events.instruments.annex2 import ARTICLES, QUESTIONS, Conclusion
from tocsin.node.events.instruments.annex2_lists import Listed, read_annex2
from tocsin.node.events.instruments.answers import Answer
from tocsin.node.events.instruments.clocks import limits
from tocsin.node.events.instruments.criteria import CRITERIA
from tocsin.node.events.instruments.end_of_outbreak import read_end_rules
from tocsin.node.events.instruments.guidance import read_categories, read_guidance
from tocsin.node.events.instruments.risk import read_risk
from tocsin.node.events.instruments.seven_one_seven import ACTIONS, INTERVALS
from tocsin.node.events.instruments.words import KINDS, word

FILES = sorted(Path(instruments.__file__).parent.glob("*.toml"))
DOCS = Path(__file__).resolve().parents[4] / "docs"
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]")


def names_in(value):
    """Every table of en, ru and zh, however deep."""
    if isinstance(value, list):
        return [names for item in value for names in names_in(item)]
    if not isinstance(value, dict):
        return []
    if set(value) == {"en", "ru", "zh"}:
        return [value]
    return [names for inner in value.values() for names in names_in(inner)]


def entries_in(value):
    if isinstance(value, list):
        return [entry for item in value for entry in entries_in(item)]
    if not isinstance(value, dict):
        return []
    return [value, *(entry for inner in value.values() for entry in entries_in(inner))]


@pytest.fixture(scope="module")
def schema():
    path = Path(types.__file__).parent / "schemas" / "notification-1.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_text_is_there_in_three_languages_each_in_its_script(file):
    found = names_in(tomllib.loads(file.read_text(encoding="utf-8")))
    assert found
    for names in found:
        assert not re.search("[А-яё\u4e00-\u9fff]", names["en"]), names
        assert re.search("[А-яё]", names["ru"]), names
        assert re.search("[\u4e00-\u9fff]", names["zh"]), names
        assert not HALF_WIDTH.search(names["zh"]), names
        assert len({len(re.findall(r"\d+", names[language])) for language in names}) == 1, names


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_source_says_how_surely_it_was_read(file):
    for entry in entries_in(tomllib.loads(file.read_text(encoding="utf-8"))):
        assert ("source" in entry) == isinstance(entry.get("evidence"), str), entry


def test_annex_2_speaks_the_codes_of_the_exchange(schema):
    defined = schema["$defs"]
    assert set(Answer) == set(defined["answer"]["enum"])
    assert set(Listed) == set(defined["annex2_list"]["enum"])
    # The instrument says "not at this stage", never "not notifiable": that is a person's to say.
    assert set(Conclusion) | {"not_notifiable"} == set(defined["annex2_outcome"]["enum"])
    assert set(ARTICLES) == set(defined["article"]["enum"])
    annex2 = (
        next(part for part in defined["annex2"]["anyOf"] if part["type"] == "object") if "annex2" in defined else None
    )
    body = annex2 or next(part for part in schema["properties"]["annex2"]["anyOf"] if part.get("type") == "object")
    assert set(QUESTIONS) <= set(body["properties"])


def test_the_criteria_are_those_of_the_exchange(schema):
    body = next(part for part in schema["properties"]["criteria"]["anyOf"] if part.get("type") == "object")
    assert set(body["properties"]) == set(CRITERIA)


def test_the_four_questions_have_the_eleven_sub_questions_of_the_annex():
    questions = read_annex2().questions
    assert tuple(question.code for question in questions) == QUESTIONS
    numbers = [[sub.number for sub in question.guidance] for question in questions]
    assert numbers == [[1, 2, 3], [4, 5], [6, 7], [8, 9, 10, 11]]


def test_each_milestone_interval_and_action_has_its_words():
    guidance = read_guidance()
    assert [wording.code for wording in guidance.intervals] == list(INTERVALS)
    assert [wording.code for wording in guidance.actions] == list(ACTIONS)
    assert [wording.code for wording in guidance.milestones] == ["emergence", "detection", "notification", "response"]
    assert len(guidance.emergence) == 4


def test_categories_of_bottlenecks_are_eight_themes_and_36_with_other_in_words():
    # SORMAS, Event717BottleneckCategory, 2026, after the 7-1-7 Alliance's recommended common categories.
    *themes, other = read_categories()
    assert (len(themes), sum(len(theme.categories) for theme in themes)) == (8, 36)
    assert [category.needs_text for category in other.categories] == [True]
    assert not any(category.needs_text for theme in themes for category in theme.categories)
    for theme in themes:
        assert len({category.code for category in theme.categories}) == len(theme.categories)


def test_every_code_of_the_instruments_has_its_word():
    for kind in KINDS.values():
        for code in kind:
            assert all(word(code))


@pytest.fixture(scope="module")
def page():
    return (DOCS / "assessment.md").read_text(encoding="utf-8")


def test_the_page_of_the_documentation_names_every_file_of_data(page):
    for file in FILES:
        assert f"`{file.name}`" in page, file.name


def test_the_page_tells_every_countdown_and_whether_it_is_a_rule_of_thumb(page):
    for rule in read_end_rules().values():
        told = f"| {rule.disease} | {rule.days} |" if rule.published else f"`{rule.disease}` {rule.days}"
        assert re.search(re.escape(told) + r"(?!\d)", page), rule.disease


def test_the_page_shows_the_matrix_as_it_is(page):
    for likelihood, cells in read_risk().matrix.rows.items():
        row = [likelihood, *cells]
        assert f"| {' | '.join(cell.replace('_', ' ') for cell in row)} |" in page


def test_the_page_tells_the_hours_of_every_limit(page):
    for limit in limits().values():
        name = "report of a risk outside the territory" if limit.code == "outside_risk" else limit.name.en
        assert f"| {name[0].lower()}{name[1:]} | {limit.length // timedelta(hours=1)} |" in page, limit.code
