"""Which disease a table means by a name, in any of three languages, or by a code of ICD-10 or ICD-11."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.node.surveillance.diseases.reading import DiseaseEntry

__all__ = ["match_disease", "names_of", "normalised"]

# "Гепатит А" is typed with either alphabet's A: beside Cyrillic letters a Latin one counts as the one it looks like.
LOOK_ALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")
CYRILLIC = re.compile("[а-я]")
ICD10_CATEGORY = re.compile(r"[A-Z]\d\d(\.\d+)?")


@lru_cache(4096)
def normalised(name: str) -> str:
    """`name` without what tells no diseases apart: case, ё or е, width, look-alike letters, punctuation, spaces."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("ё", "е")
    if CYRILLIC.search(folded):
        folded = folded.translate(LOOK_ALIKES)
    return "".join(character for character in folded if character.isalnum())


def names_of(disease: DiseaseEntry) -> Iterator[str]:
    """Every name by which a disease is known: its code, its names, its aliases."""
    yield disease.code
    yield from disease.name
    yield from disease.aliases


def match_disease(name: str, entries: Iterable[DiseaseEntry]) -> DiseaseEntry | None:
    """The disease called `name`, or None where none is, or more than one may be, meant.

    A name is compared whole, never in part: "meningitis" alone is not meningococcal disease. Of ICD codes the longest
    that fits counts: A20.2 is pneumonic plague, A20.0 is plague.
    """
    entries = tuple(entries)
    wanted = normalised(name)
    named = [d for d in entries if wanted and any(normalised(known) == wanted for known in names_of(d))]
    found = named or _by_icd(name, entries)
    return found[0] if len(found) == 1 else None


def _by_icd(name: str, entries: tuple[DiseaseEntry, ...]) -> list[DiseaseEntry]:
    code = _code(name)
    fits = [(max(_fit(code, known) for known in _codes(d)), d) for d in entries]
    longest = max((length for length, _ in fits), default=0)
    return [disease for length, disease in fits if length == longest > 0]


def _code(name: str) -> str:
    """The code in `name`: without "ICD-10:" before it, with the point of ICD-10 that tables leave out (A202)."""
    code = unicodedata.normalize("NFKC", name).strip().upper()
    code = re.sub(r"^(ICD|МКБ)[- ]?1[01][\s:]+", "", code)
    return re.sub(r"^([A-Z]\d\d)(\d+)$", r"\1.\2", code)


def _codes(disease: DiseaseEntry) -> list[str]:
    return [known.strip() for known in f"{disease.icd10},{disease.icd11}".split(",")]


def _fit(code: str, known: str) -> int:
    """How many characters of `known` the code bears out, 0 for none; a range fits less than a category of its own."""
    if "-" in known:
        first, last = known.split("-")
        return 2 if ICD10_CATEGORY.fullmatch(code) and first <= code[:3] <= last else 0
    # A subcategory belongs to its category (A20.0 to A20, 1B93.0 to 1B93), never the other way.
    belongs = code == known or code.startswith(known if "." in known else f"{known}.")
    return len(known) if known and belongs else 0
