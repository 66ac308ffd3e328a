"""A patient in one line, in three languages."""

import pytest
from tests.clinical.content.samples import sample, with_

from tocsin.clinical.content import EMPTY, age_words, news2_of, summary_line
from tocsin.clinical.vocabulary import LANGUAGES, UnknownCode


def person(age: object, sex: str) -> dict[str, object]:
    return with_("/patient", {"age": age, "sex": sex})


@pytest.mark.parametrize(
    ("content", "english", "russian", "chinese"),
    [
        (
            sample(),
            "Man, 54, severe pneumonia",
            "Мужчина, 54 года, пневмония, тяжёлое течение",
            "男，54岁，肺炎，重症",
        ),
        (
            person({"value": 3, "unit": "mo"}, "female"),
            "Girl, 3 months, severe pneumonia",
            "Девочка, 3 месяца, пневмония, тяжёлое течение",
            "女，3个月，肺炎，重症",
        ),
        (
            person({"value": 90, "unit": "a"}, "unknown"),
            "Patient, 90 or older, severe pneumonia",
            "Пациент, 90 лет и старше, пневмония, тяжёлое течение",
            "患者，90岁及以上，肺炎，重症",
        ),
        (
            person({"value": 5, "unit": "d"}, "other"),
            "Child, 5 days, severe pneumonia",
            "Ребёнок, 5 дней, пневмония, тяжёлое течение",
            "患儿，5天，肺炎，重症",
        ),
        (
            with_("/diagnoses/0/certainty", "suspected"),
            "Man, 54, suspected severe pneumonia",
            "Мужчина, 54 года, пневмония (предположительно), тяжёлое течение",
            "男，54岁，疑似肺炎，重症",
        ),
        (
            with_("/diagnoses/0/code", "DB97.1"),
            "Man, 54, Pneumonia, severe course",
            "Мужчина, 54 года, Pneumonia, тяжёлое течение",
            "男，54岁，Pneumonia，重症",
        ),
        (
            with_("/diagnoses/0/code", "1D22"),
            "Man, 54, severe dengue, severe course",
            "Мужчина, 54 года, тяжёлая денге, тяжёлое течение",
            "男，54岁，重症登革热，重症",
        ),
        (
            with_("/diagnoses", []),
            "Man, 54, severe course",
            "Мужчина, 54 года, тяжёлое течение",
            "男，54岁，重症",
        ),
        (with_("/severity", None), "Man, 54, pneumonia", "Мужчина, 54 года, пневмония", "男，54岁，肺炎"),
        (dict(EMPTY), "Patient", "Пациент", "患者"),
    ],
)
def test_a_line(content, english, russian, chinese):
    assert [summary_line(content, language) for language in LANGUAGES] == [english, russian, chinese]


@pytest.mark.parametrize(
    ("value", "unit", "english", "russian", "chinese"),
    [
        (1, "a", "1", "1 год", "1岁"),
        (2, "a", "2", "2 года", "2岁"),
        (5, "a", "5", "5 лет", "5岁"),
        (11, "a", "11", "11 лет", "11岁"),
        (14, "a", "14", "14 лет", "14岁"),
        (21, "a", "21", "21 год", "21岁"),
        (22, "a", "22", "22 года", "22岁"),
        (1, "mo", "1 month", "1 месяц", "1个月"),
        (11, "mo", "11 months", "11 месяцев", "11个月"),
        (1, "d", "1 day", "1 день", "1天"),
        (0, "d", "0 days", "0 дней", "0天"),
        (23, "d", "23 days", "23 дня", "23天"),
        (90, "mo", "90 months", "90 месяцев", "90个月"),
    ],
)
def test_an_age_in_words(value, unit, english, russian, chinese):
    assert [age_words({"value": value, "unit": unit}, of) for of in LANGUAGES] == [english, russian, chinese]


@pytest.mark.parametrize(("age", "who"), [(17, "Boy"), (18, "Man")])
def test_whoever_is_below_eighteen_is_a_child(age, who):
    assert summary_line(person({"value": age, "unit": "a"}, "male"), "en").startswith(f"{who}, {age}")


def test_another_language_is_refused():
    for call in (summary_line, lambda _, language: age_words({"value": 1, "unit": "a"}, language)):
        with pytest.raises(UnknownCode, match="'de' is no language"):
            call(sample(), "de")


def test_news2_of_content():
    at, score = news2_of(sample())
    assert at == "2026-03-09T05:30Z"
    # 26 breaths 3, SpO2 92 % 2, oxygen 2, systolic 105 1, heart 112 2, alert 0, 38.6 °C 1
    assert score.total == 11
    assert score.risk == "high"


def test_news2_converts_units():
    content = with_("/vitals/7", sample()["vitals"][7] | {"value": "101.48", "unit": "[degF]"})
    content["vitals"][2] |= {"value": "0.21", "unit": "1"}
    assert news2_of(content)[1].total == 9


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/patient/age", {"value": 15, "unit": "a"}),
        ("/patient/age", None),
        ("/pregnancy", "yes"),
        ("/vitals/6/at", "2026-03-09T04:00Z"),
        ("/vitals/2/at", "2026-03-09T04:00Z"),
    ],
)
def test_news2_is_not_made_up(pointer, value):
    assert news2_of(with_(pointer, value)) is None
