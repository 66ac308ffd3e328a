"""Keys to search and to sort names by, in Latin, Cyrillic, Chinese and other scripts.

SQLite knows neither the case of Cyrillic nor ё, and no database knows that "bj" is 北京. So a
name is stored with two texts made here once, when it is saved:

    search_key("Карсу", "Karsu")    what a query is looked for in, by plain containment
    sort_key("Карсу", "ru")         digits alone, whose order is the language's order

Both databases then find and order alike, whatever their collation.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise

from tocsin.node.language.pinyin import HAN, initials, syllables

__all__ = ["SORT_KEY_LENGTH", "matches", "search_key", "sort_key", "words"]

SORT_KEY_LENGTH = 240
"""Characters of the longest sort key: some hundred letters, or a dozen Chinese characters."""

# Apostrophes of every sort, and the marks some Latin scripts write soft signs with: "Xi'an" is found by "xian".
_DROPPED = re.compile("['`´’‘ʹʺʻʼʽˊˋ′″\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff]")
_LATIN_WITHOUT_PARTS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ə": "e", "ŋ": "n", "ħ": "h"}
)
# One letter typed in two ways: by Arabic and by Persian or Urdu keyboards.
_ARABIC = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "أ": "ا", "إ": "ا", "آ": "ا"})
# Letters that Russian keyboards lack, searched for by the Russian letter that stands for them.
_RUSSIAN_LETTER = str.maketrans("ёәғқңөұүһіӣӯҳҷҗєїґў", "еагкноуухииухчжеигу")

_CYRILLIC = "аәбвгґғдеёєжҗзиӣіїйкқлмнңоөпрстуӯўұүфхҳһцчҷшщъыьэюя"
_ROMAN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
        "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
        "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e",
        "ю": "yu", "я": "ya",
    }
)  # fmt: skip
_SPELLING = {letter: f"{rank:02}" for rank, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 12)}
# Where Е is heard as "ye": at the start, after a vowel, after either sign.
_YE = re.compile(r"(?:(?<=^)|(?<=[аеиоуыэюяъь]))е")

_NUMBER = re.compile(r"(\d+)")


def search_key(*texts: str) -> str:
    """The text in which queries for any of these names are looked for.

    Words of the names as `words` folds them, and for Cyrillic words their Latin spelling, for
    Chinese words their pinyin whole and by initials. Each form once, apart by spaces; several
    times as long as the names. Store it in a text without limit of length.
    """
    forms: dict[str, None] = {}
    for text in texts:
        for word in words(text):
            forms.update(dict.fromkeys(_forms(word)))
    return " ".join(forms)


def words(query: str) -> list[str]:
    """The words of a query, folded as keys are: each must be contained in a key that matches.

    for word in words(query):
        places = places.filter(search_key__contains=word)
    """
    return _fold(query).split()


def matches(query: str, key: str) -> bool:
    """Whether a stored search key is found by a query; an empty query finds everything."""
    return all(word in key for word in words(query))


def sort_key(text: str, language: str) -> str:
    """A text whose order by characters is the order of names in the language ("en", "ru", "zh-hans").

    Digits alone, for they compare alike under every collation of every database. Case, accents
    of Latin letters, and which mark parts two words make no difference; numbers compare by
    value. The language's own letters come first: in Russian Cyrillic before Latin, ё between е
    and ж; in Chinese characters first, by pinyin, tone, then character. At most SORT_KEY_LENGTH.
    """
    ranks = _ranks("zh" if language.startswith("zh") else language)
    key: list[str] = []
    length = 0
    for part in _sort_parts(_plain(text), ranks):
        key.append(part)
        length += len(part)
        if length >= SORT_KEY_LENGTH:
            break
    return "".join(key)[:SORT_KEY_LENGTH]


def _fold(text: str) -> str:
    return _plain(text).translate(_RUSSIAN_LETTER)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Lower case without Latin accents, marks of punctuation as single spaces; ё and its like still themselves."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    folded = _DROPPED.sub("", folded).translate(_ARABIC)
    return " ".join(
        "".join(_bare_letters(unicodedata.normalize("NFD", folded))).translate(_LATIN_WITHOUT_PARTS).split()
    )


def _bare_letters(decomposed: str) -> Iterator[str]:
    """Letters and digits, Latin ones without their marks; anything else a space.

    Marks of other scripts are part of their letters: й is not и, and Devanagari needs its vowels.
    """
    composed = unicodedata.normalize("NFC", "".join(_without_latin_marks(decomposed)))
    for character in composed:
        category = unicodedata.category(character)
        if category == "Nd":
            yield str(unicodedata.decimal(character))
        elif category[0] in "LMN":
            yield character
        else:
            yield " "


def _without_latin_marks(decomposed: str) -> Iterator[str]:
    latin = False
    for character in decomposed:
        if not unicodedata.combining(character):
            latin = _is_latin(character)
            yield character
        elif not latin:
            yield character


@cache
def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN")


def _forms(word: str) -> Iterator[str]:
    """A folded word and the other ways in which people type it."""
    yield word
    if HAN.search(word):
        spelled = "".join(syllables(word))
        yield from (spelled, spelled.replace("v", "u"), initials(word))
    elif any("а" <= letter <= "я" for letter in word):
        yield from (word.translate(_ROMAN), _YE.sub("йе", word).translate(_ROMAN))


_SPACE, _DIGITS, _FIRST_LETTER, _OTHER = 10, 11, 12, 98


@cache
def _ranks(language: str) -> dict[str, str]:
    """Two digits for every letter that has a place in the language's order; "han" stands for all Chinese characters."""
    latin, cyrillic = list("abcdefghijklmnopqrstuvwxyz"), list(_CYRILLIC)
    order = {"ru": [*cyrillic, *latin, "han"], "zh": ["han", *latin, *cyrillic]}.get(
        language, [*latin, *cyrillic, "han"]
    )
    return {letter: f"{rank:02}" for rank, letter in enumerate(order, _FIRST_LETTER)} | {" ": f"{_SPACE}"}


def _sort_parts(plain: str, ranks: dict[str, str]) -> Iterator[str]:
    for piece in _NUMBER.split(plain):
        if piece.isdecimal():
            digits = piece.lstrip("0")
            yield f"{_DIGITS}{min(len(digits), 99):02}{digits}"
        else:
            yield from _letter_parts(piece, ranks)


def _letter_parts(piece: str, ranks: dict[str, str]) -> Iterator[str]:
    for run in _runs(piece):
        if HAN.match(run):
            for character, syllable in zip(run, syllables(run, tones=True), strict=True):
                yield ranks["han"] + _syllable_rank(syllable) + f"{ord(character):07}"
        else:
            for character in run:
                yield ranks.get(character) or f"{_OTHER}{ord(character):07}"


def _runs(piece: str) -> list[str]:
    """The piece cut where Chinese characters begin and end."""
    han = [bool(HAN.match(character)) for character in piece]
    cuts = [0, *(at for at, (before, here) in enumerate(pairwise(han), 1) if before != here), len(piece)]
    return [piece[start:end] for start, end in pairwise(cuts) if end > start]


def _syllable_rank(syllable: str) -> str:
    """Digits that put "xi1" before "xian1", for tones rank below letters, and lü (here "lv") straight after lu."""
    letters, tone = (syllable[:-1], syllable[-1]) if syllable[-1].isdecimal() else (syllable, "9")
    return "".join(_SPELLING.get(letter, f"{_OTHER}") for letter in letters) + f"0{tone}"
