"""Which terms stand in a text: the longest at each place, in their order. The same for the same text."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin.node.notifications.glossary.stems import stem, tokens
from tocsin.node.notifications.glossary.terms import Term, fixed_terms

__all__ = ["Match", "found_in"]

LANGUAGES = ("en", "ru", "zh")
MOST = 40
SHORTEST_WORD, SHORTEST_HAN = 3, 2
Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A term, and what it is called; empty where one language has no name for it."""

    en: str
    ru: str
    zh: str


def found_in(texts: Iterable[str], language: str, names: Iterable[Term] = ()) -> list[Match]:
    """Terms of the texts, which are written in `language` (en, ru, zh), with what they are called.

    names  of diseases and places, besides the terms of the release
    """
    written = language.partition("-")[0]
    if written not in LANGUAGES:
        return []
    at = LANGUAGES.index(written)
    terms = [term for term in (*fixed_terms(), *names) if term[at] and sum(map(bool, term)) > 1]
    find = _in_chinese if written == "zh" else _in_words
    found: dict[Term, None] = {}
    for text in texts:
        found.update(dict.fromkeys(find(text, terms, at)))
    return [Match(*term) for term in list(found)[:MOST]]


def _in_words(text: str, terms: Iterable[Term], at: int) -> list[Term]:
    index = _by_first(terms, at)
    said = [stem(word) for word in tokens(text)]
    found, here = [], 0
    while here < len(said):
        for stems, term in index.get(said[here], ()):
            if tuple(said[here : here + len(stems)]) == stems:
                found.append(term)
                here += len(stems)
                break
        else:
            here += 1
    return found


def _by_first(terms: Iterable[Term], at: int) -> Mapping[str, list[tuple[Stems, Term]]]:
    index: dict[str, list[tuple[Stems, Term]]] = defaultdict(list)
    for term in terms:
        stems = tuple(map(stem, tokens(term[at])))
        if stems and (len(stems) > 1 or len(term[at]) >= SHORTEST_WORD):
            index[stems[0]].append((stems, term))
    for same in index.values():
        same.sort(key=lambda one: -len(one[0]))  # stable: of alike ones the one named first
    return index


def _in_chinese(text: str, terms: Iterable[Term], at: int) -> list[Term]:
    index: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        if len(term[at]) >= SHORTEST_HAN:
            index[term[at][0]].append(term)
    found, here = [], 0
    while here < len(text):
        fitting = [term for term in index.get(text[here], ()) if text.startswith(term[at], here)]
        if not fitting:
            here += 1
            continue
        longest = max(fitting, key=lambda term: len(term[at]))
        found.append(longest)
        here += len(longest[at])
    return found
