"""Clinical content in one line, for lists: "Man, 54, pneumonia, severe course". In three languages, without a name."""

from collections.abc import Mapping
from typing import Any

from tocsin.clinical.content.patient import OLDEST_SAID
from tocsin.clinical.icd import short_name
from tocsin.clinical.vocabulary import LANGUAGES, UnknownCode, word

__all__ = ["age_words", "summary_line"]

ADULT = 18  # years
# Man or boy, woman or girl, or neither said; in Chinese the same word at every age.
PEOPLE: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "en": {"male": ("Man", "Boy"), "female": ("Woman", "Girl"), "": ("Patient", "Child")},
    "ru": {"male": ("Мужчина", "Мальчик"), "female": ("Женщина", "Девочка"), "": ("Пациент", "Ребёнок")},
    "zh-hans": {"male": ("男", "男"), "female": ("女", "女"), "": ("患者", "患儿")},
}
RUSSIAN_UNITS = {"a": ("год", "года", "лет"), "mo": ("месяц", "месяца", "месяцев"), "d": ("день", "дня", "дней")}
OLD = {"en": "90 or older", "ru": "90 лет и старше", "zh-hans": "90岁及以上"}
SUSPECTED = {"en": "suspected {name}", "ru": "{name} (предположительно)", "zh-hans": "疑似{name}"}
BETWEEN = {"en": ", ", "ru": ", ", "zh-hans": "，"}


def summary_line(content: Mapping[str, Any], language: str) -> str:
    """Who, how old, with what, how severe: "Man, 54, severe pneumonia". For content in its form.

    The diagnosis is the first one; it is in the reader's language where the code is on the short list, else as its
    author wrote it. Raises UnknownCode for a language that is none of the vocabulary's.
    """
    _check(language)
    age = content["patient"]["age"]
    parts = [_person(content["patient"]["sex"], age, language)]
    if age is not None:
        parts.append(age_words(age, language))
    return BETWEEN[language].join([*parts, *_illness(content, language)])


def age_words(age: Mapping[str, Any], language: str) -> str:
    """An age in words: "54" and "3 months", "54 года", "54岁"; 90 and more as "90 or older". Raises UnknownCode."""
    _check(language)
    value, unit = age["value"], age["unit"]
    if unit == "a" and value >= OLDEST_SAID:
        return OLD[language]
    if language == "ru":
        return f"{value} {_russian(value, RUSSIAN_UNITS[unit])}"
    if language == "zh-hans":
        return f"{value}{word('age_unit', unit, language)}"
    return str(value) if unit == "a" else f"{value} {'month' if unit == 'mo' else 'day'}{'' if value == 1 else 's'}"


def _person(sex: str, age: Mapping[str, Any] | None, language: str) -> str:
    is_child = age is not None and (age["unit"] != "a" or age["value"] < ADULT)
    grown, child = PEOPLE[language].get(sex, PEOPLE[language][""])
    return child if is_child else grown


def _illness(content: Mapping[str, Any], language: str) -> list[str]:
    severity = content["severity"]
    if not content["diagnoses"]:
        return [word("severity_course", severity, language)] if severity else []
    first = content["diagnoses"][0]
    listed = short_name(first["system"], first["code"], language)
    name = listed or first["display"]
    suspected = first["certainty"] == "suspected"
    if severity and language == "en" and listed and not name.startswith("severe "):
        name, severity = f"{word('severity', severity, language)} {name}", None  # before a name that is no sentence
    said = SUSPECTED[language].format(name=name) if suspected else name
    return [said, word("severity_course", severity, language)] if severity else [said]


def _russian(count: int, forms: tuple[str, str, str]) -> str:
    """год after 1, 21, 31; года after 2 to 4, 22 to 24; лет after all others, 11 to 14 among them."""
    if count % 10 == 1 and count % 100 != 11:
        return forms[0]
    return forms[1] if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14} else forms[2]


def _check(language: str) -> None:
    if language not in LANGUAGES:
        raise UnknownCode(f"{language!r} is no language of the vocabulary; it has {', '.join(LANGUAGES)}")
