"""The texts: complete in three languages, agreeing in their fields, covering what reading can say."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tocsin.cli.report import language, page
from tocsin.cli.report.language import LANGUAGES, Name, Period, Span, texts
from tocsin.counts import problems
from tocsin.counts.series import Every
from tocsin.epi.detect.registry import METHODS

SOURCES = Path(page.__file__).parents[2]
# Signs and numbers alone, the same in every language.
BARE = {"fact.number", "fact.share", "period.day.name", "period.month.name"}
ALIKE = BARE | {"list.and", "date.brief", "date.brief_of_year", "span.from_to"}
REPORT = Path(page.__file__).parent


def fields(text: str) -> dict[str, str]:
    return {field: spec or "" for _, field, spec, _ in string.Formatter().parse(text) if field}


def test_every_text_is_written_in_every_language():
    for key, text in texts().items():
        assert set(text) == set(LANGUAGES), key
        assert all(words.strip() or key == "list.and" for words in text.values()), key


@pytest.mark.parametrize("other", ["ru", "zh"])
def test_a_translation_is_not_the_english_text(other):
    same = {key for key, text in texts().items() if text[other] == text["en"]}
    assert same <= ALIKE | {"period.day.in", "period.month.in"}


def test_russian_is_in_cyrillic_and_chinese_in_han():
    for key, text in texts().items():
        for code, script in (("ru", "[а-яё]"), ("zh", "[\u4e00-\u9fff]")):
            words = re.sub(r"\{[^|}]*\}|[\W\d_]", "", text[code])
            assert not words or re.search(script, words, re.IGNORECASE), (key, code)


def test_chinese_takes_its_own_punctuation():
    for key, text in texts().items():
        bare = re.sub(r"\{[^}]*\}", "", text["zh"])
        assert not re.search("[,;:()!?]", bare), (key, bare)


def test_languages_use_the_same_fields():
    for key, text in texts().items():
        names = {code: set(fields(words)) for code, words in text.items()}
        said = names["en"] | names["ru"] | names["zh"]
        missing = {code: said - found for code, found in names.items()}
        # Chinese may leave a count out of a sentence that stands beside the count itself.
        assert not any(missing.values()) or key.startswith(("fact.", "weekday")), (key, missing)


def test_plurals_have_as_many_forms_as_the_language():
    for key, text in texts().items():
        for code, forms in (("en", 2), ("ru", 3)):
            for name, spec in fields(text[code]).items():
                if "|" in spec:
                    assert spec.count("|") == forms - 1, (key, code, name)
        assert "|" not in "".join(fields(text["zh"]).values()), key


def ids_in_template() -> set[str]:
    return set(re.findall(r'\b[ta]\("([a-z_.]+)"[,)]', (REPORT / "page.html.jinja").read_text(encoding="utf-8")))


def ids_in_code() -> set[str]:
    found = set()
    for path in REPORT.glob("*.py"):
        found |= set(re.findall(r'Answer\("([a-z_.]+)"', path.read_text(encoding="utf-8")))
    return found


def test_every_text_asked_for_exists():
    asked = ids_in_template() | ids_in_code()
    assert len(asked) > 60
    assert asked <= set(texts())


@pytest.mark.parametrize("every", Every)
def test_texts_that_name_the_period_exist_for_each_length(every):
    by_period = re.findall(
        r'"([a-z_.]+\.)(?:" ~ every|\{every\}|\{table\.every\}|\{report\.table\.every\})',
        "".join(path.read_text(encoding="utf-8") for path in [*REPORT.glob("*.py"), REPORT / "page.html.jinja"]),
    )
    assert len(by_period) > 5
    assert {prefix + every for prefix in by_period} <= set(texts())


def test_every_method_is_described():
    assert {f"method.{name}" for name in METHODS} <= set(texts())


def test_every_option_of_every_method_is_explained():
    options = {option for method in METHODS.values() for option in method.defaults}
    assert {f"option.{option}" for option in options} <= set(texts())


def test_every_rule_of_reading_is_worded():
    assert {f"problem.{rule}" for rule in problems.MESSAGES} <= set(texts())


def notes_in_source() -> Iterator[tuple[str, set[str]]]:
    """Code and value names of each call of Notebook.add."""
    for path in (SOURCES / "counts").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add" and len(node.args) == 3:
                code = node.args[1]
                if isinstance(code, ast.Constant) and node.keywords and node.keywords[0].arg != "taken":
                    yield str(code.value), {str(keyword.arg) for keyword in node.keywords}


def test_every_note_of_reading_is_worded_with_the_values_it_has():
    notes = list(notes_in_source())
    assert len(notes) > 20
    for code, names in notes:
        for key in page.sentences_of(code, dict.fromkeys(names, 1)):
            assert set(fields(texts()[f"note.{key}"]["en"])) <= names, key


@pytest.mark.parametrize(
    ("n", "form"),
    [(1, "ряд"), (2, "ряда"), (5, "рядов"), (11, "рядов"), (21, "ряд"), (104, "ряда"), (0, "рядов"), (1.5, "ряда")],
)
def test_russian_plurals(n, form):
    assert language.plural(n, ["ряд", "ряда", "рядов"], "ru") == form


@pytest.mark.parametrize(
    ("value", "en", "ru"),
    [
        (3.14, "3.1", "3,1"),
        (0.042, "0.04", "0,04"),
        (0.001, "<0.01", "<0,01"),
        (7.0, "7", "7"),
        (0.0, "0", "0"),
        (1234.4, "1,234", "1234"),
        (123456.0, "123,456", "123\u202f456"),
        (np.nan, "–", "–"),
        (np.inf, "–", "–"),
    ],
)
def test_numbers_are_written_as_the_language_does(value, en, ru):
    assert language.measure(value, "en") == language.measure(value, "zh") == en
    assert language.measure(value, "ru") == ru


@pytest.mark.parametrize(
    ("every", "en", "ru", "zh"),
    [
        (Every.WEEK, "in the week of 9\u00a0March 2026", "за неделю с 9\u00a0марта 2026\u00a0года", "2026年3月9日当周"),
        (Every.DAY, "on 9\u00a0March 2026", "за 9\u00a0марта 2026\u00a0года", "2026年3月9日"),
        (Every.MONTH, "in March 2026", "за март 2026\u00a0года", "2026年3月"),
    ],
)
def test_periods_are_named_as_the_language_does(every, en, ru, zh):
    period = Period(np.datetime64("2026-03-09"), every)
    assert [period.written(code, "in") for code in LANGUAGES] == [en, ru, zh]


@pytest.mark.parametrize(
    ("every", "first", "last", "en", "ru", "zh"),
    [
        (Every.WEEK, "2022-02-13", "2022-08-07", "13 Feb – 7 Aug", "13 февр. – 7 авг.", "2月13日至8月7日"),
        (Every.DAY, "2021-11-30", "2022-05-01", "30 Nov 2021 – 1 May 2022", "30 нояб. 2021 – 1 мая 2022",
         "2021年11月30日至2022年5月1日"),
        (Every.MONTH, "2022-02-01", "2022-08-01", "February – August", "февраль – август", "2月至8月"),
        (Every.MONTH, "2021-11-01", "2022-01-01", "November 2021 – January 2022",
         "ноябрь 2021 года – январь 2022 года", "2021年11月至2022年1月"),
    ],
)  # fmt: skip
def test_a_span_names_years_only_where_they_differ(every, first, last, en, ru, zh):
    span = Span(*(Period(np.datetime64(day), every) for day in (first, last)))
    said = [language.sentence("lasting.spread.week", code, {"n": 2, "span": span}) for code in LANGUAGES]
    assert [str(one).replace("\u00a0", " ").replace("\u200b", "") for one in said] == [
        f"2 weeks, {en}",
        f"2 недели, {ru}",
        f"2周，{zh}",
    ]


def test_long_lists_of_names_are_counted_at_the_end():
    said = language.word("note.not_used", "en", {"left_out": tuple("abcdefghi")})
    assert said.replace("\u2068", "").replace("\u2069", "") == "Not used: a, b, c, d, e, f and 3 more."


def test_a_name_cannot_turn_the_text_around_it():
    said = language.sentence(
        "series.within",
        "en",
        {
            "name": Name("\u202eevil"),
            "observed": 1,
            "expected": 1.0,
            "threshold": 2.0,
            "period": Period(np.datetime64("2026-03-09"), Every.WEEK),
        },
    )
    assert said.startswith('<bdi lang="">\u202eevil</bdi>: 1\u00a0case ')


def test_unknown_values_are_refused_rather_than_left_blank():
    with pytest.raises(KeyError):
        language.sentence("notice.unevaluated", "en", {"n": 1})
