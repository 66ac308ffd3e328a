"""Names in three scripts: of people by HumanName, one a script; of places by a text with its translations."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.fhir.canonical import LANGUAGE, REPRESENTATION, TRANSLATION
from tocsin.fhir.extensions import extended, of_url, text_value

__all__ = ["called", "human_names", "names_of_person", "names_of_place"]

LANGUAGES = ("en", "ru", "zh")
# How a name is written, by ISO 21090: in letters, or in characters that stand for ideas.
_WRITTEN = {"en": "ABC", "ru": "ABC", "zh": "IDE"}
_HAN, _CYRILLIC = re.compile("[㐀-鿿豈-﫿\U00020000-\U0003ffff]"), re.compile("[Ѐ-ԯ]")

Json = dict[str, Any]
Names = Mapping[str, str]


def called(names: Names) -> Json:
    """`name` and `_name` of a resource: the first name there is, its language, and the others as translations."""
    there = [(language, names[language]) for language in LANGUAGES if names[language]]
    if not there:
        return {}
    (language, name), *others = there
    said = [extended(LANGUAGE, "Code", language)]
    for other, translated in others:
        within = [extended("lang", "Code", other), extended("content", "String", translated)]
        said.append({"url": TRANSLATION, "extension": within})
    return {"name": name, "_name": {"extension": said}}


def human_names(names: Names) -> list[Json]:
    """A HumanName for each language that has one."""
    return [
        {
            "extension": [
                extended(LANGUAGE, "Code", language),
                extended(REPRESENTATION, "Code", _WRITTEN[language]),
            ],
            "text": names[language],
        }
        for language in LANGUAGES
        if names[language]
    ]


def names_of_place(resource: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """A resource's name in our three languages, "" where it has none; and what of its names was left out."""
    said = list(_said_of_place(resource))
    return _sorted(said)


def names_of_person(practitioner: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """The same for somebody: by the language of a name, or by its letters."""
    said = []
    for one in practitioner.get("name", []):
        if text := one.get("text") or " ".join(_parts(one)):
            said.append((text_value(one, LANGUAGE), text))
    return _sorted(said)


def _said_of_place(resource: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    beside = resource.get("_name")
    if name := resource.get("name"):
        yield text_value(beside, LANGUAGE), name
    for translation in of_url(beside, TRANSLATION):
        if content := text_value(translation, "content"):
            yield text_value(translation, "lang"), content


def _parts(name: Mapping[str, Any]) -> Iterator[str]:
    """A name whose parts alone are given, as it is read out. Chinese and Russian say the family first."""
    prefix, given, suffix = (name.get(part, []) for part in ("prefix", "given", "suffix"))
    family = [name["family"]] if name.get("family") else []
    own = [*family, *given] if _language_of("".join(family)) != "en" else [*given, *family]
    yield from (part for part in (*prefix, *own, *suffix) if part)


def _sorted(said: list[tuple[str | None, str]]) -> tuple[dict[str, str], list[str]]:
    names, left_out = dict.fromkeys(LANGUAGES, ""), []
    for tag, text in said:
        if not text.strip():
            continue  # a blank is no name, and takes none away
        language = _language_of(text) if tag is None else tag.lower().partition("-")[0]
        if language in names and not names[language]:
            names[language] = text
        else:
            left_out.append(f"{text!r} ({tag or language})")
    return names, left_out


def _language_of(text: str) -> str:
    """By its letters. A language that is not said is one of three."""
    if _HAN.search(text):
        return "zh"
    return "ru" if _CYRILLIC.search(text) else "en"
