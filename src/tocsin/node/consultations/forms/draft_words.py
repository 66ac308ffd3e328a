"""What people type for units, tests and findings, as codes; and what a page offers them to type."""

from collections.abc import Mapping
from functools import cache

from tocsin.clinical.measures import Measure, laboratory, laboratory_test
from tocsin.clinical.vocabulary import LANGUAGES, UnknownCode, codes, units_of, word
from tocsin.node.consultations.forms.draft_fields import language
from tocsin.node.consultations.words import coded
from tocsin.node.language.keys import search_key

__all__ = ["code_typed", "dose_units", "finding_words", "test_typed", "test_words", "unit_typed", "unit_words", "units"]

FINDINGS = ("detection",)


def unit_words(code: str) -> str:
    """A unit as the reader's language writes it."""
    return coded("unit", code) if code else ""


def unit_typed(text: str) -> str:
    """The code of a unit, typed as a code or as any of the languages writes it; what is none stays as it is."""
    said = _bare(text)
    for code in codes("unit"):
        if said in _writings(code):
            return code
    return text.strip()


def test_words(loinc: str, display: str) -> str:
    """What a test is called for the reader; as its author wrote it, where the list lacks it."""
    test = laboratory_test(loinc)
    return test.words.in_language(language()) if test is not None else display or loinc


def test_typed(text: str) -> Measure | None:
    """The test of the list of that name in any language, or of that LOINC code; None where there is none."""
    return laboratory_test(text.strip()) or _tests().get(search_key(text))


def code_typed(kind: str, text: str) -> str:
    """The code of a kind, typed as its word in any language; what is none stays as it is."""
    said = search_key(text)
    for code in codes(kind):
        if said and said in (search_key(code), *(search_key(word(kind, code, one)) for one in LANGUAGES)):
            return code
    return text.strip()


def tests() -> list[str]:
    """Names of the list of tests, in the order of forms."""
    return [one.words.in_language(language()) for one in laboratory().values()]


def units() -> list[str]:
    """Units in which tests are given."""
    found = dict.fromkeys(code for one in laboratory().values() for code in one.units)
    return list(dict.fromkeys(unit_words(code) for code in found))


def dose_units() -> list[str]:
    """Units in which doses are given."""
    return [unit_words(code) for code in units_of("dose")]


def finding_words() -> list[str]:
    """What a test that is no number may find."""
    return [coded(kind, code) for kind in FINDINGS for code in codes(kind)]


@cache
def _tests() -> Mapping[str, Measure]:
    return {search_key(name): one for one in laboratory().values() for name in one.words}


@cache
def _writings(code: str) -> frozenset[str]:
    found = {_bare(code)}
    for one in LANGUAGES:
        try:
            found.add(_bare(word("unit", code, one)))
        except UnknownCode:
            continue
    return frozenset(found)


def _bare(text: str) -> str:
    return "".join(text.split()).replace("μ", "µ").replace("（", "(").replace("）", ")")
