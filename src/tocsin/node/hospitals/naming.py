"""Names in three languages: shown in the reader's, found in any, sorted as the reader's language sorts."""

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language

from tocsin.node.language.keys import SORT_KEY_LENGTH, search_key, sort_key

__all__ = ["LANGUAGES", "SORTED_BY", "in_active", "keys_of", "original", "sorted_by"]

# What a language is called in names and in the interface.
LANGUAGES: Mapping[str, str] = {"en": "en", "ru": "ru", "zh": "zh-hans"}
SORTED_BY: Mapping[str, str] = {"en": "sort_en", "ru": "sort_ru", "zh-hans": "sort_zh"}
OTHERS = ("en", "ru", "zh")  # in which order another name stands in for one that is missing


def in_active(names: Mapping[str, str], language: str | None = None) -> str:
    """The name in the reader's language, or in `language`; another stands in for one that is missing."""
    wanted = (language or get_language() or "en").partition("-")[0]
    return names.get(wanted) or next((names[one] for one in OTHERS if names.get(one)), "")


def original(names: Mapping[str, str], spoken: Iterable[str]) -> str:
    """The name in the language that its bearers speak, where the reader sees another; else nothing."""
    shown = in_active(names)
    for tag in spoken:
        name = names.get(tag.partition("-")[0])
        if name:
            return name if name != shown else ""
    return ""


def keys_of(names: Mapping[str, str], *more: str) -> dict[str, str]:
    """Stored keys of a record: what it is found by, and how it sorts in each language. `more` is found only."""
    found = {"search_key": search_key(*filter(None, (*names.values(), *more)))}
    for short, language in LANGUAGES.items():
        name = in_active(names, short)
        found[SORTED_BY[language]] = sort_key(name, language)[:SORT_KEY_LENGTH]
    return found


def sorted_by() -> str:
    """The column by which names sort for the reader."""
    return SORTED_BY.get(get_language() or "en", "sort_en")
