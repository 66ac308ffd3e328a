"""The short list of diseases: ICD-11 and ICD-10 codes with names in three languages, so that a new node has some.

The whole of ICD-11 is loaded into the node from a package (docs/clinical.md); it is in English alone.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

from tocsin.clinical.vocabulary import LANGUAGES, UnknownCode, Words

__all__ = ["SYSTEMS", "TRADITIONAL_CHAPTER", "Disease", "short_list", "short_name", "system_of"]

SYSTEMS = ("icd10", "icd11", "icd11-tm")
TRADITIONAL_CHAPTER = "S"  # the first character of chapter 26's codes; no other chapter has it


class Disease(NamedTuple):
    """A disease of the short list."""

    icd11: str
    icd10: str
    words: Words


@cache
def short_list() -> tuple[Disease, ...]:
    """Every disease of the short list, in the order of forms."""
    source = resources.files(__package__) / "data" / "icd.toml"
    rows = tomllib.loads(source.read_text(encoding="utf-8"))["diseases"]
    return tuple(Disease(icd11, icd10, Words(*names)) for icd11, icd10, *names in rows)


def short_name(system: str, code: str, language: str) -> str | None:
    """What a code of a system is called in "en", "ru" or "zh-hans"; None for a code that is not on the short list.

    Of an ICD-10 code that several diseases share, none is the name. Raises UnknownCode for another system or language.
    """
    if system not in SYSTEMS or language not in LANGUAGES:
        raise UnknownCode(f"({system!r}, {language!r}) is no system of codes with a language of the vocabulary")
    words = _names().get((system, code))
    return None if words is None else words.in_language(language)


def system_of(icd11: str) -> str:
    """The system that an ICD-11 code is of: "icd11-tm" for chapter 26, traditional medicine, else "icd11"."""
    return "icd11-tm" if icd11.startswith(TRADITIONAL_CHAPTER) else "icd11"


@cache
def _names() -> Mapping[tuple[str, str], Words]:
    found: dict[tuple[str, str], Words] = {}
    shared = [disease.icd10 for disease in short_list()]
    for disease in short_list():
        found[system_of(disease.icd11), disease.icd11] = disease.words
        if shared.count(disease.icd10) == 1:
            found["icd10", disease.icd10] = disease.words
    return found
