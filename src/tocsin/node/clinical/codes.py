"""Codes of diseases found by code and by words: the short list in three languages, all of ICD-11 in English."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils.translation import get_language

from tocsin.clinical.content import Problem
from tocsin.clinical.icd import SYSTEMS, Disease, short_list, short_name, system_of
from tocsin.clinical.vocabulary import LANGUAGES
from tocsin.node.clinical.models import DiseaseCode
from tocsin.node.language.keys import search_key, words

__all__ = ["FoundCode", "find_codes", "problems_of_diagnoses", "title_of", "translated_title_of", "typed_code"]

LONGEST_QUERY = 100
MOST = 100


class FoundCode(NamedTuple):
    """A code with its title: in the reader's language if it is on the short list, else in English."""

    system: str
    code: str
    title: str


def find_codes(query: str, *, system: str = "", limit: int = 20) -> list[FoundCode]:
    """Codes that begin with `query`, or whose titles have all its words, in any order.

    system   one of "icd10", "icd11", "icd11-tm" alone; "" for ICD-11 whole, and ICD-10 too where its code is typed

    The short list comes first, then what is called by the fewest letters. ICD-10 has the codes of the short list.
    """
    asked = query.replace("\0", "").strip()[:LONGEST_QUERY]  # PostgreSQL takes no text with that character
    terms = words(asked)
    if not terms or limit < 1:
        return []
    found = dict.fromkeys(_listed(asked, terms, system))
    if system != "icd10":
        found |= dict.fromkeys(_found(row) for row in _loaded(asked, terms, system)[: min(limit, MOST)])
    return sorted(found, key=lambda one: one.code != asked.upper())[: min(limit, MOST)]


def title_of(system: str, code: str, language: str = "") -> str | None:
    """What a code is called, in `language` or the reader's; None for a code that is not known here. What is not on the
    short list is called what ICD-11 calls it in English.
    """
    if system not in SYSTEMS:
        return None
    if name := translated_title_of(system, code, language):
        return name
    if system == "icd10" or system_of(code) != system:
        return None
    return DiseaseCode.objects.filter(code=code).values_list("title", flat=True).first()


def translated_title_of(system: str, code: str, language: str = "") -> str | None:
    """What a code of the short list is called, in `language` or the reader's; None for any other."""
    if name := short_name(system, code, language or _language()):
        return name
    shared = [one for one in short_list() if one.icd10 == code] if system == "icd10" else []
    return shared[0].words.in_language(language or _language()) if shared else None


def typed_code(text: str, *, system: str = "") -> FoundCode | None:
    """The code that a person typed, by itself or with its title behind it; None if no code known here stands first.

    What a form without a list to choose from is checked by.
    """
    code = (text.replace("\0", "").split() or [""])[0].upper().rstrip(",;:")
    for one in [system] if system else [system_of(code), "icd10"]:
        if title := title_of(one, code):
            return FoundCode(one, code, title)
    return None


def problems_of_diagnoses(content: Mapping[str, object]) -> list[Problem]:
    """Diagnoses whose codes are not known here, as problems to look at again; for content in its form."""
    found = []
    rows = content["diagnoses"]
    assert isinstance(rows, list)
    for index, row in enumerate(rows):
        if title_of(row["system"], row["code"].split("&")[0].split("/")[0]) is None:
            found.append(Problem(f"/diagnoses/{index}/code", "diagnosis-not-listed", {"code": row["code"]}))
    return found


def _listed(asked: str, terms: list[str], system: str) -> Iterator[FoundCode]:
    """Of the short list, the shortest name first. A disease is found by its names in all languages."""
    for disease, key in sorted(_keys(), key=lambda one: len(one[0].words.in_language(_language()))):
        by_words = all(term in key for term in terms)
        for one, code in ((system_of(disease.icd11), disease.icd11), ("icd10", disease.icd10)):
            by_code = code.startswith(asked.upper())
            if (one == system or (not system and (one != "icd10" or by_code))) and (by_words or by_code):
                yield FoundCode(one, code, disease.words.in_language(_language()))


def _loaded(asked: str, terms: list[str], system: str) -> "QuerySet[DiseaseCode]":
    by_words = Q()
    for term in terms:
        by_words &= Q(search_key__contains=f" {term}")
    rows = DiseaseCode.objects.filter(by_words | Q(code__startswith=asked.upper()))
    if system:
        rows = rows.filter(is_traditional=system == "icd11-tm")
    return rows.order_by(Length("title"), "code")


def _found(row: DiseaseCode) -> FoundCode:
    system = "icd11-tm" if row.is_traditional else "icd11"
    return FoundCode(system, row.code, short_name(system, row.code, _language()) or row.title)


@cache
def _keys() -> tuple[tuple[Disease, str], ...]:
    """Folded names of the short list: Russian ones by Latin letters too, Chinese ones by their syllables."""
    return tuple((disease, search_key(*disease.words)) for disease in short_list())


def _language() -> str:
    code = get_language() or "en"
    return code if code in LANGUAGES else "en"
