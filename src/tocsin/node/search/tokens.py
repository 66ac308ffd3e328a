"""The words of a text as the index holds them, and what a query looks for among them. Pure; one for both databases.

    пневмонии   _pnevmon             a Russian word without its ending, in Latin letters, marked by what it was
    reports     report               an English word without its plural
    肺炎        肺 炎 肺炎           Chinese characters, each and by twos, for nobody writes where a word ends
    北京 (name) …, beijing, bj       a name's pinyin too, whole and by first letters, from each of its characters on

A word of a query is found by its beginning from three letters on, by another ending, and in the other alphabet.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tocsin.node.language.keys import search_key, words
from tocsin.node.language.pinyin import HAN, syllables

__all__ = ["MOST_TERMS", "MOST_TOKENS", "Term", "sought", "tokens"]

MOST_TOKENS = 20_000
"""Different words of one text that are indexed: a text of PostgreSQL's index holds a megabyte."""
MOST_TERMS = 32
"""Words of a query that are looked for; what follows them is not."""
LONGEST_TEXT, LONGEST_QUERY, LONGEST_WORD = 200_000, 200, 40  # characters

SHORTEST_BEGINNING = SHORTEST_STEM = 3
CYRILLIC = "_"
"""What the token of a word in Cyrillic begins with, so that "note" does not find «нота», nor «но» the English "no"."""

# Folding keeps its last pieces in memory: small ones, and words come again.
_APART = re.compile("[^\\s，。；：、！？（）]{1,400}")
_CYRILLIC = re.compile("[Ѐ-ԯ]")
_PARTS = re.compile(f"{HAN.pattern}+|[^{HAN.pattern[1:]}+")
# Of nouns and adjectives, both numbers, all cases; what is left of most verbs' past is alike by them too.
_SAID = """
    а я о е ы и у ю ь й ия ие ии ию ий ью ой ей ом ем ам ям ах ях ов ев ая яя ое ее ые ую юю ый ым им ых их
    ами ями ием иям иях ией иями ого его ому ему ыми ими ою ею
"""
_ENDINGS = frozenset(_SAID.split())
_LONGEST_ENDING = 4
_PLURAL = re.compile("(?<=[^sui])s$")
_AFTER_HISSING = re.compile("(?<=[a-z]{3}[sxzh])es$")


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query: a text has it that has one of these tokens, or one that begins so."""

    whole: tuple[str, ...]
    beginnings: tuple[str, ...] = ()


def tokens(texts: Sequence[str], names: Iterable[str] = ()) -> list[str]:
    """Each word once that these texts and names are found by, at most MOST_TOKENS."""
    found: dict[str, None] = {}
    for text in texts:
        for piece in _APART.findall(text[:LONGEST_TEXT]):
            for word in words(piece):
                found.update(dict.fromkeys(_held(word)))
    for name in names:
        for word in words(name[:LONGEST_QUERY]):
            found.update(dict.fromkeys((*_held(word), *_spelled(word))))
    return list(found)[:MOST_TOKENS]


def sought(query: str) -> list[Term]:
    """What a text must have to be found: every one of these. Nothing for a query without a letter or digit."""
    terms: dict[Term, None] = {}
    for word in words(query[:LONGEST_QUERY]):
        for part in _PARTS.findall(word):
            terms.update(dict.fromkeys(_pairs_sought(part) if HAN.match(part) else [_word_sought(part[:LONGEST_WORD])]))
    return list(terms)[:MOST_TERMS]


def _held(word: str) -> Iterator[str]:
    for part in _PARTS.findall(word):
        if HAN.match(part):
            yield from part
            yield from (part[at : at + 2] for at in range(len(part) - 1))
        else:
            yield _token(part[:LONGEST_WORD])


@lru_cache(maxsize=65536)
def _token(word: str) -> str:
    if _CYRILLIC.search(word):
        return CYRILLIC + _latin(_stem(word))[0]
    return _singular(word)


def _stem(word: str) -> str:
    """The word without its ending: the longest of the list that leaves three letters."""
    for length in range(min(_LONGEST_ENDING, len(word) - SHORTEST_STEM), 0, -1):
        if word[-length:] in _ENDINGS:
            return word[:-length]
    return word


def _singular(word: str) -> str:
    return _PLURAL.sub("", word) if len(word) > SHORTEST_STEM else word


@lru_cache(maxsize=65536)
def _latin(word: str) -> tuple[str, ...]:
    """A word's spellings in Latin letters, the shorter first: (elena, yelena)."""
    return tuple(search_key(word).split()[1:]) or (word,)


def _spelled(word: str) -> Iterator[str]:
    """A Chinese name's pinyin from each of its characters on, for "yiyuan" finds 北京医院."""
    for part in _PARTS.findall(word):
        if HAN.match(part):
            read = [syllable.replace("v", "u") for syllable in syllables(part)]
            for at in range(len(read)):
                first_letters = "".join(syllable[0] for syllable in read[at:])
                yield from ("".join(read[at:]), first_letters, first_letters[:2])


def _pairs_sought(run: str) -> list[Term]:
    """A run of characters by all its pairs; a lone character by itself."""
    return [Term((run[at : at + 2],)) for at in range(max(1, len(run) - 1))]


@lru_cache(maxsize=4096)
def _word_sought(word: str) -> Term:
    if _CYRILLIC.search(word):
        spellings = _latin(word) if len(word) >= SHORTEST_BEGINNING else ()
        cut = {CYRILLIC + _latin(stem)[0] for stem in _cuts(word, _BEGUN)}
        whole = cut | {stem for spelling in spellings for stem in (spelling, *_cuts(spelling, _BEGUN_LATIN))}
        begun = {CYRILLIC + _latin(word)[0], *spellings}
    else:
        spellings = tuple(_spelled_otherwise(word)) if len(word) >= SHORTEST_BEGINNING else ()
        # Three Cyrillic letters may be two in Latin: «льд» is "ld".
        cut = {CYRILLIC + stem for spelling in spellings for stem in _cuts(spelling, _BEGUN_LATIN, SHORTEST_STEM - 1)}
        whole = cut | {word, _singular(word), _AFTER_HISSING.sub("", word)}
        begun = {word, *(CYRILLIC + spelling for spelling in spellings)}
    return Term(tuple(sorted(whole)), tuple(sorted(begun)) if len(word) >= SHORTEST_BEGINNING else ())


def _cuts(word: str, begun: frozenset[str], least: int = SHORTEST_STEM) -> set[str]:
    """The word, and what is left of it when an ending is cut off, or as much of one as has been typed.

    Again and again: «симптомы» without its ending is «симптом», and that is in the index as what is left without "ом".
    """
    found, open_ = {word}, [word]
    while open_:
        at_hand = open_.pop()
        for length in range(1, len(at_hand) - least + 1):
            left = at_hand[:-length]
            if at_hand[-length:] in begun and left not in found:
                found.add(left)
                open_.append(left)
    return found


def _spelled_otherwise(word: str) -> Iterator[str]:
    """A Latin word as our own spelling of Russian has it, and as people write it: Yeltsin, Fyodorov, Julia."""
    yield word
    plain = word.replace("j", "y")
    yield from {plain, re.sub("(^|(?<=[aeiouy]))ye", "e", plain), plain.replace("yo", "e")} - {word}


def _begun(endings: Iterable[str]) -> frozenset[str]:
    return frozenset(ending[:length] for ending in endings for length in range(1, len(ending) + 1))


_BEGUN = _begun(_ENDINGS)
_BEGUN_LATIN = _begun(_latin(ending)[0] for ending in _ENDINGS - {"ь"})
